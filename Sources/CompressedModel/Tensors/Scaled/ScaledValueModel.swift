import EntropyCoding

/// Codes integers of dense matrices (`FORMAT.md`, section 5). What it learns from one matrix holds for the next.
struct ScaledValueModel {
    private var magnitudes = ExpectedMagnitudeModel()
    private var signs = SignBalanceModel()

    /// Codes the values of a live row in place.
    ///
    /// - Parameters:
    ///   - row: where it is.
    ///   - period: how many columns before is the same place of another channel; 0 for none.
    ///   - predictor: where levels are predicted.
    /// - Throws: `Malformation`.
    mutating func code<Coder: BitCoder>(
        _ values: inout [Int32], row: Range<Int>, period: Int, _ counts: inout ScaledCounts, _ states: inout ChainStates,
        _ predictor: inout ColumnPredictor?, _ coder: inout Coder
    ) throws {
        counts.beginRow()
        for index in row {
            let column = index &- row.lowerBound
            let above = row.lowerBound > 0 ? Int(min(2, values[index &- row.count].magnitude)) : 0
            let expected = counts.expected(at: column)
            let predicted = predictor?.prediction(at: column, expected)
            let kind = states[column].kind
            let magnitude = try magnitudes.code(
                Int(values[index].magnitude), expected, above: above, kind: kind, predicted?.excess, &coder)
            var isNegative = false
            if magnitude != 0, let predicted {
                isNegative = signs.code(
                    values[index] < 0, column, predicted.signContext(of: 2 &* magnitude &- kind), counts, &coder)
            } else if magnitude != 0 {
                isNegative = signs.code(
                    values[index] < 0, column, left: column > 0 ? values[index &- 1] : 0,
                    channel: period > 0 && column >= period ? values[index &- period] : 0, counts, &coder)
            }
            guard magnitude <= Int(Int32.max) + (isNegative ? 1 : 0) else {
                throw Malformation.invalid(.element, value: magnitude)
            }
            values[index] = Int32(truncatingIfNeeded: isNegative ? -magnitude : magnitude)
            counts.count(magnitude: magnitude, isNegative: isNegative, at: column)
            states.advance(column, by: values[index])
            let level = magnitude == 0 ? 0 : 2 &* magnitude &- kind
            predictor?.learn(isNegative ? -level : level, at: column)
        }
        counts.endRow()
        predictor?.endRow()
    }
}

/// Magnitudes under what is expected of them: small ones in unary.
private struct ExpectedMagnitudeModel {
    /// Magnitudes from here on are coded by what they exceed it.
    private static let unary = 14
    /// Steps of expected magnitudes, and of how much more is predicted.
    private static let (steps, excess) = (48, 20)

    /// "Larger" for each magnitude, by what is expected of the row; for 0, 1 or more in the row above. Then by what is
    /// expected from what is close by in the row. The same once more for states whose levels are odd.
    private var larger = (0..<8).flatMap { _ in Self.beforeAny }
    private var mixed = [MixedPair](repeating: MixedPair(weight: 32_768, rate: 16), count: 2 * unary)
    /// Where levels are predicted: "larger" by what is expected of the row and by how much more is predicted; and of all three.
    private var predicted = (0..<2).flatMap { _ in Self.beforeAnyPredicted }
    private var mixedPredicted = [MixedTriple](repeating: MixedTriple(weight: 21_845, rate: 80), count: 2 * unary)
    private var excesses = [IntegerModel](repeating: IntegerModel(), count: steps / 4)

    private static let beforeAnyPredicted: [AdaptiveBit] = stride(from: 0, to: steps, by: 2).flatMap { step in
        (0..<excess).flatMap { _ in beforeAny[step * unary..<(step + 1) * unary] }
    }

    /// What is known before any value has come: magnitudes fall off between Laplace's and Gauss's ways.
    private static let beforeAny: [AdaptiveBit] = (0..<steps).flatMap { step in
        (0..<unary).map { magnitude in
            let logit = magnitude == 0 ? 57 * step - 931 : 57 * step - 1_250 + 62 * magnitude - 11 * step * magnitude / 4
            return AdaptiveBit(probability: UInt16(LogisticScale.probability(logit)), seen: 12)
        }
    }

