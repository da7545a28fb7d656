/// The estimated probability of a bit in one context: fast at first, slower with every bit seen.
///
/// The estimate moves towards the n-th bit (n = 0, 1, …) by 1 / (n + 1.6), and from n = 1,023 on no slower.
public struct AdaptiveBit: Sendable {
    /// Probability of a 1 in 2^-22 (the high 22 bits), number of bits seen (the low 10).
    @usableFromInline var state: UInt32 = 1 << 31

    @inlinable public init() {}

    /// An estimate as if `seen` bits had come.
    ///
    /// - Parameters:
    ///   - probability: of a 1, in 1/65,536; less than 65,536.
    ///   - seen: at most 1,023.
    public init(probability: UInt16, seen: UInt32) { state = UInt32(probability) << 16 | seen }

    /// The probability that the next bit is 1, in 1/65,536; 16 … 65,520.
    @inlinable public var probability: Int {
        max(leastProbability, min(greatestProbability, Int(state >> 16)))
    }

    @inlinable public mutating func update(_ bit: Int) {
        let seen = Int(state & 1_023)
        let estimate = Int(state >> 10)
        let target = bit == 0 ? 0 : 4_194_303
        let moved = estimate &+ ((target &- estimate) &* AdaptationRates.shared[seen]) >> 16
        state = UInt32(truncatingIfNeeded: moved << 10 | min(1_023, seen &+ 1))
    }

    /// Codes one bit and learns from it.
    @inlinable public mutating func code<Coder: BitCoder>(_ bit: Int, _ coder: inout Coder) -> Int {
        let result = coder.code(bit, probability: probability)
        update(result)
        return result
    }

    /// Codes one truth value and learns from it.
    @inlinable public mutating func code<Coder: BitCoder>(_ flag: Bool, _ coder: inout Coder) -> Bool {
        code(flag ? 1 : 0, &coder) != 0
    }
}

/// 65,536 / (n + 1.6), rounded down.
@usableFromInline enum AdaptationRates {
    @usableFromInline static let shared: [Int] = (0..<1_024).map { 327_680 / (5 * $0 + 8) }
}
