/// Values at the ends of ranges, where mistakes are.
enum InterestingValues {
    static let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]

    static let numbers: [UInt64] =
        [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x1_0000, 1 << 20, 1 << 26]
        + [0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 40, 1 << 61, 1 << 62]
        + [.max >> 1, 1 << 63, .max - 1, .max]

    static let texts = [
        "", "0", "-1", "1e400", "1e-400", "0.1e", "-0", "+1", "007", "0x10", ".5", "5.", "nan", "inf", "127", "128", "255",
        "65536", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551616", "é", "\u{85}", "\u{2028}", "\u{0}", "\u{FEFF}", "👩‍👩‍👧",
    ]

    /// A number of 1 to 8 bytes in either order, or as a varint.
    static func encoded(_ random: inout RandomNumbers) -> [UInt8] {
        let number = random.pick(numbers)
        let bytes = (0..<(1 << random.below(4))).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
        switch random.below(3) {
        case 0: return bytes
        case 1: return bytes.reversed()
        default: return WireField.varint(number)
        }
    }
}
