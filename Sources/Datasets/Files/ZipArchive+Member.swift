import PlainText

extension ZipArchive.Member {
    /// Reads a central directory entry and says how long it is.
    static func read(from file: FileBytes, at offset: Int) throws -> (Self, length: Int) {
        let signature = try file.int(4, at: offset, field: "directory entry")
        guard signature == 0x0201_4b50 else {
            throw file.problem(
                at: offset, "directory entry",
                .unexpected(found: "0x" + String(signature, radix: 16), expected: "0x2014b50"))
        }
        guard try file.int(2, at: offset + 8, field: "flags") & 1 == 0 else {
            throw file.problem(at: offset + 8, "flags", .unsupported("encrypted members are"))
        }
        let nameLength = try file.int(2, at: offset + 28, field: "name length")
        let extraLength = try file.int(2, at: offset + 30, field: "extra field length")
        let commentLength = try file.int(2, at: offset + 32, field: "comment length")
        let length = 46 + nameLength + extraLength + commentLength
        try file.require(length, at: offset, field: "directory entry")
        let extra = offset + 46 + nameLength
        let sizes = try Sizes(file, entry: offset, extra: extra..<extra + extraLength)
        let member = Self(
            name: String(decoding: file.bytes[offset + 46..<extra], as: UTF8.self).plain,
            method: try file.int(2, at: offset + 10, field: "compression method"),
            checksum: UInt32(try file.int(4, at: offset + 16, field: "checksum")),
            compressedSize: sizes.compressed, size: sizes.inflated, localHeader: sizes.localHeader,
            directoryOffset: offset)
        return (member, length)
    }

    /// The three numbers of an entry which move into a zip64 extra field when they need more than 32 bits.
    private struct Sizes {
        var inflated: Int
        var compressed: Int
        var localHeader: Int

        init(_ file: FileBytes, entry: Int, extra: Range<Int>) throws {
            inflated = try file.int(4, at: entry + 24, field: "member size")
            compressed = try file.int(4, at: entry + 20, field: "compressed size")
            localHeader = try file.int(4, at: entry + 42, field: "local header offset")
            // In the extra field they stand in this order, each only if it is all ones in the entry.
            var zip64 = try Self.zip64Field(file, in: extra)
            for (number, name) in [
                (\Self.inflated, "member size"), (\Self.compressed, "compressed size"),
                (\Self.localHeader, "local header offset"),
            ] where self[keyPath: number] == 0xFFFF_FFFF {
                self[keyPath: number] = try Self.next(from: &zip64, of: file, field: name)
            }
            guard localHeader <= file.bytes.count else {
                throw file.problem(
                    at: entry + 42, "local header offset",
                    .truncated(needed: localHeader, available: file.bytes.count))
            }
        }

        /// Where the contents of the zip64 extra field lie; empty if there is none.
        private static func zip64Field(_ file: FileBytes, in extra: Range<Int>) throws -> Range<Int> {
            var offset = extra.lowerBound
            while extra.upperBound - offset >= 4 {
                let kind = try file.int(2, at: offset, field: "extra field")
                let length = try file.int(2, at: offset + 2, field: "extra field length")
                guard length <= extra.upperBound - offset - 4 else {
                    throw file.problem(
                        at: offset + 2, "extra field",
                        .truncated(needed: length, available: extra.upperBound - offset - 4))
                }
                if kind == 1 { return offset + 4..<offset + 4 + length }
                offset += 4 + length
            }
            return extra.upperBound..<extra.upperBound
        }

        private static func next(
            from zip64: inout Range<Int>, of file: FileBytes, field: String
        ) throws -> Int {
            guard zip64.count >= 8 else {
                throw file.problem(
                    at: zip64.lowerBound, "zip64 \(field)", .truncated(needed: 8, available: zip64.count))
            }
            let value = try file.littleEndian(8, at: zip64.lowerBound, field: field)
            guard value <= UInt64(SizeLimit.bytes) else {
                throw file.problem(at: zip64.lowerBound, "zip64 \(field)", .tooLarge(promised: value))
            }
            zip64 = zip64.lowerBound + 8..<zip64.upperBound
            return Int(value)
        }
    }
}
