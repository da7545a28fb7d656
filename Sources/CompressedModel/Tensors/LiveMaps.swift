import EntropyCoding

/// Which rows and columns of a matrix have nonzeros.
struct LiveMaps {
    var rows: [Bool]
    var columns: [Bool]

    /// The maps of given values, row-major.
    init(_ values: [Int32], _ geometry: MatrixGeometry) {
        rows = [Bool](repeating: false, count: geometry.rows)
        columns = [Bool](repeating: false, count: geometry.columns)
        var position = 0
        for row in 0..<geometry.rows {
            for column in 0..<geometry.columns where values[position + column] != 0 {
                rows[row] = true
                columns[column] = true
            }
            position += geometry.columns
        }
    }

    /// Codes the maps; a decoder starts from any.
    ///
    /// - Parameter inputs: the nonzeros of each row of the matrix before, which the columns may read; see `FORMAT.md`.
    /// - Throws: `Malformation`, when there are live rows without live columns or the reverse.
    mutating func code<Coder: BitCoder>(
        _ geometry: MatrixGeometry, inputs: [Int], _ coder: inout Coder
    ) throws {
        var rowModels = [AdaptiveBit](repeating: AdaptiveBit(), count: 2)
        var last = true
        for row in rows.indices {
            last = rowModels[last ? 1 : 0].code(rows[row], &coder)
            rows[row] = last
        }
        var columnModels = [AdaptiveBit](repeating: AdaptiveBit(), count: 37)
        let readsInputs = inputs.count == columns.count
        for column in columns.indices {
            let context = readsInputs ? 32 + min(4, inputs[column]) : context(column, geometry)
            columns[column] = columnModels[context].code(columns[column], &coder)
        }
        guard rows.contains(true) == columns.contains(true) else { throw Malformation.invalid(.liveMaps, value: 0) }
    }

    /// The flags around a column that are known before its own.
    private func context(_ column: Int, _ geometry: MatrixGeometry) -> Int {
        func flag(_ dx: Int, _ dy: Int) -> Int {
            guard let neighbour = geometry.neighbour(of: column, dx, dy) else { return 0 }
            return columns[neighbour] ? 1 : 0
        }
        let around = flag(-1, 0) | flag(0, -1) << 1 | flag(-1, -1) << 2 | flag(1, -1) << 3
        guard geometry.group < geometry.columns else { return around | flag(0, -2) << 4 }
        let before = column - geometry.group
        return around | (before >= 0 && columns[before] ? 16 : 0)
    }
}
