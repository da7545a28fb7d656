import EntropyCoding

extension NetworkCodec {
    /// Codes the elements of a float tensor; a decoder passes an encoding of the right kind.
    ///
    /// - Parameters:
    ///   - isPlain: whether ONNX holds the elements themselves.
    ///   - isPredicted: whether an encoder predicts levels of scaled integers.
    /// - Throws: `Malformation`.
    mutating func floatElements(
        _ given: TensorEncoding, _ dimensions: [Int], grid: ColumnGrid, isPlain: Bool, isPredicted: Bool
    ) throws -> TensorEncoding {
        let count = try elementCount(within: dimensions)
        try budget.take(count, of: isPlain ? max(MemoryCost.wide, given.elementCost) : given.elementCost)
        switch given {
        case .codebook(let magnitudes, let indices):
            let magnitudes = try codebook(magnitudes)
            let geometry = try geometry(dimensions, grid)
            var values = indices.filled(count)
            var model = LevelModel(levels: magnitudes.count)
            var matrix = MatrixCodec(geometry, inputs: rowNonzeros)
            try matrix.code(&values, &liveRows, &model, &coder, &budget)
            if dimensions.count > 1 {
                try budget.take(geometry.rows, of: MemoryCost.rowNonzeros)
                rowNonzeros = values.nonzeros(rows: geometry.rows)
            }
            return .codebook(magnitudes: magnitudes, indices: values)
        case .uniform(let step, let indices):
            let step = try half(step)
            let geometry = try geometry(dimensions, grid)
            var values = indices.filled(count)
            var matrix = MatrixCodec(geometry)
            try matrix.code(&values, &liveRows, &uniformMagnitudes, &coder, &budget)
            try takeWide(values)
            return .uniform(step: step, indices: values)
        case .scaled(let scaled):
            let result = try self.scaled(scaled, dimensions, isPredicted: isPredicted)
            try takeWide(result.indices)
            return .scaled(result)
        case .float32(let elements):
            let geometry = try geometry(dimensions, grid)
            var values = elements.map { Int32(bitPattern: $0.bitPattern) }.filled(count)
            var matrix = MatrixCodec(geometry)
            try matrix.code(&values, &liveRows, &floatMagnitudes, &coder, &budget)
            return .float32(values.map { Float(bitPattern: UInt32(bitPattern: $0)) })
        }
    }

    private mutating func geometry(_ dimensions: [Int], _ grid: ColumnGrid) throws -> MatrixGeometry {
        guard dimensions.count == 2 else { return try taken(MatrixGeometry(dimensions: dimensions)) }
        let width = integer(UInt64(grid.width), .gridWidth)
        guard width <= dimensions[1] else { throw Malformation.invalid(.grid, value: Int(clamping: width)) }
        let height = width == 0 ? 0 : integer(UInt64(grid.height), .gridHeight)
        let (group, overflow) = width.multipliedReportingOverflow(by: height)
        guard height == 0 || !overflow && group <= dimensions[1] && dimensions[1] % Int(group) == 0 else {
            throw Malformation.invalid(.grid, value: Int(clamping: height))
        }
        return try taken(MatrixGeometry(dimensions: dimensions, grid: ColumnGrid(width: Int(width), height: Int(height))))
    }

    /// Takes what a matrix needs while it is read.
    mutating func taken(_ geometry: MatrixGeometry) throws -> MatrixGeometry {
        try budget.pass(1, of: geometry.rows * MemoryCost.row + geometry.columns * MemoryCost.column)
        return geometry
    }

    /// Takes what integers need besides where ONNX has to hold them in 32 bits.
    private mutating func takeWide(_ values: [Int32]) throws {
        guard values.contains(where: { Int16(exactly: $0) == nil }) else { return }
        try budget.take(values.count, of: MemoryCost.wide - MemoryCost.integer)
    }

    private mutating func codebook(_ given: [Float]) throws -> [Float] {
        let count = try count(given.count, .levels)
        guard (1...127).contains(count) else { throw Malformation.invalid(.levels, value: count) }
        var result: [Float] = []
        for index in 0..<count {
            let magnitude = try half(index < given.count ? given[index] : 0, atLeast: result.last)
            guard magnitude > result.last ?? 0 else { throw Malformation.invalid(.codebook, value: index) }
            result.append(magnitude)
        }
        return result
    }

    /// A finite number that is not negative, in binary16.
    ///
    /// - Parameter least: a number that it is not below.
    mutating func half(_ given: Float, atLeast least: Float? = nil) throws -> Float {
        let bits = Int(Binary16(rounding: given).bits)
        let exponent = exponent(bits >> 10, atLeast: least)
        guard exponent < 31 else { throw Malformation.invalid(.step, value: exponent) }
        var fraction = Int(coder.code(raw: UInt64(bits >> 4), bits: 6)) << 4
        if !flag(bits & 15 == 0, .shortFraction) { fraction |= Int(coder.code(raw: UInt64(bits), bits: 4)) }
        return Binary16(bits: UInt16(exponent << 10 | fraction)).value
    }

    private mutating func exponent(_ given: Int, atLeast least: Float?) -> Int {
        guard let least else { return halfExponent.code(given, &coder) }
        let base = Int(Binary16(rounding: least).bits >> 10)
        return base + min(31, Int(clamping: integer(UInt64(max(0, given - base)), .exponentStep)))
    }
}

extension TensorEncoding {
    /// Bytes of memory that an element takes where ONNX computes it.
    fileprivate var elementCost: Int {
        switch self {
        case .codebook: MemoryCost.level
        case .uniform, .scaled: MemoryCost.integer
        case .float32: MemoryCost.float
        }
    }
}

extension Array where Element: FixedWidthInteger {
    /// How many elements of each row are not zero.
    fileprivate func nonzeros(rows: Int) -> [Int] {
        (0..<rows).map { row in self[row * (count / rows)..<(row + 1) * (count / rows)].count { $0 != 0 } }
    }

    /// The array itself, or as many zeros as it should have elements.
    func filled(_ count: Int) -> [Element] {
        self.count == count ? self : [Element](repeating: 0, count: count)
    }
}
