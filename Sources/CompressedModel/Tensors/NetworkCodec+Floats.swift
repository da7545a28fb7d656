import EntropyCoding

extension NetworkCodec {
    /// Codes the elements of a float tensor; a decoder passes an encoding of the right kind.
    ///
    /// - Throws: `Malformation`.
    mutating func floatElements(
        _ given: TensorEncoding, _ dimensions: [Int], grid: Int
    ) throws -> TensorEncoding {
        let count = try elementCount(within: dimensions)
        try budget.take(elements: count)
        switch given {
        case .codebook(let magnitudes, let indices):
            let magnitudes = try codebook(magnitudes)
            let geometry = try geometry(dimensions, grid)
            var values = indices.map(Int32.init).filled(count)
            var model = LevelModel(levels: magnitudes.count)
            var matrix = MatrixCodec(geometry)
            try matrix.code(&values, &model, &coder)
            return .codebook(magnitudes: magnitudes, indices: values.map { Int8(truncatingIfNeeded: $0) })
        case .uniform(let step, let indices):
            let step = try half(step)
            let geometry = try geometry(dimensions, grid)
            var values = indices.filled(count)
            var matrix = MatrixCodec(geometry)
            try matrix.code(&values, &uniformMagnitudes, &coder)
            return .uniform(step: step, indices: values)
        case .float32(let elements):
            let geometry = try geometry(dimensions, grid)
            var values = elements.map { Int32(bitPattern: $0.bitPattern) }.filled(count)
            var matrix = MatrixCodec(geometry)
            try matrix.code(&values, &floatMagnitudes, &coder)
            return .float32(values.map { Float(bitPattern: UInt32(bitPattern: $0)) })
        }
    }

    private mutating func geometry(_ dimensions: [Int], _ grid: Int) throws -> MatrixGeometry {
        guard dimensions.count == 2 else { return MatrixGeometry(dimensions: dimensions) }
        let width = integer(UInt64(grid), .grid)
        guard width <= dimensions[1] else { throw Malformation.invalid(.grid, value: Int(clamping: width)) }
        return MatrixGeometry(dimensions: dimensions, grid: Int(width))
    }

    private mutating func codebook(_ given: [Float]) throws -> [Float] {
        let count = try count(given.count, .levels)
        guard (1...127).contains(count) else { throw Malformation.invalid(.levels, value: count) }
        var result: [Float] = []
        for index in 0..<count {
            let magnitude = try half(index < given.count ? given[index] : 0)
            guard magnitude > result.last ?? 0 else { throw Malformation.invalid(.codebook, value: index) }
            result.append(magnitude)
        }
        return result
    }

    /// A finite number that is not negative, in binary16.
    private mutating func half(_ given: Float) throws -> Float {
        let bits = Int(Binary16(rounding: given).bits)
        let exponent = halfExponent.code(bits >> 10, &coder)
        guard exponent < 31 else { throw Malformation.invalid(.step, value: exponent) }
        let fraction = coder.code(raw: UInt64(bits), bits: 10)
        return Binary16(bits: UInt16(exponent << 10) | UInt16(fraction)).value
    }
}

extension [Int32] {
    /// The array itself, or as many zeros as it should have elements.
    fileprivate func filled(_ count: Int) -> [Int32] {
        self.count == count ? self : [Int32](repeating: 0, count: count)
    }
}
