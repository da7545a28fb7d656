/// Codes bits that have an estimated probability in each of two contexts, mixing both as logits with weights that learn
/// online (see `Mixer`).
public struct MixedPair: Sendable {
    /// Weights in 1/65,536.
    @usableFromInline var first: Int
    @usableFromInline var second: Int
    @usableFromInline let rate: Int

    /// - Parameters:
    ///   - weight: the initial weight of each, in 1/65,536.
    ///   - rate: step of gradient descent in 1/65,536.
    public init(weight: Int, rate: Int) {
        first = weight
        second = weight
        self.rate = rate
    }

    /// Codes a bit; it and both estimates learn.
    @inlinable public mutating func code<Coder: BitCoder>(
        _ bit: Int, _ one: inout AdaptiveBit, _ other: inout AdaptiveBit, _ coder: inout Coder
    ) -> Int {
        let x = LogisticScale.stretch(one.probability)
        let y = LogisticScale.stretch(other.probability)
        let probability = LogisticScale.probability((first &* x &+ second &* y) >> 16)
        let result = coder.code(bit, probability: probability)
        let error = (result << 16 &- probability) &* rate
        first = Mixer.moved(first, error, x)
        second = Mixer.moved(second, error, y)
        one.update(result)
        other.update(result)
        return result
    }
}
