import ONNX

extension TensorEncoding {
    /// Checks that the encoding keeps the rules that its cases state and fits a tensor.
    ///
    /// - Throws: `Obstacle`.
    func check(initializer name: String, dimensions: [Int]) throws {
        let expected = checkedCount(dimensions) ?? 0
        guard count == expected else {
            throw Obstacle.elementCount(tensor: name, expected: expected, found: count)
        }
        switch self {
        case .codebook(let magnitudes, let indices):
            let ascends = zip(magnitudes, magnitudes.dropFirst()).allSatisfy { $0 < $1 }
            let isExact = magnitudes.allSatisfy { $0 > 0 && Binary16.exact($0) != nil }
            guard (1...127).contains(magnitudes.count), ascends, isExact else {
                throw Obstacle.invalidCodebook(initializer: name)
            }
            if let outside = indices.first(where: { $0.magnitude > magnitudes.count }) {
                throw Obstacle.invalidIndex(initializer: name, Int(outside))
            }
        case .uniform(let step, _):
            guard Binary16.exact(step) != nil else { throw Obstacle.invalidStep(initializer: name, step) }
        case .scaled(let scaled):
            guard Binary16.exact(scaled.step) != nil else {
                throw Obstacle.invalidStep(initializer: name, scaled.step)
            }
            let matrix = ScaledMatrix(dimensions: dimensions)
            for (scales, expected) in [(scaled.rows, matrix.rows), (scaled.columns, matrix.columns)] {
                guard scales.isEmpty || scales.count == expected else {
                    throw Obstacle.scaleCount(initializer: name, expected: expected, found: scales.count)
                }
                if let outside = scales.first(where: { !ScaledIndices.exponents.contains($0) }) {
                    throw Obstacle.invalidScale(initializer: name, exponent: Int(outside))
                }
            }
            guard scaled.chains.symbols(of: scaled.indices, columns: matrix.columns) != nil else {
                throw Obstacle.brokenChain(initializer: name)
            }
        case .float32: break
        }
    }

    /// The number of elements.
    var count: Int {
        switch self {
        case .codebook(_, let indices): indices.count
        case .uniform(_, let indices): indices.count
        case .scaled(let scaled): scaled.indices.count
        case .float32(let elements): elements.count
        }
    }
}
