import EntropyCoding

/// The probability that a nonzero value is negative (`FORMAT.md`, section 5).
struct SignModel {
    private var model = CorrectedModel(contexts: [9, 21, 13, 19], weight: 6_554, rate: 1_500, prior: 16_384)

    /// Codes a sign: 1 for negative.
    mutating func code<Coder: BitCoder>(
        _ bit: Int, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) -> Int {
        let state = counts.columns[column]
        let signs = NearSigns(column, counts)
        model.select(0, (signs.left + 1) * 3 + signs.above + 1)
        model.select(1, (Int(max(-3, min(3, state.signSum))) + 3) * 3 + Int(state.signBefore) + 1)
        model.select(2, 2 * signs.left + 2 * signs.above + signs.diagonal + 6)
        model.select(3, max(-9, min(9, signs.window / 4)) + 9)
        return model.code(bit, logit: 0, &coder)
    }
}

/// Signs of the values close by that are known in a row.
private struct NearSigns {
    var left = 0
    var above = 0
    /// The sum of the two above, left and right.
    var diagonal = 0
    /// The sum of values within two rows and columns of the grid, the nearest counted four times.
    var window = 0

    init(_ column: Int, _ counts: MatrixCounts) {
        counts.geometry.forEach(MatrixGeometry.before, { $0 }, from: column) { offset, neighbour in
            let level = Int(counts.columns[neighbour].level)
            switch (offset.dx, offset.dy) {
            case (-1, 0): left = level.signum()
            case (0, -1): above = level.signum()
            case (_, -1) where abs(offset.dx) == 1: diagonal += level.signum()
            default: break
            }
            window += max(abs(offset.dx), -offset.dy) == 1 ? 4 * level : level
        }
    }
}