    /// - Parameters:
    ///   - above: the magnitude in the row above, at most 2.
    ///   - kind: 1 in states whose levels are odd.
    ///   - excess: by how much more is predicted.
    /// - Throws: `Malformation`.
    @inline(__always)
    mutating func code<Coder: BitCoder>(
        _ magnitude: Int, _ expected: (row: Int, near: Int), above: Int, kind: Int, _ excess: Int?, _ coder: inout Coder
    ) throws -> Int {
        let contexts = (
            row: ((4 &* kind &+ above) &* Self.steps &+ expected.row) &* Self.unary,
            near: ((4 &* kind &+ 3) &* Self.steps &+ expected.near) &* Self.unary, weights: kind &* Self.unary)
        let result: Int
        if let excess {
            let third = ((kind &* Self.steps / 2 &+ expected.row / 2) &* Self.excess &+ excess) &* Self.unary
            result = predictedSmallMagnitude(magnitude, contexts, third, &coder)
        } else {
            result = smallMagnitude(magnitude, contexts, &coder)
        }
        guard result == Self.unary else { return result }
        let beyond = excesses[expected.near / 4].code(UInt64(max(0, magnitude - Self.unary)), &coder)
        guard beyond < 1 << 32 else { throw Malformation.invalid(.element, value: Int(clamping: beyond)) }
        return Self.unary + Int(beyond)
    }

    /// Codes small magnitudes, and whether it is none of these.
    @inline(__always)
    private mutating func smallMagnitude<Coder: BitCoder>(
        _ magnitude: Int, _ contexts: (row: Int, near: Int, weights: Int), _ coder: inout Coder
    ) -> Int {
        larger.withUnsafeMutableBufferPointer { larger in
            mixed.withUnsafeMutableBufferPointer { mixed in
                var result = 0
                while result < Self.unary, mixed[contexts.weights &+ result].code(
                    magnitude > result ? 1 : 0, &larger[contexts.row &+ result], &larger[contexts.near &+ result], &coder) != 0 {
                    result &+= 1
                }
                return result
            }
        }
    }

    /// The same with what is predicted as a third context.
    @inline(__always)
    private mutating func predictedSmallMagnitude<Coder: BitCoder>(
        _ magnitude: Int, _ contexts: (row: Int, near: Int, weights: Int), _ third: Int, _ coder: inout Coder
    ) -> Int {
        larger.withUnsafeMutableBufferPointer { larger in
            predicted.withUnsafeMutableBufferPointer { predicted in
                mixedPredicted.withUnsafeMutableBufferPointer { mixed in
                    var result = 0
                    while result < Self.unary, mixed[contexts.weights &+ result].code(
                        magnitude > result ? 1 : 0, &larger[contexts.row &+ result], &larger[contexts.near &+ result],
                        &predicted[third &+ result], &coder) != 0 {
                        result &+= 1
                    }
                    return result
                }
            }
        }
    }
}

/// The probability that a value is negative: from the balance of signs in its column and row, and from two neighbours or, where
/// levels are predicted, from what is predicted.
private struct SignBalanceModel {
    private static let (balances, ages) = (15, 5)

    private var columns = [AdaptiveBit](repeating: AdaptiveBit(), count: balances * ages)
    private var rows = [AdaptiveBit](repeating: AdaptiveBit(), count: balances * ages)
    private var neighbours = [AdaptiveBit](repeating: AdaptiveBit(), count: 9)
    private var predicted = [AdaptiveBit](repeating: AdaptiveBit(), count: 96)
    private var mixed = MixedTriple(weight: 26_214, rate: 16)
    private var mixedPredicted = MixedTriple(weight: 26_214, rate: 80)

    /// - Parameters:
    ///   - left: the value before in the row; 0 for none.
    ///   - channel: the value at the same place of the channel before; 0 for none.
    @inline(__always)
    mutating func code<Coder: BitCoder>(
        _ isNegative: Bool, _ column: Int, left: Int32, channel: Int32, _ counts: ScaledCounts, _ coder: inout Coder
    ) -> Bool {
        let near = 3 &* (Int(left.signum()) &+ 1) &+ Int(channel.signum()) &+ 1
        let ofColumn = Self.context(Int(counts.columns[column].balance), of: counts.rowsDone)
        let ofRow = Self.context(counts.rowBalance, of: column)
        return mixed.code(isNegative ? 1 : 0, &columns[ofColumn], &rows[ofRow], &neighbours[near], &coder) != 0
    }

    /// - Parameter context: what is predicted.
    @inline(__always)
    mutating func code<Coder: BitCoder>(
        _ isNegative: Bool, _ column: Int, _ context: Int, _ counts: ScaledCounts, _ coder: inout Coder
    ) -> Bool {
        let ofColumn = Self.context(Int(counts.columns[column].balance), of: counts.rowsDone)
        let ofRow = Self.context(counts.rowBalance, of: column)
        return mixedPredicted.code(isNegative ? 1 : 0, &columns[ofColumn], &rows[ofRow], &predicted[context], &coder) != 0
    }

    @inline(__always)
    private static func context(_ balance: Int, of count: Int) -> Int {
        let strength = min(7, Int.bitWidth &- Int(balance.magnitude).leadingZeroBitCount)
        let age = max(0, min(4, (Int.bitWidth &- count.leadingZeroBitCount &- 2) / 2))
        return ((balance < 0 ? -strength : strength) &+ 7) &* ages &+ age
    }
}
