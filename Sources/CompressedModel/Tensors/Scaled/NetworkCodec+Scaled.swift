import EntropyCoding

extension NetworkCodec {
    /// Codes integers with scales of rows and columns; a decoder passes ones without indices.
    ///
    /// - Parameter isPredicted: whether an encoder of version 6 predicts levels.
    /// - Throws: `Malformation`.
    mutating func scaled(_ given: ScaledIndices, _ dimensions: [Int], isPredicted: Bool) throws -> ScaledIndices {
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
        let period = isSpatial ? dimensions[2...].reduce(1, *) : 0
        if version >= 6, !result.indices.isEmpty, flag(isPredicted, .isPredicted) {
            try predictedValues(&result.indices, matrix, given.chains, period: period)
        } else {
            try values(&result.indices, matrix, given.chains, period: period, nil)
        }
        guard let levels = given.chains.levels(of: result.indices, columns: matrix.columns) else {
            throw Malformation.invalid(.element, value: Int(result.indices.max { $0.magnitude < $1.magnitude } ?? 0))
        }
        result.indices = levels
        return result
    }

    /// Codes symbols whose levels are predicted, along the shorter of rows and columns.
    private mutating func predictedValues(
        _ values: inout [Int32], _ matrix: ScaledMatrix, _ chains: ScaledIndices.Chains, period: Int
    ) throws {
        let columns = min(matrix.rows, matrix.columns)
        let ofTurned = matrix.rows < matrix.columns ? matrix.rows * matrix.columns * MemoryCost.turned : 0
        try budget.pass(1, of: columns * ColumnPredictor.width(columns) * MemoryCost.coefficient + ofTurned)
        let predictor = ColumnPredictor(columns: columns)
        guard matrix.rows < matrix.columns else { return try self.values(&values, matrix, chains, period: period, predictor) }
        var turned = values.transposed(columns: matrix.columns)
        try self.values(&turned, matrix.transposed, chains.transposed, period: 0, predictor)
        values = turned.transposed(columns: matrix.rows)
    }

    /// Codes symbols.
    private mutating func values(
        _ values: inout [Int32], _ matrix: ScaledMatrix, _ chains: ScaledIndices.Chains, period: Int, _ predictor: ColumnPredictor?
    ) throws {
        guard !values.isEmpty else { return }
        let geometry = MatrixGeometry(dimensions: [matrix.rows, matrix.columns])
        let isLive = liveRows.code(values, geometry, &coder)
        try budget.decode(positions: isLive.count { $0 } * geometry.columns)
        var (counts, states) = (ScaledCounts(columns: matrix.columns), ChainStates(chains, columns: matrix.columns))
        var predictor = predictor
        for row in 0..<matrix.rows {
            states.beginRow(row)
            guard isLive[row] else {
                for column in 0..<matrix.columns { states.advance(column, by: 0) }
                continue
            }
            try scaledValues.code(
                &values, row: row * matrix.columns..<(row + 1) * matrix.columns, period: period, &counts, &states, &predictor,
                &coder)
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

extension [Int32] {
    /// The elements of a matrix, column by column.
    fileprivate func transposed(columns: Int) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(count)
        for column in 0..<columns {
            for index in stride(from: column, to: count, by: columns) { result.append(self[index]) }
        }
        return result
    }
}
