import CompressedModel

/// A `.cmdl` file put together or changed by hand, with a checksum that fits.
enum CompressedFile {
    static func file(payload: [UInt8], version: UInt8 = 2) -> [UInt8] {
        let checksum = checksum([version] + payload)
        return Array("CMDL".utf8) + [version] + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) } + payload
    }

    /// What a decoder says against a file; nothing where it takes it.
    static func message(_ file: [UInt8]) -> String {
        do {
            _ = try QuantizedModel(decoding: file)
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// CRC-32, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder: UInt32 = .max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320 }
        }
        return ~remainder
    }

    /// FNV-1a, 64 bits.
    static func digest(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
