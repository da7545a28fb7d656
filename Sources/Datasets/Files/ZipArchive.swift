import PlainText

/// The members of a zip file, as its central directory lists them (PKWARE APPNOTE 6.3).
///
/// Members may be stored or deflated, and carry zip64 sizes; archives in parts, encrypted members and directories that
/// need zip64 themselves (65,535 members, 4 GiB) are refused.
struct ZipArchive {
    struct Member {
        let name: String
        let method: Int
        let checksum: UInt32
        let compressedSize: Int
        let size: Int
        let localHeader: Int
        /// Where the directory lists it, for messages.
        let directoryOffset: Int
    }

    let file: FileBytes
    let members: [Member]

    init(_ file: FileBytes) throws {
        self.file = file
        let end = try Self.endOfDirectory(file)
        let count = try file.int(2, at: end + 10, field: "number of members")
        let size = try file.int(4, at: end + 12, field: "directory size")
        let start = try file.int(4, at: end + 16, field: "directory offset")
        let isInParts = try file.int(4, at: end + 4, field: "disk numbers") != 0
        let isWhole = try file.int(2, at: end + 8, field: "number of members") == count
        guard !isInParts, isWhole else {
            throw file.problem(at: end + 4, "disk numbers", .unsupported("archives in parts are"))
        }
        guard count < 0xFFFF, size < 0xFFFF_FFFF, start < 0xFFFF_FFFF else {
            throw file.problem(at: end + 10, "end of directory", .unsupported("zip64 directories are"))
        }
        guard start + size <= end else {
            throw file.problem(
                at: end + 12, "directory size", .truncated(needed: start + size, available: end))
        }
        members = try Self.directory(file, at: start, size: size, count: count)
    }

    /// The offset of the end-of-central-directory record, which only a comment may follow.
    private static func endOfDirectory(_ file: FileBytes) throws -> Int {
        let last = file.bytes.count - 22
        for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
        where file.bytes[offset] == 0x50 {
            let signature = try file.int(4, at: offset, field: "end of directory")
            let comment = try file.int(2, at: offset + 20, field: "comment length")
            if signature == 0x0605_4b50, comment == last - offset { return offset }
        }
        throw file.problem(
            at: file.bytes.count, "end of directory",
            .unexpected(found: "the end of the file", expected: "a zip directory before it"))
    }

    private static func directory(
        _ file: FileBytes, at start: Int, size: Int, count: Int
    ) throws -> [Member] {
        var members: [Member] = []
        var names: Set<String> = []
        var offset = start
        for _ in 0..<count {
            let (member, length) = try Member.read(from: file, at: offset)
            guard names.insert(member.name).inserted else {
                throw file.problem(at: offset + 46, "member name", .repeatedName(member.name))
            }
            members.append(member)
            offset += length
        }
        guard offset == start + size else {
            throw file.problem(
                at: offset, "directory",
                .unexpected(found: "its end", expected: "it to end at byte \(start + size)"))
        }
        return members
    }
}

extension ZipArchive {
    /// The contents of a member, not yet read.
    func open(_ member: Member) throws -> ByteStream {
        let start = try dataStart(of: member)
        try file.require(member.compressedSize, at: start, field: "member data")
        let name = "\(file.name): \(member.name)"
        let range = start..<start + member.compressedSize
        switch member.method {
        case 0:
            guard member.size == member.compressedSize else {
                throw file.problem(
                    at: member.directoryOffset + 24, "member size",
                    .unexpected(
                        found: "\(member.size)", expected: "the \(member.compressedSize) bytes stored"))
            }
            return ByteStream(stored: range, of: file, name: name, checksum: member.checksum)
        case 8:
            guard member.size <= SizeLimit.inflatedBytes(from: member.compressedSize) else {
                throw file.problem(
                    at: member.directoryOffset + 24, "member size",
                    .impossibleExpansion(promised: member.size, compressed: member.compressedSize))
            }
            return ByteStream(
                deflated: range, of: file, name: name, size: member.size, checksum: member.checksum)
        default:
            throw file.problem(
                at: member.directoryOffset + 10, "compression method",
                .unsupported("method \(member.method) is"))
        }
    }

    /// The offset of the member's data, behind its local header, which must name the same member.
    private func dataStart(of member: Member) throws -> Int {
        let header = member.localHeader
        let signature = try file.int(4, at: header, field: "local header")
        guard signature == 0x0403_4b50 else {
            throw file.problem(
                at: header, "local header",
                .unexpected(found: "0x" + String(signature, radix: 16), expected: "0x4034b50"))
        }
        let nameLength = try file.int(2, at: header + 26, field: "name length")
        let extraLength = try file.int(2, at: header + 28, field: "extra field length")
        try file.require(30 + nameLength + extraLength, at: header, field: "local header")
        let name = String(decoding: file.bytes[header + 30..<header + 30 + nameLength], as: UTF8.self).plain
        guard name == member.name else {
            throw file.problem(
                at: header + 30, "member name",
                .unexpected(found: "another name", expected: "that of the directory"))
        }
        return header + 30 + nameLength + extraLength
    }
}
