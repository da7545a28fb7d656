import EntropyCoding

extension NetworkCodec {
    /// Codes integers with scales of rows and columns; a decoder passes ones without indices.
    ///
    /// - Throws: `Malformation`.
    mutating func scaled(_ given: ScaledIndices, _ matrix: ScaledMatrix) throws -> ScaledIndices {
        var result = ScaledIndices(step: try half(given.step), indices: [])
        result.rows = try exponents(given.rows, count: matrix.rows)
        result.columns = try exponents(given.columns, count: matrix.columns)
        result.indices = given.indices.filled(matrix.rows * matrix.columns)
        var codec = MatrixCodec(MatrixGeometry(dimensions: [matrix.rows, matrix.columns]))
        try codec.code(&result.indices, &liveRows, &uniformMagnitudes, &coder)
        return result
    }

    /// Codes the exponents of scales as differences, each from the one before.
    private mutating func exponents(_ given: [Int8], count: Int) throws -> [Int8] {
        guard flag(!given.isEmpty, .hasScales) else { return [] }
        var last = 0
        return try (0..<count).map { index in
            let exponent = index < given.count ? Int(given[index]) : 0
            let (coded, overflow) = signed(exponent - last, .scaleDifference).addingReportingOverflow(last)
            guard !overflow, let result = Int8(exactly: coded), ScaledIndices.exponents.contains(result) else {
                throw Malformation.invalid(.scale, value: coded)
            }
            last = coded
            return result
        }
    }
}
