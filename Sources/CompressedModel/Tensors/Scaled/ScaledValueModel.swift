import EntropyCoding

/// Codes integers of dense matrices (`FORMAT.md`, section 5). What it learns from one matrix holds for the next.
struct ScaledValueModel {
    /// Magnitudes from here on are coded by what they exceed it.
    private static let unary = 14
    /// Steps of expected magnitudes.
    private static let steps = 48

    /// "Larger" for each magnitude, by what is expected of the row, and close by.
    private var row = Self.larger
    private var near = Self.larger
    private var mixed = [MixedPair](repeating: MixedPair(weight: 32_768, rate: 16), count: unary)
    private var excesses = [IntegerModel](repeating: IntegerModel(), count: steps / 4)
    private var signs = SignBalanceModel()

    /// Codes the values of a live row in place.
    ///
    /// - Parameters:
    ///   - row: where it is.
    ///   - period: how many columns before is the same place of another channel; 0 for none.
    /// - Throws: `Malformation`.
    mutating func code<Coder: BitCoder>(
        _ values: inout [Int32], row: Range<Int>, period: Int, _ counts: inout ScaledCounts, _ coder: inout Coder
    ) throws {
        counts.beginRow()
        for index in row {
            let column = index &- row.lowerBound
            let magnitude = try code(magnitude: Int(values[index].magnitude), column, counts: &counts, &coder)
            var isNegative = false
            if magnitude != 0 {
                isNegative = signs.code(
                    values[index] < 0, column, left: column > 0 ? values[index &- 1] : 0,
                    channel: period > 0 && column >= period ? values[index &- period] : 0, counts, &coder)
            }
            guard magnitude <= Int(Int32.max) + (isNegative ? 1 : 0) else {
                throw Malformation.invalid(.element, value: magnitude)
            }
            values[index] = Int32(truncatingIfNeeded: isNegative ? -magnitude : magnitude)
            counts.count(magnitude: magnitude, isNegative: isNegative, at: column)
        }
        counts.endRow()
    }

    @inline(__always)
    private mutating func code<Coder: BitCoder>(
        magnitude: Int, _ column: Int, counts: inout ScaledCounts, _ coder: inout Coder
    ) throws -> Int {
        let expected = counts.expected(at: column)
        let (first, second) = (expected.row &* Self.unary, expected.near &* Self.unary)
        var result = 0
        while result < Self.unary {
            let bit = magnitude > result ? 1 : 0
            guard mixed[result].code(bit, &row[first &+ result], &near[second &+ result], &coder) != 0 else { return result }
            result &+= 1
        }
        let excess = excesses[expected.near / 4].code(UInt64(max(0, magnitude - Self.unary)), &coder)
        guard excess < 1 << 32 else { throw Malformation.invalid(.element, value: Int(clamping: excess)) }
        return Self.unary + Int(excess)
    }

    /// What is known before any value has come: magnitudes fall off between Laplace's and Gauss's ways.
    private static let larger: [AdaptiveBit] = (0..<steps).flatMap { step in
        (0..<unary).map { magnitude in
            let logit = magnitude == 0 ? 57 * step - 931 : 57 * step - 1_250 + 62 * magnitude - 11 * step * magnitude / 4
            return AdaptiveBit(probability: UInt16(LogisticScale.probability(logit)), seen: 12)
        }
    }
}

/// The probability that a value is negative: from the balance of signs in its column, with two neighbours, and in its row.
private struct SignBalanceModel {
    private static let (balances, ages, neighbours) = (15, 5, 9)

    private var columns = [AdaptiveBit](repeating: AdaptiveBit(), count: balances * ages * neighbours)
    private var rows = [AdaptiveBit](repeating: AdaptiveBit(), count: balances * ages)
    private var mixed = MixedPair(weight: 45_875, rate: 16)

    /// - Parameters:
    ///   - left: the value before in the row; 0 for none.
    ///   - channel: the value at the same place of the channel before; 0 for none.
    @inline(__always)
    mutating func code<Coder: BitCoder>(
        _ isNegative: Bool, _ column: Int, left: Int32, channel: Int32, _ counts: ScaledCounts, _ coder: inout Coder
    ) -> Bool {
        let neighbours = 3 &* (Int(left.signum()) &+ 1) &+ Int(channel.signum()) &+ 1
        let ofColumn = Self.context(Int(counts.columnBalances[column]), of: counts.rowsDone) &* Self.neighbours &+ neighbours
        let ofRow = Self.context(counts.rowBalance, of: column)
        return mixed.code(isNegative ? 1 : 0, &columns[ofColumn], &rows[ofRow], &coder) != 0
    }

    @inline(__always)
    private static func context(_ balance: Int, of count: Int) -> Int {
        let strength = min(7, Int.bitWidth &- Int(balance.magnitude).leadingZeroBitCount)
        let age = max(0, min(4, (Int.bitWidth &- count.leadingZeroBitCount &- 2) / 2))
        return ((balance < 0 ? -strength : strength) &+ 7) &* ages &+ age
    }
}
