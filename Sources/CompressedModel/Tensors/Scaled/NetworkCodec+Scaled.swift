import EntropyCoding

extension NetworkCodec {
    /// Codes integers with scales of rows and columns; a decoder passes ones without indices.
    ///
    /// - Throws: `Malformation`.
    mutating func scaled(_ given: ScaledIndices, _ dimensions: [Int]) throws -> ScaledIndices {
        let matrix = ScaledMatrix(dimensions: dimensions)
        try budget.take(1, of: (matrix.rows + matrix.columns) * MemoryCost.scale)
        if given.chains != .none { try budget.pass(matrix.rows * matrix.columns, of: MemoryCost.chain) }
        var result = ScaledIndices(step: try half(given.step), chains: given.chains, indices: [])
        result.rows = try exponents(given.rows, count: matrix.rows, .rowScale)
        result.columns = try exponents(given.columns, count: matrix.columns, .columnScale)
        // Levels that depend on one another were checked: there are symbols of them.
        let symbols = given.chains.symbols(of: given.indices, columns: matrix.columns) ?? []
        result.indices = symbols.filled(matrix.rows * matrix.columns)
        // Where a dimension is 0 the product of others may be beyond all integers.
        let isSpatial = dimensions.count > 2 && !result.indices.isEmpty
        try values(&result.indices, matrix, given.chains, period: isSpatial ? dimensions[2...].reduce(1, *) : 0)
        guard let levels = given.chains.levels(of: result.indices, columns: matrix.columns) else {
            throw Malformation.invalid(.element, value: Int(result.indices.max { $0.magnitude < $1.magnitude } ?? 0))
        }
        result.indices = levels
        return result
    }

    /// Codes symbols.
    private mutating func values(
        _ values: inout [Int32], _ matrix: ScaledMatrix, _ chains: ScaledIndices.Chains, period: Int
    ) throws {
        guard !values.isEmpty else { return }
        let geometry = MatrixGeometry(dimensions: [matrix.rows, matrix.columns])
        let isLive = liveRows.code(values, geometry, &coder)
        try budget.decode(positions: isLive.count { $0 } * geometry.columns)
        var (counts, states) = (ScaledCounts(columns: matrix.columns), ChainStates(chains, columns: matrix.columns))
        for row in 0..<matrix.rows {
            states.beginRow(row)
            guard isLive[row] else {
                for column in 0..<matrix.columns { states.advance(column, by: 0) }
                continue
            }
            try scaledValues.code(
                &values, row: row * matrix.columns..<(row + 1) * matrix.columns, period: period, &counts, &states, &coder)
        }
    }

    /// Codes the exponents of scales, each as its difference from the mean of those before.
    private mutating func exponents(_ given: [Int8], count: Int, _ field: IntegerField) throws -> [Int8] {
        guard flag(!given.isEmpty, .hasScales) else { return [] }
        var sum = 0
        return try (0..<count).map { index in
            let mean = index == 0 ? 0 : (2 * sum + index) / (2 * index) - 64
            let difference = signed(index < given.count ? Int(given[index]) - mean : 0, field)
            let (coded, overflow) = difference.addingReportingOverflow(mean)
            guard !overflow, let result = Int8(exactly: coded), ScaledIndices.exponents.contains(result) else {
                throw Malformation.invalid(.scale, value: overflow ? difference : coded)
            }
            sum += coded + 64
            return result
        }
    }
}
