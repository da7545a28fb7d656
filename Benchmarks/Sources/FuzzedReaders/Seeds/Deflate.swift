import CZlib

/// Deflate streams (RFC 1951) and what they are wrapped in.
enum Deflate {
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(crc32_z(0, bytes, bytes.count))
    }

    static func littleEndian(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// `bytes` as a stream of stored blocks.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = []
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            stream += [rest.isEmpty ? 1 : 0] + littleEndian(block.count, 2) + littleEndian(~block.count, 2) + block
        } while !rest.isEmpty
        return stream
    }

    static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        run(
            bytes, start: { deflateInit2_($0, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, $1) }, deflate,
            deflateEnd)
    }

    /// What can be made of a stream, right or wrong: at most 64 KiB.
    static func inflated(_ stream: [UInt8]) -> [UInt8] {
        run(stream, start: { inflateInit2_($0, -15, ZLIB_VERSION, $1) }, inflate, inflateEnd)
    }

    private static func run(
        _ bytes: [UInt8], start: (UnsafeMutablePointer<z_stream>, Int32) -> Int32,
        _ work: (UnsafeMutablePointer<z_stream>, Int32) -> Int32, _ end: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> [UInt8] {
        var (input, stream) = (bytes, z_stream())
        precondition(start(&stream, Int32(MemoryLayout<z_stream>.size)) == Z_OK, "zlib could not start")
        defer { _ = end(&stream) }
        return input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: 1 << 16) { output, count in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                _ = work(&stream, Z_FINISH)
                count = output.count - Int(stream.avail_out)
            }
        }
    }

    /// A gzip file (RFC 1952) of a stream, with the checksum and size of what it inflates to.
    static func gzip(stream: [UInt8], inflated: [UInt8]) -> [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + stream + littleEndian(Int(checksum(inflated)), 4)
            + littleEndian(inflated.count, 4)
    }
}
