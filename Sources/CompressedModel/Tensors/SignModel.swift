import EntropyCoding

/// The probability that a nonzero value is negative (`FORMAT.md`, section 5).
struct SignModel {
    private var mixer = Mixer(weights: [19_661, 19_661, 19_661], rate: 1_966)
    private var byRow = [AdaptiveBit](repeating: AdaptiveBit(), count: 9)
    private var byColumn = [AdaptiveBit](repeating: AdaptiveBit(), count: 21)
    private var byNeighbours = [AdaptiveBit](repeating: AdaptiveBit(), count: 7)

    /// Codes a sign: 1 for negative.
    mutating func code<Coder: BitCoder>(
        _ bit: Int, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) -> Int {
        let state = counts.columns[column]
        let left = counts.geometry.neighbour(of: column, -1, 0).map { Int(counts.columns[$0].sign) } ?? 0
        let above = counts.geometry.neighbour(of: column, 0, -1).map { Int(counts.columns[$0].sign) } ?? 0
        let row = (left + 1) * 3 + above + 1
        let own = (Self.bounded(state.signSum) + 3) * 3 + Int(state.signBefore) + 1
        let around = Self.bounded(state.neighbourSigns) + 3
        mixer.set(0, probability: byRow[row].probability)
        mixer.set(1, probability: byColumn[own].probability)
        mixer.set(2, probability: byNeighbours[around].probability)
        let result = coder.code(bit, probability: mixer.mix())
        mixer.update(result)
        byRow[row].update(result)
        byColumn[own].update(result)
        byNeighbours[around].update(result)
        return result
    }

    private static func bounded(_ sum: Int32) -> Int { Int(max(-3, min(3, sum))) }
}
