import struct Foundation.Data
import NeuralGraph
import ONNX

/// An operator with inputs `a`, `b` … of these shapes per sample, each of which is `x`, `z` … plus a trainable zero.
struct GradientCase: Sendable, CustomStringConvertible {
    let name: String
    var domain = ""
    var shapes: [[Int]] = [[3, 4]]
    var attributes: [AttributeProto] = []
    var constants: [TensorProto] = []
    /// Where the constants stand among the inputs; `nil` behind the values.
    var constantPosition: Int?
    var opset = 17
    var isPositive = false
    /// Of the numbers, before the trainable zero is added.
    var factor: Float = 1
    var needsInvocation = false
    /// The operator takes samples on axis 0 only.
    var needsSamples = false
    /// Without a `y`, their product is taken.
    var outputs = ["y"]

    var description: String { domain + name + (attributes.isEmpty ? "" : " \(attributes.map(\.name))") }

    /// Distinct numbers of both signs, some way from 0.
    static func number(_ index: Int) -> Float {
        let magnitude = Float((index * 37 + 11) % 53) / 53 + 0.3
        return index % 3 == 1 ? -magnitude : magnitude
    }

    func model(_ batch: Batch) -> ModelProto {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: opset)]
        if !domain.isEmpty { model.opsetImports.append(OperatorSetID(domain: domain, version: 1)) }
        model.graph.name = name
        var inputs: [String] = []
        for (index, shape) in shapes.enumerated() {
            let (input, sum) = (["x", "z", "u"][index], ["a", "b", "c"][index])
            let axes = [Dimension](repeating: .parameter("N"), count: batch == .axis0 ? 1 : 0)
            model.graph.inputs.append(ValueInfoProto(name: input, shape: axes + shape.map { .value($0) }))
            let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
            model.graph.initializers.append(TensorProto(name: input + ".probe", dimensions: shape, floats: zeros))
            var source = input
            if isPositive {
                model.graph.nodes.append(NodeProto(operatorType: "Abs", inputs: [source], outputs: [input + ".positive"]))
                source = input + ".positive"
            }
            if factor != 1 {
                model.graph.initializers.append(TensorProto(name: input + ".factor", dimensions: [], floats: [factor]))
                model.graph.nodes.append(
                    NodeProto(operatorType: "Mul", inputs: [source, input + ".factor"], outputs: [input + ".scaled"]))
                source = input + ".scaled"
            }
            model.graph.nodes.append(NodeProto(operatorType: "Add", inputs: [source, input + ".probe"], outputs: [sum]))
            inputs.append(sum)
        }
        for (index, constant) in constants.enumerated() {
            var named = constant
            named.name = "constant\(index)"
            model.graph.initializers.append(named)
            inputs.insert(named.name, at: constantPosition.map { $0 + index } ?? inputs.count)
        }
        model.graph.nodes.append(
            NodeProto(operatorType: name, domain: domain, inputs: inputs, outputs: outputs, attributes: attributes))
        if !outputs.contains("y") {
            model.graph.nodes.append(NodeProto(operatorType: "Mul", inputs: outputs, outputs: ["y"]))
        }
        model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
        return model
    }

    private static func integers(_ values: [Int]) -> TensorProto {
        TensorProto(dimensions: [values.count], int64s: values)
    }

    static func floats(_ shape: [Int], from start: Int = 0) -> TensorProto {
        TensorProto(dimensions: shape, floats: (0..<shape.reduce(1, *)).map { number($0 + start) })
    }

    static let all: [GradientCase] = elementwise + reductions + normalizations + products + movements + resamplings + volumes
        + selections + choices + functions

    private static let elementwise: [GradientCase] =
        ["Exp", "Abs", "Neg", "Reciprocal", "HardSigmoid", "HardSwish", "Elu", "Selu", "Celu", "Softplus", "Softsign",
            "Erf", "Sigmoid", "Tanh", "LeakyRelu", "Relu", "Sign", "Sin", "Cos", "Tan", "Atan", "Sinh", "Cosh", "Asinh"]
        .map { GradientCase(name: $0) }
        + ["Log", "Sqrt"].map { GradientCase(name: $0, isPositive: true) }
        + ["Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"].map { GradientCase(name: $0, shapes: [[3, 4], [3, 1]]) }
        + ["Max", "Sum", "Mean"].map { GradientCase(name: $0, shapes: [[3, 4], [1, 4], [3, 1]]) }
        + [
            GradientCase(name: "Pow", shapes: [[3, 4], [1, 4]], isPositive: true),
            GradientCase(name: "Pow", constants: [TensorProto(dimensions: [], floats: [3])]),
            GradientCase(name: "Add", shapes: [[3, 4], [4]], needsInvocation: true),
            GradientCase(name: "PRelu", constants: [floats([3, 1])]),
            GradientCase(name: "PRelu", shapes: [[3, 4], [1, 4]]),
            GradientCase(name: "ThresholdedRelu", attributes: [AttributeProto("alpha", .float(0.1))]),
            GradientCase(name: "Asin", factor: 0.5),
            GradientCase(name: "Acos", factor: 0.5),
            GradientCase(name: "Atanh", factor: 0.5),
            GradientCase(name: "Acosh", isPositive: true, factor: 4),
            GradientCase(
                name: "Shrink", attributes: [AttributeProto("bias", .float(0.25)), AttributeProto("lambd", .float(0.5))]),
        ]

    private static let reductions: [GradientCase] =
        ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
            "ReduceLogSumExp"].flatMap { name in
            [[-1], [-2], [-1, -3]].map { axes in
                GradientCase(name: name, shapes: [[2, 3, 2]], attributes: [AttributeProto("axes", .ints(axes))])
            }
        }
        + [
            GradientCase(
                name: "ReduceLogSum", attributes: [AttributeProto("axes", .ints([-1]))], isPositive: true),
            GradientCase(name: "ReduceSum", constants: [integers([-2])]),
            GradientCase(name: "Softmax", attributes: [AttributeProto("axis", .int(-2))]),
            GradientCase(name: "LogSoftmax"),
        ]

    private static let normalizations: [GradientCase] = [
        GradientCase(name: "RMSNormalization", shapes: [[3, 5]], constants: [floats([5])]),
        GradientCase(name: "Mish"), GradientCase(name: "Swish", attributes: [AttributeProto("alpha", .float(0.7))]),
        GradientCase(name: "LpNormalization", attributes: [AttributeProto("axis", .int(-2))]),
        GradientCase(name: "GlobalLpPool", shapes: [[2, 2, 3]]),
        GradientCase(
            name: "LpPool", shapes: [[2, 2, 3]], attributes: [AttributeProto("kernel_shape", .ints([2, 2])), AttributeProto("p", .int(3))],
            needsSamples: true),
        GradientCase(
            name: "RMSNormalization", shapes: [[2, 3, 2]], attributes: [AttributeProto("axis", .int(-2))],
            constants: [floats([3, 2])]),
        GradientCase(name: "InstanceNormalization", shapes: [[2, 2, 5]], constants: [floats([2]), floats([2], from: 3)]),
        GradientCase(name: "LayerNormalization", shapes: [[3, 5]], constants: [floats([5]), floats([5], from: 3)]),
        GradientCase(
            name: "LayerNormalization", shapes: [[2, 3, 2]], attributes: [AttributeProto("axis", .int(-2))],
            constants: [floats([3, 2])]),
    ]

    private static func equation(_ text: String) -> [AttributeProto] { [AttributeProto("equation", .string(Array(text.utf8)))] }

    private static let products: [GradientCase] = [
        GradientCase(name: "Einsum", shapes: [[3, 4], [4, 2]], attributes: equation("...ij,...jk->...ki")),
        GradientCase(name: "Einsum", shapes: [[3, 4], [3, 2], [2]], attributes: equation("...ij,...ik,...k->...j")),
        GradientCase(name: "Einsum", shapes: [[3, 4]], attributes: equation("...ij,kj->...ik"), constants: [floats([2, 4])]),
        GradientCase(name: "Einsum", shapes: [[3, 3]], attributes: equation("...ii->...i")),
    ]

    private static let movements: [GradientCase] = [
        GradientCase(name: "MatMul", shapes: [[3, 4], [4, 2]]),
        GradientCase(name: "MatMul", shapes: [[2, 3, 4], [1, 4, 2]]),
        GradientCase(name: "MatMul", shapes: [[2, 3, 4], [4, 2]], needsInvocation: true),
        GradientCase(name: "MatMul", shapes: [[4], [4, 2]], needsInvocation: true),
        GradientCase(name: "MatMul", shapes: [[4], [3, 4, 2]], needsInvocation: true),
        GradientCase(name: "MatMul", shapes: [[4]], constants: [floats([4, 2])], needsInvocation: true),
        GradientCase(
            name: "Concat", shapes: [[3, 4], [3, 2]], attributes: [AttributeProto("axis", .int(-1))]),
        GradientCase(
            name: "Split", attributes: [AttributeProto("axis", .int(-1))], constants: [integers([2, 2])],
            outputs: ["p", "q"]),
        GradientCase(
            name: "Split", attributes: [AttributeProto("axis", .int(-1))], constants: [integers([1, 3])],
            outputs: ["unread", "y"]),
        GradientCase(
            name: "Split", attributes: [AttributeProto("axis", .int(-1))], constants: [integers([3, 1])],
            outputs: ["y", "unread"]),
        GradientCase(name: "Gather", attributes: [AttributeProto("axis", .int(-1))], constants: [integers([3, 0, 3])]),
        GradientCase(name: "Trilu", constants: [integers([1])]),
        GradientCase(name: "CumSum", constants: [integers([-1])]),
        GradientCase(
            name: "CumSum", attributes: [AttributeProto("exclusive", .int(1)), AttributeProto("reverse", .int(1))],
            constants: [integers([-2])]),
        GradientCase(name: "Slice", constants: [integers([3]), integers([0]), integers([-1]), integers([-2])]),
        GradientCase(name: "Expand", shapes: [[3, 1]], constants: [integers([1, 3, 4])]),
        GradientCase(name: "GlobalMaxPool", shapes: [[2, 2, 3]]),
        GradientCase(name: "Conv", shapes: [[3, 2, 4]], constants: [floats([2, 2, 3]), floats([2], from: 5)], needsInvocation: true),
        GradientCase(
            name: "DepthToSpace", shapes: [[1, 8, 1, 2]], attributes: [AttributeProto("blocksize", .int(2))],
            needsInvocation: true),
        GradientCase(
            name: "SpaceToDepth", shapes: [[1, 2, 2, 4]], attributes: [AttributeProto("blocksize", .int(2))],
            needsInvocation: true),
        GradientCase(name: "Transpose", attributes: [AttributeProto("perm", .ints([1, 0]))], needsInvocation: true),
        GradientCase(name: "Tile", constants: [integers([2, 3])], needsInvocation: true),
    ]

    private static let resamplings: [GradientCase] = [
        resize([2, 4], ["mode": "nearest", "nearest_mode": "floor"], scales: [1, 1.5]),
        resize([2, 3], ["mode": "linear"], scales: [1, 2]),
        resize([5, 2], ["mode": "linear"], scales: [0.6, 1]),
        resize([3, 2, 4], ["mode": "cubic"], scales: [1.7, 1, 0.8]),
        resize([2, 3, 4], ["mode": "linear", "coordinate_transformation_mode": "align_corners"], scales: [1, 2, 0.5]),
        resize(
            [4, 3], ["mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize"], scales: [0.75, 2],
            region: [0.2, -0.3, 0.9, 0.8]),
    ]

    private static let selections: [GradientCase] = [
        GradientCase(
            name: "TopK", attributes: [AttributeProto("axis", .int(-1))], constants: [integers([2])], outputs: ["y", "unread"]),
        GradientCase(
            name: "TopK", attributes: [AttributeProto("axis", .int(-2)), AttributeProto("largest", .int(0))],
            constants: [integers([2])], outputs: ["y", "unread"]),
        GradientCase(
            name: "Compress", attributes: [AttributeProto("axis", .int(-1))],
            constants: [TensorProto(dimensions: [3], dataType: .bool, content: Data([1, 0, 1]))]),
        GradientCase(name: "ReverseSequence", constants: [integers([1, 3, 4, 2])], needsInvocation: true),
        GradientCase(
            name: "GatherND", shapes: [[4, 3]], constants: [TensorProto(dimensions: [3, 1], int64s: [2, 0, -2])], needsInvocation: true),
    ] + ["none", "add", "mul", "max", "min"].flatMap { reduction in
        let attributes = [AttributeProto("reduction", .string(Array(reduction.utf8)))]
        return [
            scatter("ScatterElements", [[4, 3], [2, 3]], [[2, 0, -4], [2, 1, 0]], attributes),
            scatter("ScatterND", [[4, 3], [2, 3]], [[2], [-2]], attributes),
        ]
    }

    /// With the indices between data and updates.
    private static func scatter(_ name: String, _ shapes: [[Int]], _ rows: [[Int]], _ attributes: [AttributeProto]) -> GradientCase {
        GradientCase(
            name: name, shapes: shapes, attributes: attributes,
            constants: [TensorProto(dimensions: [rows.count, rows[0].count], int64s: rows.flatMap(\.self))],
            constantPosition: 1, needsInvocation: true)
    }

    private static let volumes: [GradientCase] = [
        GradientCase(
            name: "Conv", shapes: [[2, 3, 4, 3]],
            attributes: [AttributeProto("pads", .ints([1, 0, 1, 0, 1, 0])), AttributeProto("strides", .ints([2, 1, 1]))],
            constants: [floats([3, 2, 2, 2, 2]), floats([3], from: 5)], needsSamples: true),
        GradientCase(
            name: "Conv", shapes: [[4, 3, 2, 3]], attributes: [AttributeProto("group", .int(2))],
            constants: [floats([2, 2, 2, 1, 2])], needsSamples: true),
        GradientCase(
            name: "ConvTranspose", shapes: [[2, 2, 3, 2]],
            attributes: [AttributeProto("pads", .ints([1, 0, 0, 0, 1, 0])), AttributeProto("strides", .ints([2, 1, 2]))],
            constants: [floats([2, 3, 2, 2, 2]), floats([3], from: 5)], needsSamples: true),
        GradientCase(name: "MaxPool", shapes: [[2, 3, 4, 3]], attributes: [AttributeProto("kernel_shape", .ints([2, 2, 2]))],
            needsSamples: true),
        GradientCase(
            name: "AveragePool", shapes: [[2, 3, 4, 3]],
            attributes: [AttributeProto("kernel_shape", .ints([2, 3, 2])), AttributeProto("pads", .ints([1, 1, 0, 0, 1, 1]))],
            needsSamples: true),
        GradientCase(name: "GlobalAveragePool", shapes: [[2, 2, 3, 2]]),
        GradientCase(name: "GlobalMaxPool", shapes: [[2, 2, 3, 2]]),
        resize([2, 3, 2], ["mode": "linear"], scales: [2, 1.5, 2]),
    ]

    private static func resize(
        _ shape: [Int], _ attributes: [String: String], scales: [Float], region: [Float] = []
    ) -> GradientCase {
        GradientCase(
            name: "Resize", shapes: [shape],
            attributes: attributes.sorted { $0.key < $1.key }.map { AttributeProto($0.key, .string(Array($0.value.utf8))) },
            constants: [region, scales].map { TensorProto(dimensions: [$0.count], floats: $0) }, needsInvocation: true)
    }
}
