/// Adaptive Elias-gamma code (P. Elias, 1975) of integers 0 … 2^64 - 1: small and repeated ones are short.
///
/// The number of significant bits n (0 for 0) comes in unary, each of its bits with an adaptive probability; then the
/// bits below the leading one, of which the first two adapt and the rest have probability 1/2.
public struct IntegerModel: Sendable {
    @usableFromInline var lengths = [AdaptiveBit](repeating: AdaptiveBit(), count: 64)
    /// Four nodes, of which the first is not used, for each number of bits.
    @usableFromInline var mantissas = [AdaptiveBit](repeating: AdaptiveBit(), count: 65 * 4)

    public init() {}

    @inlinable public mutating func code<Coder: BitCoder>(_ value: UInt64, _ coder: inout Coder) -> UInt64 {
        let given = 64 - value.leadingZeroBitCount
        var length = 0
        while length < 64 && lengths[length].code(given > length, &coder) { length += 1 }
        guard length > 1 else { return UInt64(length) }
        var result: UInt64 = 1
        let modelled = min(2, length - 1)
        for position in 1...modelled {
            let bit = Int(truncatingIfNeeded: value >> UInt64(length - 1 - position)) & 1
            let coded = mantissas[length * 4 + Int(result)].code(bit, &coder)
            result = result << 1 | UInt64(coded)
        }
        let rest = length - 1 - modelled
        return rest == 0 ? result : result << UInt64(rest) | coder.code(raw: value, bits: rest)
    }

    /// Codes an integer of either sign: 0, -1, 1, -2, … as 0, 1, 2, 3, …
    @inlinable public mutating func code<Coder: BitCoder>(signed value: Int, _ coder: inout Coder) -> Int {
        let bits = UInt64(bitPattern: Int64(value))
        let folded = code(bits << 1 ^ (value < 0 ? .max : 0), &coder)
        return Int(Int64(bitPattern: folded >> 1 ^ (folded & 1 == 0 ? 0 : .max)))
    }
}
