import EntropyCoding

/// Codes the values of one matrix: live rows, zero flags, signs, magnitudes (`FORMAT.md`, section 5).
struct MatrixCodec {
    private let geometry: MatrixGeometry
    private let inputs: [Int]
    private var zeroFlags = ZeroFlagModel()
    private var signs = SignModel()

    /// - Parameter inputs: the nonzeros of each row of the matrix before.
    init(_ geometry: MatrixGeometry, inputs: [Int] = []) {
        self.geometry = geometry
        self.inputs = inputs
    }

    /// Codes `values` in place (rows × columns, row-major). A decoder passes zeros and gets the values.
    ///
    /// - Throws: `Malformation`.
    mutating func code<Value: FixedWidthInteger & SignedInteger, Coder: BitCoder>(
        _ values: inout [Value], _ liveRows: inout LiveRows, _ magnitudes: inout some MagnitudeModel,
        _ coder: inout Coder, _ budget: inout Budget
    ) throws {
        guard !values.isEmpty else { return }
        let isLive = liveRows.code(values, geometry, &coder)
        try budget.decode(positions: isLive.count { $0 } * geometry.columns)
        var counts = MatrixCounts(geometry, inputs: inputs)
        for row in 0..<geometry.rows where isLive[row] {
            for column in 0..<geometry.columns {
                let index = row * geometry.columns + column
                let value = try code(Int32(truncatingIfNeeded: values[index]), column, &counts, &magnitudes, &coder)
                values[index] = Value(truncatingIfNeeded: value)
            }
            counts.endRow()
        }
    }

    /// Codes the value at one position of a live row and counts it.
    @inline(__always)
    private mutating func code<Coder: BitCoder>(
        _ value: Int32, _ column: Int, _ counts: inout MatrixCounts, _ magnitudes: inout some MagnitudeModel,
        _ coder: inout Coder
    ) throws -> Int32 {
        let isImplied = column == geometry.columns - 1 && counts.row.nonzeros == 0
        let isNonzero = isImplied || zeroFlags.code(value != 0 ? 1 : 0, column: column, counts, &coder) != 0
        guard isNonzero else {
            counts.countPosition(column)
            return 0
        }
        let isNegative = signs.code(value < 0 ? 1 : 0, column: column, counts, &coder) != 0
        let magnitude = try magnitudes.code(
            magnitudes.magnitude(of: value), isNegative: isNegative, column: column, counts, &coder)
        let level = Int8(magnitudes.level(magnitude))
        counts.countPosition(column)
        counts.countNonzero(column: column, level: isNegative ? -level : level, excess: magnitudes.excess(magnitude))
        return magnitudes.value(magnitude, isNegative: isNegative)
    }
}
