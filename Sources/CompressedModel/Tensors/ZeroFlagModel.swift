import EntropyCoding

/// The probability that the value at a position is not zero (`FORMAT.md`, section 5).
///
/// An estimate from the densities around the position, then corrections of it that are learnt in contexts.
struct ZeroFlagModel {
    private var model = CorrectedModel(
        contexts: [12 * 7 * 4, 12 * 12 * 4, 64, 256, 16 * 12], weight: 9_830, rate: 352, prior: 98_304)

    /// Codes whether a value is not zero.
    ///
    /// - Parameter columnsLeft: live columns of the row from this one on.
    mutating func code<Coder: BitCoder>(
        _ bit: Int, column: Int, columnsLeft: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) -> Int {
        let estimate = Estimate(column, counts)
        let state = counts.columns[column]
        let (near, far) = (state.near, state.far)
        let rowStep = LogisticScale.step(estimate.row)
        model.select(0, (LogisticScale.step(estimate.column) &* 7 &+ near) &* 4 &+ far)
        model.select(1, (LogisticScale.step(estimate.around) &* 12 &+ rowStep) &* 4 &+ min(3, near))
        model.select(2, Int(state.pattern & 63))
        model.select(3, min(15, 8 &* Int(state.nonzeros) / (counts.rowsDone &+ 1)) &* 16 &+ min(15, counts.rowsDone))
        model.select(4, min(15, 16 &* counts.row.positions / counts.liveColumnCount) &* 12 &+ rowStep)
        let logit = Self.impliedLogit(
            estimate.logit, left: counts.row.nonzeros == 0 ? columnsLeft : nil,
            state.nonzeros == 0 ? counts.liveRowCount &- counts.rowsDone : nil)
        return model.code(bit, logit: logit, &coder)
    }

    /// The logit, knowing that a row (a column) which has no nonzero yet has at least one among those that are left.
    private static func impliedLogit(_ logit: Int, left first: Int?, _ second: Int?) -> Int {
        guard first != nil || second != nil else { return logit }
        let probability = LogisticScale.probability(logit)
        var result = probability
        for count in [first, second] {
            guard let count else { continue }
            let none = min(65_000, power(65_536 - probability, count))
            result = min(65_520, result << 16 / (65_536 - none))
        }
        return LogisticScale.stretch(result)
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
            self.column = logit(Int(state.nonzeros), of: counts.rowsDone, weight: 18)
            around = logit(
                Int(state.neighbourNonzeros), of: Int(state.neighbourWeight) &* counts.rowsDone, weight: 54)
            let overall = LogisticScale.stretch(all)
            var sum = 45_875 &* row &+ 26_214 &* self.column &+ 9_830 &* around &- 32_768 &* overall
            sum &+= 58_982 &* counts.windowLogit(state)
            if counts.groups.count > 1 {
                let group = counts.groups[column / counts.geometry.group]
                sum &+= 19_661 &* (logit(group.nonzeros, of: group.positions, weight: 3) &- overall)
            }
            self.logit = sum >> 16
        }
    }
}
