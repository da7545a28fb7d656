import NeuralGraph
import ONNX

extension FunctionExpansion {
    /// Turns pairs of numbers of each head by angles that depend on the place (Su et al., "RoFormer", 2021; opset 23).
    ///
    /// X is `[N, heads, length, width]` or `[N, length, heads width]`; cosines and sines are `[N, length, half]`, or with places of each
    /// sample `[N, length]` rows of `[places, half]`. Pairs are neighbours, or halves of what is turned; the rest of a head stays.
    mutating func rotaryEmbedding() throws(UnsupportedNode) {
        let lengths = try lengths(0)
        let areJoined = lengths.count == 3
        guard areJoined || lengths.count == 4, let last = lengths[lengths.count - 1], node.inputs.count >= 3 else {
            throw reader.unsupported("its input has \(lengths.count) axes, not 3 or 4")
        }
        let heads = areJoined ? try reader.int("num_heads", default: 0) : 1
        guard heads > 0, last % heads == 0 else { throw reader.unsupported("\(last) numbers of \(heads) heads") }
        let width = last / heads
        let given = try reader.int("rotary_embedding_dim", default: 0)
        let turned = given == 0 ? width : given
        guard turned <= width, turned > 0, turned % 2 == 0 else { throw reader.unsupported("\(turned) of \(width) numbers are turned") }
        let x = areJoined ? reshape(node.inputs[0], [0, 0, heads, width]) : node.inputs[0]
        let axis = areJoined ? 2 : 1
        let (cosines, sines) = (angles(1, axis: axis), angles(2, axis: axis))
        let isInterleaved = try reader.int("interleaved", default: 0) != 0
        let (a, b) =
            isInterleaved
            ? (slice(x, 0, turned, step: 2), slice(x, 1, turned, step: 2))
            : (slice(x, 0, turned / 2), slice(x, turned / 2, turned))
        var (real, imaginary) = turn(a, b, cosines, sines)
        if isInterleaved {
            real = changeAxes("Unsqueeze", real, [-1])
            imaginary = changeAxes("Unsqueeze", imaginary, [-1])
        }
        var result = concat([real, imaginary])
        if isInterleaved { result = reshape(result, [0, 0, 0, turned]) }
        if turned < width {
            let rest = slice(x, turned, width)
            result = concat([result, rest])
        }
        if areJoined { _ = reshape(result, [0, 0, last]) }
    }

    /// The cosines or sines, with an axis for the heads.
    private mutating func angles(_ position: Int, axis: Int) -> String {
        var value = node.inputs[position]
        if let places = input(3) { value = append("Gather", [value, places]) }
        return changeAxes("Unsqueeze", value, [axis])
    }

    private mutating func turn(_ a: String, _ b: String, _ cosines: String, _ sines: String) -> (real: String, imaginary: String) {
        let (first, second) = (append("Mul", [cosines, a]), append("Mul", [sines, b]))
        let (third, fourth) = (append("Mul", [sines, a]), append("Mul", [cosines, b]))
        return (append("Sub", [first, second]), append("Add", [third, fourth]))
    }

    private mutating func slice(_ value: String, _ start: Int, _ end: Int, step: Int = 1) -> String {
        let (first, last, axes, steps) = (constant([start]), constant([end]), constant([-1]), constant([step]))
        return append("Slice", [value, first, last, axes, steps])
    }

    private mutating func concat(_ values: [String]) -> String { append("Concat", values, [AttributeProto("axis", .int(-1))]) }
}
