import NeuralGraph
import ONNX

extension FunctionExpansion {
    /// Before opset 21, each group of channels as one instance (Wu and He, "Group normalization", 2018), with a scale and a bias for each
    /// group.
    mutating func groupNormalization() throws(UnsupportedNode) {
        let lengths = try lengths(0)
        guard lengths.count > 1, let channels = lengths[1], node.inputs.count == 3 else {
            throw reader.unsupported("its input has no channels, or is a constant")
        }
        let groups = try reader.int("num_groups", default: 0)
        guard groups > 0, channels % groups == 0 else { throw reader.unsupported("\(channels) channels in \(groups) groups") }
        // 0 is the batch as it is.
        let rows = [lengths[0] ?? 0, groups, -1]
        let whole = lengths.map { $0 ?? 0 }
        let epsilon = node.attributes.filter { $0.name == "epsilon" }
        let grouped = reshape(node.inputs[0], rows)
        let normalized = append("InstanceNormalization", [grouped, node.inputs[1], node.inputs[2]], epsilon)
        _ = reshape(normalized, whole)
    }

    /// A BatchNormalization by the statistics of its own input, which is no batch of samples: of a constant (weight standardization; Qiao
    /// et al., 2019), or of a whole invocation.
    mutating func measuredNormalization() throws(UnsupportedNode) {
        let lengths = try lengths(0).map { $0 ?? 1 }
        guard lengths.count > 1, node.inputs.count > 2 else { throw reader.unsupported("its input has no channels") }
        let (x, axes) = (node.inputs[0], lengths.indices.filter { $0 != 1 })
        let mean = try average(of: x, axes)
        let difference = append("Sub", [x, mean])
        let square = append("Mul", [difference, difference])
        let variance = try average(of: square, axes)
        let epsilon = constant(try reader.float("epsilon", default: 1e-5))
        let sum = append("Add", [variance, epsilon])
        let deviation = append("Sqrt", [sum])
        let normalized = append("Div", [difference, deviation])
        let column = [1, lengths[1]] + lengths.dropFirst(2).map { _ in 1 }
        let scale = reshape(node.inputs[1], column)
        let bias = reshape(node.inputs[2], column)
        let scaled = append("Mul", [normalized, scale])
        _ = append("Add", [scaled, bias])
    }

    private mutating func average(of value: String, _ axes: [Int]) throws(UnsupportedNode) -> String {
        try reduced("ReduceMean", value, axes)
    }

    /// x by its norm along an axis, the root of the sum of squares or the sum of magnitudes; zeros stay.
    mutating func powerNormalization() throws(UnsupportedNode) {
        let norm = try norm(of: node.inputs.first ?? "", axes: [reader.int("axis", default: -1)], power: reader.int("p", default: 2))
        let least = constant(1e-30)
        let divisor = append("Max", [norm, least])
        _ = append("Div", [node.inputs.first ?? "", divisor])
    }

    /// The norm of everything in each channel.
    mutating func globalPowerPool() throws(UnsupportedNode) {
        let axes = Array(2..<max(2, try lengths(0).count))
        _ = try norm(of: node.inputs.first ?? "", axes: axes, power: reader.int("p", default: 2))
    }

    private mutating func norm(of value: String, axes: [Int], power: Int) throws(UnsupportedNode) -> String {
        guard power == 1 || power == 2 else { throw reader.unsupported("p = \(power); 1 and 2 are supported") }
        return try reduced(power == 1 ? "ReduceL1" : "ReduceL2", value, axes)
    }

    /// The norm of each window: from the mean of powers, of which padding has none but counts.
    mutating func powerPool() throws(UnsupportedNode) {
        let (x, power) = (node.inputs.first ?? "", try reader.int("p", default: 2))
        guard power >= 1 else { throw reader.unsupported("p = \(power)") }
        guard try reader.int("ceil_mode", default: 0) == 0 else { throw reader.unsupported("ceil_mode") }
        let taps = try (reader.ints("kernel_shape") ?? []).reduce(Float(1)) { $0 * Float($1) }
        let magnitudes = append("Abs", [x])
        let powers = raised(magnitudes, to: Float(power))
        let means = append(
            "AveragePool", [powers], node.attributes.filter { $0.name != "p" } + [AttributeProto("count_include_pad", .int(1))])
        let sums = scale(means, by: taps)
        _ = raised(sums, to: 1 / Float(power))
    }

    private mutating func raised(_ value: String, to exponent: Float) -> String {
        if exponent == 1 { return value }
        let number = constant(exponent)
        return append("Pow", [value, number])
    }
}
