import EntropyCoding

/// The probability that the value at a position is not zero (`FORMAT.md`, section 5).
struct ZeroFlagModel {
    private var mixer = Mixer(weights: [6_554, 13_107, 13_107, 19_661, 19_661], rate: 131)
    private var byColumn = [AdaptiveBit](repeating: AdaptiveBit(), count: 12 * 7 * 4)
    private var byNeighbours = [AdaptiveBit](repeating: AdaptiveBit(), count: 12 * 12 * 4)

    mutating func code<Coder: BitCoder>(
        _ bit: Int, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) -> Int {
        let state = counts.columns[column]
        let prior = counts.density
        let row = MatrixCounts.density(counts.rowNonzeros, of: counts.rowPositions, prior: prior)
        let own = MatrixCounts.density(Int(state.nonzeros), of: counts.rowsDone, prior: prior)
        let around = MatrixCounts.density(
            Int(state.neighbourNonzeros), of: Int(state.neighbourWeight) &* counts.rowsDone, prior: prior)
        let rowLogit = LogisticScale.stretch(row)
        let ownLogit = LogisticScale.stretch(own)
        let aroundLogit = LogisticScale.stretch(around)
        let first = Self.step(ownLogit) * 28 + Int(state.near) * 4 + min(3, Int(state.far))
        let second = (Self.step(aroundLogit) * 12 + Self.step(rowLogit)) * 4 + min(3, Int(state.near))
        mixer.set(0, logit: rowLogit)
        mixer.set(1, logit: ownLogit)
        mixer.set(2, logit: aroundLogit)
        mixer.set(3, probability: byColumn[first].probability)
        mixer.set(4, probability: byNeighbours[second].probability)
        let result = coder.code(bit, probability: mixer.mix())
        mixer.update(result)
        byColumn[first].update(result)
        byNeighbours[second].update(result)
        return result
    }

    /// A logit in whole units, -6 … 5, counted from 0.
    static func step(_ logit: Int) -> Int {
        max(0, min(11, (logit + 1_536) >> 8))
    }
}
