/// By how much the odds of a bit in one context differ from what another model expects of them.
///
/// Counts the zeros and ones that came, and those that the model expected. A context that has seen little changes little:
/// both counts start from the same prior, so the correction begins at none, where an adaptive probability of its own would
/// begin at 1/2.
public struct OddsCorrection: Sendable {
    /// Bits seen and bits expected, by value, in 1/65,536.
    @usableFromInline var ones: UInt32 = 0
    @usableFromInline var zeros: UInt32 = 0
    @usableFromInline var expectedOnes: UInt32 = 0
    @usableFromInline var expectedZeros: UInt32 = 0
    /// All counts are halved when they add up to so many bits.
    @usableFromInline static let memory: UInt32 = 4_096

    @inlinable public init() {}

    /// What to add to the logit that the model gives; `prior` is in bits, in 1/65,536.
    @inlinable public func logit(prior: Int) -> Int {
        Self.logit(of: Int(ones), to: Int(expectedOnes), prior) &- Self.logit(of: Int(zeros), to: Int(expectedZeros), prior)
    }

    /// The logarithm of a ratio.
    @inlinable static func logit(of count: Int, to expected: Int, _ prior: Int) -> Int {
        LogisticScale.stretch((count &+ prior) << 16 / (count &+ expected &+ 2 &* prior))
    }

    /// Learns a bit for which the model gave `probability`, in 1/65,536.
    @inlinable public mutating func update(_ bit: Int, expected probability: Int) {
        if bit == 0 { zeros &+= 65_536 } else { ones &+= 65_536 }
        expectedOnes &+= UInt32(truncatingIfNeeded: probability)
        expectedZeros &+= UInt32(truncatingIfNeeded: 65_536 &- probability)
        guard ones &+ zeros >= Self.memory << 16 else { return }
        ones >>= 1
        zeros >>= 1
        expectedOnes >>= 1
        expectedZeros >>= 1
    }
}
