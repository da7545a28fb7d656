import EntropyCoding

/// Codes the values of one matrix: live rows and columns, zero flags, signs, magnitudes (`FORMAT.md`, section 5).
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
    mutating func code<Coder: BitCoder>(
        _ values: inout [Int32], _ magnitudes: inout some MagnitudeModel, _ coder: inout Coder
    ) throws {
        guard !values.isEmpty else { return }
        var maps = LiveMaps(values, geometry)
        try maps.code(geometry, inputs: inputs, &coder)
        let columns = maps.columns.indices.filter { maps.columns[$0] }
        guard let lastRow = maps.rows.lastIndex(of: true), let lastColumn = columns.last else { return }
        var counts = MatrixCounts(geometry: geometry, maps: maps)
        for row in 0...lastRow where maps.rows[row] {
            for (place, column) in columns.enumerated() {
                let isImplied =
                    column == lastColumn && counts.row.nonzeros == 0
                    || row == lastRow && counts.columns[column].nonzeros == 0
                let index = row * geometry.columns + column
                values[index] = try code(
                    values[index], column, columnsLeft: isImplied ? 0 : columns.count - place, &counts, &magnitudes,
                    &coder)
            }
            counts.endRow()
        }
    }

    /// Codes the value at one position and counts it; `columnsLeft` is 0 where it is known not to be zero.
    @inline(__always)
    private mutating func code<Coder: BitCoder>(
        _ value: Int32, _ column: Int, columnsLeft: Int, _ counts: inout MatrixCounts,
        _ magnitudes: inout some MagnitudeModel, _ coder: inout Coder
    ) throws -> Int32 {
        let isNonzero =
            columnsLeft == 0
            || zeroFlags.code(value != 0 ? 1 : 0, column: column, columnsLeft: columnsLeft, counts, &coder) != 0
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
