import Execution
import GraphConversion
import NeuralGraph
import ONNX
import Training

/// Writes a chain of ONNX nodes with random weights, the output of each being the input of the next.
package struct NetworkBuilder {
    /// To be changed where a test needs something unusual.
    package var model = ModelProto()
    /// The value that the next node reads, and its per-sample shape.
    package var current: String
    package var shape: [Int]
    private var random: RandomStream

    package init(input: [Int], seed: UInt64 = 1) {
        current = "x"
        shape = input
        random = RandomStream(seed: seed, name: "network")
        model.opsetImports = [OperatorSetID(version: 17)]
        model.graph.name = "network"
        model.graph.inputs = [
            ValueInfoProto(name: "x", shape: [.parameter("N")] + input.map { .value($0) })
        ]
    }

    // MARK: Layers

    package mutating func gemm(_ name: String, _ units: Int, bias: Bool = true) {
        weight("\(name).weight", [units, shape[0]], fanIn: shape[0])
        if bias { weight("\(name).bias", [units], fanIn: 16) }
        node(
            "Gemm", name: name, ["\(name).weight"] + (bias ? ["\(name).bias"] : []),
            [AttributeProto("transB", .int(1))], shape: [units])
    }

    /// A layer on the last axis, without a bias.
    package mutating func matMul(_ name: String, _ units: Int) {
        let inner = shape[shape.count - 1]
        weight("\(name).weight", [inner, units], fanIn: inner)
        node("MatMul", name: name, ["\(name).weight"], shape: shape.dropLast() + [units])
    }

    package mutating func convolution(
        _ name: String, _ channels: Int, kernel: Int = 3, pad: Int = 0, groups: Int = 1, bias: Bool = true
    ) {
        let inner = shape[0] / groups
        weight("\(name).weight", [channels, inner, kernel, kernel], fanIn: inner * kernel * kernel)
        if bias { weight("\(name).bias", [channels], fanIn: 16) }
        node(
            "Conv", name: name, ["\(name).weight"] + (bias ? ["\(name).bias"] : []),
            [AttributeProto("pads", .ints([pad, pad, pad, pad])), AttributeProto("group", .int(groups))],
            shape: [channels] + shape.dropFirst().map { $0 + 2 * pad - kernel + 1 })
    }

    /// With a kernel of 3 and a padding of 1.
    package mutating func transposedConvolution(
        _ name: String, _ channels: Int, stride: Int = 1, groups: Int = 1, bias: Bool = true
    ) {
        weight("\(name).weight", [shape[0], channels / groups, 3, 3], fanIn: shape[0] / groups * 9)
        if bias { weight("\(name).bias", [channels], fanIn: 16) }
        node(
            "ConvTranspose", name: name, ["\(name).weight"] + (bias ? ["\(name).bias"] : []),
            [
                AttributeProto("pads", .ints([1, 1, 1, 1])), AttributeProto("strides", .ints([stride, stride])),
                AttributeProto("group", .int(groups)),
            ], shape: [channels] + shape.dropFirst().map { ($0 - 1) * stride + 1 })
    }

    /// `LSTM`, `GRU` or `RNN` over the first axis. The output is that of each step, `[steps, directions, units]`, or of the last.
    package mutating func recurrent(
        _ name: String, _ type: String, _ units: Int, isBidirectional: Bool = false, givesLast: Bool = false,
        bias: Bool = true, peepholes: Bool = false
    ) {
        let (steps, inner) = (shape[0], shape[1])
        let directions = isBidirectional ? 2 : 1
        let rows = (["RNN": 1, "GRU": 3][type] ?? 4) * units
        weight("\(name).W", [directions, rows, inner], fanIn: inner)
        weight("\(name).R", [directions, rows, units], fanIn: units)
        if bias { weight("\(name).B", [directions, 2 * rows], fanIn: 16) }
        if peepholes { weight("\(name).P", [directions, 3 * units], fanIn: 4) }
        node(
            type, name: name,
            ["\(name).W", "\(name).R", bias ? "\(name).B" : ""] + (peepholes ? ["", "", "", "\(name).P"] : []),
            [
                AttributeProto("hidden_size", .int(units)), AttributeProto("layout", .int(1)),
                AttributeProto("direction", .string(Array((isBidirectional ? "bidirectional" : "forward").utf8))),
            ], shape: givesLast ? [directions, units] : [steps, directions, units])
        if givesLast { model.graph.nodes[model.graph.nodes.count - 1].outputs.insert("", at: 0) }
    }

    package mutating func batchNormalization(_ name: String) {
        let channels = shape[0]
        weight("\(name).weight", [channels], fanIn: 1)
        weight("\(name).bias", [channels], fanIn: 16)
        weight("\(name).mean", [channels], fanIn: 16)
        constant("\(name).variance", [channels], (0..<channels).map { _ in 0.5 + random.nextNormal().magnitude })
        node(
            "BatchNormalization", name: name, ["weight", "bias", "mean", "variance"].map { "\(name).\($0)" },
            shape: shape)
    }

    package mutating func instanceNormalization(_ name: String) {
        weight("\(name).weight", [shape[0]], fanIn: 1)
        weight("\(name).bias", [shape[0]], fanIn: 16)
        node("InstanceNormalization", name: name, ["\(name).weight", "\(name).bias"], shape: shape)
    }

    /// Over the last axis.
    package mutating func layerNormalization(_ name: String) {
        weight("\(name).weight", [shape[shape.count - 1]], fanIn: 1)
        weight("\(name).bias", [shape[shape.count - 1]], fanIn: 16)
        node("LayerNormalization", name: name, ["\(name).weight", "\(name).bias"], shape: shape)
    }

    /// A product or sum with a random constant.
    package mutating func constant(_ type: String, _ name: String, _ own: [Int]) {
        weight("\(name).weight", own, fanIn: 1)
        node(type, name: name, ["\(name).weight"], shape: shape)
    }

    package mutating func reshape(_ name: String, _ sample: [Int]) {
        integers("\(name).shape", [0] + sample)
        node("Reshape", name: name, ["\(name).shape"], shape: sample)
    }

    package mutating func transpose(_ name: String, _ axes: [Int]) {
        node("Transpose", name: name, [], [AttributeProto("perm", .ints([0] + axes.map { $0 + 1 }))], shape: axes.map { shape[$0] })
    }

    /// An Einsum with a matrix `[channels, inputs]`.
    package mutating func contraction(_ name: String, _ equation: String, _ channels: Int) {
        weight("\(name).weight", [channels, shape[0]], fanIn: shape[0])
        node(
            "Einsum", name: name, ["\(name).weight"], [AttributeProto("equation", .string(Array(equation.utf8)))],
            shape: [channels] + shape.dropFirst())
    }

    /// A PRelu with a slope for each channel.
    package mutating func slopes(_ name: String) {
        weight("\(name).weight", [shape[0]] + shape.dropFirst().map { _ in 1 }, fanIn: 16)
        node("PRelu", name: name, ["\(name).weight"], shape: shape)
    }

    // MARK: Operators without weights

    package mutating func relu() { node("Relu", shape: shape) }

    package mutating func softmax() { node("Softmax", [], [AttributeProto("axis", .int(-1))], shape: shape) }

    package mutating func maxPool(_ size: Int) {
        node(
            "MaxPool", [],
            [AttributeProto("kernel_shape", .ints([size, size])), AttributeProto("strides", .ints([size, size]))],
            shape: [shape[0]] + shape.dropFirst().map { $0 / size })
    }

    package mutating func flatten() { node("Flatten", shape: [shape.reduce(1, *)]) }

    // MARK: Parts

    /// A node that reads `current` and then `inputs`; its output becomes `current`.
    package mutating func node(
        _ type: String, name: String? = nil, _ inputs: [String] = [], _ attributes: [AttributeProto] = [],
        shape newShape: [Int]
    ) {
        let name = name ?? "\(type.lowercased())\(model.graph.nodes.count)"
        model.graph.nodes.append(
            NodeProto(
                name: name, operatorType: type, inputs: [current] + inputs, outputs: ["\(name)_out"],
                attributes: attributes))
        current = "\(name)_out"
        shape = newShape
    }

    package mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
        model.graph.initializers.append(TensorProto(name: name, dimensions: shape, floats: values))
    }

    package mutating func integers(_ name: String, _ values: [Int]) {
        model.graph.initializers.append(TensorProto(name: name, dimensions: [values.count], int64s: values))
    }

    /// Random numbers of a size at which `fanIn` of them keep a value's magnitude.
    private mutating func weight(_ name: String, _ shape: [Int], fanIn: Int) {
        let scale = Float(fanIn).squareRoot()
        constant(name, shape, (0..<shape.reduce(1, *)).map { _ in random.nextNormal() / scale })
    }

    /// The network whose outputs are `current` and those named.
    package func graph(alsoOutputs others: [String] = []) throws -> Graph {
        var model = model
        model.graph.outputs = ([current] + others).map { ValueInfoProto(name: $0, shape: nil) }
        return try Graph(model)
    }
}

extension Graph {
    /// The values of the parameter `name`.
    package subscript(name: String) -> [Float] {
        get { parameters[index(ofParameter: name)].values }
        set {
            precondition(newValue.count == parameters[index(ofParameter: name)].count)
            parameters[index(ofParameter: name)].values = newValue
        }
    }

    package func index(ofParameter name: String) -> Int {
        guard let index = parameters.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("there is no parameter \(name)")
        }
        return index
    }

    /// The bits of all parameters: equal for equal networks, NaN and the sign of zero included.
    package var parameterBits: [UInt32] { flatParameters().map(\.bitPattern) }
}
