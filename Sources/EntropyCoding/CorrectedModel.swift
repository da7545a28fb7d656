/// Codes bits whose probability another model estimates, and learns in several contexts how to correct the estimate.
///
/// The corrections are mixed as logits, with weights that learn online (see `Mixer`).
public struct CorrectedModel: Sendable {
    @usableFromInline let prior: Int
    @usableFromInline var mixer: Mixer
    /// The corrections of each kind of context, one kind after the other.
    @usableFromInline var corrections: [OddsCorrection]
    /// Where the corrections of each kind begin.
    @usableFromInline let starts: [Int]
    /// The corrections of the contexts of the next bit.
    @usableFromInline var selected: [Int]

    /// - Parameters:
    ///   - contexts: how many contexts there are of each kind.
    ///   - weight: the initial weight of a correction, in 1/65,536.
    ///   - rate: the mixer's, in 1/65,536.
    ///   - prior: the prior of the corrections, in bits, in 1/65,536.
    public init(contexts: [Int], weight: Int, rate: Int, prior: Int) {
        self.prior = prior
        mixer = Mixer(weights: [65_536] + contexts.map { _ in weight }, rate: rate)
        starts = contexts.indices.map { contexts[..<$0].reduce(0, +) }
        selected = starts
        corrections = [OddsCorrection](repeating: OddsCorrection(), count: contexts.reduce(0, +))
    }

    /// Chooses the context of one kind for the next bit.
    @inlinable public mutating func select(_ kind: Int, _ context: Int) {
        selected[kind] = starts[kind] &+ context
    }

    /// Codes a bit whose estimated logit is `logit`.
    @inlinable public mutating func code<Coder: BitCoder>(_ bit: Int, logit: Int, _ coder: inout Coder) -> Int {
        let bounded = max(-LogisticScale.limit, min(LogisticScale.limit, logit))
        mixer.set(0, logit: bounded)
        for kind in selected.indices { mixer.set(kind &+ 1, logit: corrections[selected[kind]].logit(prior: prior)) }
        let result = coder.code(bit, probability: mixer.mix())
        mixer.update(result)
        let expected = LogisticScale.probability(bounded)
        for kind in selected.indices { corrections[selected[kind]].update(result, expected: expected) }
        return result
    }
}
