/// CRC-32 of IEEE 802.3 (reflected, polynomial EDB88320), as in gzip.
struct Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 0 ? 0 : 0xEDB8_8320) }
    }

    private var remainder: UInt32 = .max

    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            remainder = remainder >> 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)]
        }
    }

    var value: UInt32 { ~remainder }
}
