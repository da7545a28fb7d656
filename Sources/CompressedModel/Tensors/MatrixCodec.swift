import EntropyCoding

/// Codes the values of one matrix: live rows and columns, zero flags, signs, magnitudes (`FORMAT.md`, section 5).
struct MatrixCodec {
    private let geometry: MatrixGeometry
    private var zeroFlags = ZeroFlagModel()
    private var signs = SignModel()

    init(_ geometry: MatrixGeometry) {
        self.geometry = geometry
    }

    /// Codes `values` in place (rows × columns, row-major). A decoder passes zeros and gets the values.
    ///
    /// - Throws: `Malformation`.
    mutating func code<Coder: BitCoder>(
        _ values: inout [Int32], _ magnitudes: inout some MagnitudeModel, _ coder: inout Coder
    ) throws {
        guard !values.isEmpty else { return }
        var maps = LiveMaps(values, geometry)
        try maps.code(geometry, &coder)
        let columns = maps.columns.indices.filter { maps.columns[$0] }
        guard let lastRow = maps.rows.lastIndex(of: true), let lastColumn = columns.last else { return }
        var counts = MatrixCounts(geometry: geometry, liveColumns: maps.columns)
        for row in 0...lastRow where maps.rows[row] {
            for column in columns {
                let isImplied =
                    column == lastColumn && counts.rowNonzeros == 0
                    || row == lastRow && counts.columns[column].nonzeros == 0
                let index = row * geometry.columns + column
                values[index] = try code(
                    values[index], column, isImplied: isImplied, &counts, &magnitudes, &coder)
            }
            counts.endRow()
        }
    }

    /// Codes the value at one position and counts it.
    @inline(__always)
    private mutating func code<Coder: BitCoder>(
        _ value: Int32, _ column: Int, isImplied: Bool, _ counts: inout MatrixCounts,
        _ magnitudes: inout some MagnitudeModel, _ coder: inout Coder
    ) throws -> Int32 {
        guard isImplied || zeroFlags.code(value != 0 ? 1 : 0, column: column, counts, &coder) != 0 else {
            counts.countZero()
            return 0
        }
        let isNegative = signs.code(value < 0 ? 1 : 0, column: column, counts, &coder) != 0
        let magnitude = try magnitudes.code(
            magnitudes.magnitude(of: value), isNegative: isNegative, column: column, counts, &coder)
        counts.countNonzero(column: column, sign: isNegative ? -1 : 1, excess: magnitudes.excess(magnitude))
        return magnitudes.value(magnitude, isNegative: isNegative)
    }
}
