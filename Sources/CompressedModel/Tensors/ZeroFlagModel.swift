import EntropyCoding

/// The probability that the value at a position is not zero (`FORMAT.md`, section 5).
///
/// An estimate from the densities around the position, then corrections of it that are learnt in contexts.
struct ZeroFlagModel {
    private var model = CorrectedModel(
        contexts: [12 * 7 * 4, 12 * 12 * 4, 64, 16 * 7, 16 * 12, 9 * 4], weight: 13_107, rate: 700, prior: 18_022)

    /// Codes whether a value is not zero, in a row that has a nonzero.
    mutating func code<Coder: BitCoder>(
        _ bit: Int, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) -> Int {
        let estimate = Estimate(column, counts)
        let state = counts.columns[column]
        let (near, far) = (state.near, state.far)
        let rowStep = LogisticScale.step(estimate.row)
        model.select(0, (LogisticScale.step(estimate.column) &* 7 &+ near) &* 4 &+ far)
        model.select(1, (LogisticScale.step(estimate.around) &* 12 &+ rowStep) &* 4 &+ min(3, near))
        model.select(2, Int(state.pattern & 63))
        model.select(3, min(15, 8 &* Int(state.nonzeros) / (counts.rowsDone &+ 1)) &* 7 &+ counts.age)
        model.select(4, min(15, 16 &* counts.row.positions / counts.geometry.columns) &* 12 &+ rowStep)
        model.select(5, Int(state.feed) &* 4 &+ min(3, Int(state.nonzeros)))
        let logit = counts.row.nonzeros > 0
            ? estimate.logit : Self.impliedLogit(estimate.logit, left: counts.geometry.columns - column)
        return model.code(bit, logit: logit, &coder)
    }

    /// The logit, knowing that there is at least one nonzero among the columns that are left.
    private static func impliedLogit(_ logit: Int, left columns: Int) -> Int {
        let probability = LogisticScale.probability(logit)
        let none = min(65_000, power(65_536 - probability, columns))
        return LogisticScale.stretch(min(65_520, probability << 16 / (65_536 - none)))
    }

    /// The power of a number in 1/65,536, rounded down at every product.
    private static func power(_ base: Int, _ exponent: Int) -> Int {
        var (result, square, rest) = (65_536, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square >> 16 }
            square = square &* square >> 16
            rest >>= 1
        }
        return result
    }
}

extension ZeroFlagModel {
    /// What the densities around a position say, as logits.
    private struct Estimate {
        let row: Int
        let column: Int
        let around: Int
        let logit: Int

        init(_ column: Int, _ counts: MatrixCounts) {
            let state = counts.columns[column]
            let all = counts.density
            func logit(_ nonzeros: Int, of positions: Int, weight: Int) -> Int {
                LogisticScale.stretch(MatrixCounts.density(nonzeros, of: positions, prior: all, weight: weight))
            }
            row = logit(counts.row.nonzeros, of: counts.row.positions, weight: 40)
            self.column = logit(Int(state.nonzeros), of: counts.rowsDone, weight: 15)
            around = logit(
                Int(state.neighbourNonzeros), of: Int(state.neighbourWeight) &* counts.rowsDone, weight: 24)
            var sum = 26_214 &* self.column &+ 24_576 &* around &+ 72_090 &* counts.windowLogit(state)
            if counts.groups.count > 1 {
                let group = counts.groups[column / counts.geometry.group]
                sum &+= 11_469 &* (logit(group.nonzeros, of: group.positions, weight: 5) &- LogisticScale.stretch(all))
            }
            self.logit = sum >> 16
        }
    }
}
