/// Codes bits that have an estimated probability in each of three contexts, as `MixedPair` does with two.
public struct MixedTriple: Sendable {
    /// Weights in 1/65,536.
    @usableFromInline var first: Int
    @usableFromInline var second: Int
    @usableFromInline var third: Int
    @usableFromInline let rate: Int

    /// - Parameters:
    ///   - weight: the initial weight of each, in 1/65,536.
    ///   - rate: step of gradient descent in 1/65,536.
    public init(weight: Int, rate: Int) {
        first = weight
        second = weight
        third = weight
        self.rate = rate
    }

    /// Codes a bit; it and all estimates learn.
    @inlinable public mutating func code<Coder: BitCoder>(
        _ bit: Int, _ one: inout AdaptiveBit, _ two: inout AdaptiveBit, _ three: inout AdaptiveBit, _ coder: inout Coder
    ) -> Int {
        let x = LogisticScale.stretch(one.probability)
        let y = LogisticScale.stretch(two.probability)
        let z = LogisticScale.stretch(three.probability)
        let probability = LogisticScale.probability((first &* x &+ second &* y &+ third &* z) >> 16)
        let result = coder.code(bit, probability: probability)
        let error = (result << 16 &- probability) &* rate
        first = Mixer.moved(first, error, x)
        second = Mixer.moved(second, error, y)
        third = Mixer.moved(third, error, z)
        one.update(result)
        two.update(result)
        three.update(result)
        return result
    }
}
