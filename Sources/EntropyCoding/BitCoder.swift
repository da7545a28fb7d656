/// A coder of single bits under given probabilities, in one of two directions.
///
/// A format is written once, generically: `code` takes the bit to write and returns it when it encodes, and ignores
/// its argument and returns the bit that it read when it decodes. So the two directions cannot drift apart.
///
/// The declarations of this module are public, though it is in no product: what is `package` is not specialized for a coder
/// in other modules, inlinable or not, and codes at two thirds of the speed.
public protocol BitCoder {
    /// Codes one bit whose probability of being 1 is `probability` / 65,536.
    ///
    /// - Parameter probability: 16 … 65,520.
    mutating func code(_ bit: Int, probability: Int) -> Int
}

/// Bounds of a probability in 1/65,536: no bit is ever considered certain.
@usableFromInline let leastProbability = 16
@usableFromInline let greatestProbability = 65_520

extension BitCoder {
    /// Codes the lowest `count` bits of `value`, most significant first, each with probability 1/2.
    @inlinable public mutating func code(raw value: UInt64, bits count: Int) -> UInt64 {
        var result: UInt64 = 0
        var position = count - 1
        while position >= 0 {
            let bit = code(Int(truncatingIfNeeded: value >> UInt64(position)) & 1, probability: 32_768)
            result = result << 1 | UInt64(bit)
            position -= 1
        }
        return result
    }
}

/// A coder that writes nothing: models are taught with it.
public struct DiscardingCoder: BitCoder {
    @inlinable public init() {}
    @inlinable public mutating func code(_ bit: Int, probability: Int) -> Int { bit }
}
