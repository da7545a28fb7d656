import NeuralGraph
import ONNX

extension ConstantArithmetic {
    /// `(x - zero point) * scale`, for the whole tensor, along an axis or in blocks on it.
    func dequantized() throws(UnsupportedNode) -> ConstantTensor {
        let (shape, values) = try integers(0)
        _ = try checked(shape)
        let scale = try input(1)
        guard let scales = scale.floats else { throw reader.unsupported("the scale is no 32-bit floats") }
        let parts = try scaleParts(of: shape, scale: scale.dimensions)
        let zeroPoints = try zeroPoints(of: scale.dimensions) ?? [Int](repeating: 0, count: scales.count)
        var result: [Float] = []
        result.reserveCapacity(values.count)
        for (position, value) in values.enumerated() {
            let part = parts.place(position)
            let (difference, overflow) = value.subtractingReportingOverflow(zeroPoints[part])
            guard !overflow else { throw reader.unsupported("a difference is beyond 64 bits") }
            result.append(Float(difference) * scales[part])
        }
        return ConstantTensor(shape, .floats(result))
    }

    private func zeroPoints(of scale: [Int]) throws(UnsupportedNode) -> [Int]? {
        guard inputs.count > 2, let given = inputs[2] else { return nil }
        guard given.dataType == inputs[0]?.dataType else {
            throw reader.unsupported("the zero point is of type \(given.dataType), not of the weight's")
        }
        let (shape, values) = try integers(2)
        // Both may be one number, of which exporters write either as a list.
        guard shape == scale || Shape.count(shape) == 1 && Shape.count(scale) == 1 else {
            throw reader.unsupported("the zero point of shape \(shape) does not fit the scale of shape \(scale)")
        }
        return values
    }

    private func scaleParts(of shape: [Int], scale: [Int]) throws(UnsupportedNode) -> ScaleParts {
        if scale.isEmpty || scale == [1] { return .whole }
        let axis = try axis(rank: shape.count, default: 1)
        let block = try reader.int("block_size", default: 0)
        let before = shape[..<axis]
        // Beside an empty axis, the others may have no product.
        let inner = Shape.count(Array(shape[(axis + 1)...])) ?? 0
        if block == 0, scale == [shape[axis]] { return .axis(length: shape[axis], inner: inner) }
        let blocks = block > 0 ? (shape[axis] - 1) / block + 1 : 0
        guard block > 0, scale == before + [blocks] + shape[(axis + 1)...] else {
            throw reader.unsupported(
                "the scale of shape \(scale) does not fit a weight of shape \(shape) on axis \(axis)"
                    + (block > 0 ? " in blocks of \(block)" : ""))
        }
        return .blocks(length: shape[axis], inner: inner, size: block)
    }
}

/// Which scale belongs to an element, by its place.
private enum ScaleParts {
    case whole
    case axis(length: Int, inner: Int)
    /// `size` neighbours on the axis have one scale.
    case blocks(length: Int, inner: Int, size: Int)

    func place(_ position: Int) -> Int {
        switch self {
        case .whole: return 0
        case .axis(let length, let inner): return position / inner % length
        case .blocks(let length, let inner, let size):
            let (outer, rest) = position.quotientAndRemainder(dividingBy: length * inner)
            let blocks = (length - 1) / size + 1
            return (outer * blocks + rest / inner / size) * inner + rest % inner
        }
    }
}
