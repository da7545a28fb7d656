import CompressedModel
import Foundation
import ONNX

/// Small networks from which files are made.
enum Networks {
    static func model(
        opset: Int = 17, _ nodes: [NodeProto], x: [Int], output: String = "y", constants: [TensorProto]
    ) -> ModelProto {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: opset)]
        model.graph.name = "g"
        model.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N")] + x.map { .value($0) })]
        model.graph.outputs = [ValueInfoProto(name: output, shape: nil)]
        model.graph.nodes = nodes
        model.graph.initializers = constants
        return model
    }

    static func node(
        _ type: String, _ inputs: [String], _ output: String, _ attributes: KeyValuePairs<String, AttributeValue> = [:]
    ) -> NodeProto {
        NodeProto(
            operatorType: type, inputs: inputs, outputs: [output], attributes: attributes.map { AttributeProto($0, $1) })
    }

    static func floats(_ name: String, _ shape: [Int]) -> TensorProto {
        TensorProto(name: name, dimensions: shape, floats: (0..<shape.reduce(1, *)).map { Float($0 % 5) - 2 })
    }

    static func integers(_ name: String, _ values: [Int], _ type: DataType = .int64) -> TensorProto {
        TensorProto(name: name, dimensions: [values.count], dataType: type, integers: values)
    }

    static func text(_ text: String) -> AttributeValue { .string(Array(text.utf8)) }

    /// All that the importer reads: most of its operators, a few to a network.
    static let readable = models + images + sequences + bodies + batches + [unread]

    /// Layers, what stands between them, and constants as files store them.
    static let models: [ModelProto] = [
        model(
            [
                node("Conv", ["x", "w", "b"], "c", ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1])]),
                node("BatchNormalization", ["c", "b", "b", "b", "v"], "n", ["epsilon": .float(1e-3)]),
                node("Relu", ["n"], "r"),
                node("MaxPool", ["r"], "p", ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]),
                node("Flatten", ["p"], "f", ["axis": .int(1)]), node("Gemm", ["f", "m", "k"], "y", ["transB": .int(1)]),
            ], x: [1, 4, 4],
            constants: [
                floats("w", [2, 1, 3, 3]), floats("b", [2]), TensorProto(name: "v", dimensions: [2], floats: [1, 2]),
                floats("m", [3, 8]), floats("k", [3]),
            ]),
        model(
            [
                node("Pad", ["x", "pads"], "a", ["mode": text("reflect")]),
                node("Slice", ["a", "starts", "ends", "axes"], "b"), node("Transpose", ["b"], "c", ["perm": .ints([0, 2, 1])]),
                node("Concat", ["c", "c"], "d", ["axis": .int(-1)]), node("Unsqueeze", ["d", "axes"], "e"),
                node("Squeeze", ["e", "axes"], "f"), node("Reshape", ["f", "shape"], "y"),
            ], x: [4, 3],
            constants: [
                integers("pads", [0, 1, 0, 0, 1, 0]), integers("starts", [1]), integers("ends", [-1]), integers("axes", [1]),
                integers("shape", [0, -1]),
            ]),
        model(
            opset: 21,
            [
                node("DequantizeLinear", ["q", "s", "z"], "d", ["axis": .int(0)]), node("Transpose", ["d"], "t"),
                node("MatMul", ["x", "t"], "m"), node("Constant", [], "k", ["value": .tensor(floats("", [1, 2]))]),
                node("Add", ["m", "k"], "a"), node("Clip", ["a", "lo"], "c"), node("Softmax", ["c"], "y"),
            ], x: [3],
            constants: [
                TensorProto(name: "q", dimensions: [2, 3], dataType: .int8, integers: [1, -2, 3, 4, 5, -6]),
                floats("s", [2]), integers("z", [0, 1], .int8), TensorProto(name: "lo", dimensions: [], floats: [0]),
            ]),
        model(
            [
                node("Cast", ["i"], "j", ["to": .int(6)]), node("Div", ["j", "five"], "p"), node("Mod", ["j", "five"], "l"),
                node("CumSum", ["p", "zero"], "q"), node("Gather", ["t", "l"], "v"),
                node("ConstantOfShape", ["n"], "o", ["value": .tensor(TensorProto(dimensions: [1], floats: [0]))]),
                node("ScatterElements", ["o", "q", "v"], "r"), node("Reshape", ["r", "shape"], "w"),
                node("Sub", ["x", "w"], "s"), node("Mul", ["s", "w"], "y"),
            ], x: [2, 3],
            constants: [
                integers("i", [6, 7, 11], .uint8), integers("five", [5], .int32), integers("zero", [0]), floats("t", [5]),
                integers("n", [6]), integers("shape", [2, 3]),
            ]),
        model(
            opset: 9,
            [
                node("AveragePool", ["x"], "a", ["kernel_shape": .ints([2]), "auto_pad": text("SAME_UPPER")]),
                node("GlobalAveragePool", ["a"], "b"), node("Squeeze", ["b"], "c", ["axes": .ints([2])]),
                node("LeakyRelu", ["c"], "d", ["alpha": .float(0.1)]), node("Identity", ["d"], "e"),
                node("Dropout", ["e"], "f"), node("LogSoftmax", ["f"], "y", ["axis": .int(1)]),
            ], x: [2, 5], constants: []),
    ]

    /// Networks as `.cmdl` files hold them: every encoding, element types of every size, attributes of every kind.
    static let quantized: [QuantizedModel] = [
        QuantizedModel(
            model: emptied(models[0], ["w", "b", "v", "m", "k"]),
            encodings: [
                "w": .codebook(magnitudes: [0.5, 1, 2], indices: (0..<18).map { Int8($0 % 7 - 3) }),
                "b": .uniform(step: 0.25, indices: [3, -1]), "v": .float32([1, 2]),
                "m": .codebook(magnitudes: [1], indices: (0..<24).map { $0 % 3 == 0 ? 1 : 0 }),
                "k": .uniform(step: 1, indices: [0, 9, 300]),
            ]),
        QuantizedModel(
            model: emptied(models[0], ["w", "b", "v", "m", "k"]),
            encodings: Dictionary(
                uniqueKeysWithValues: models[0].graph.initializers.filter { ["w", "b", "v", "m", "k"].contains($0.name) }
                    .map { ($0.name, .scaled(scaled($0.dimensions))) })),
        QuantizedModel(model: models[1], encodings: [:]),
        QuantizedModel(model: emptied(models[3], ["t"]), encodings: ["t": .float32([0, 1, 0, -1, 3])]),
        QuantizedModel(
            model: model(
                [
                    node("MatMul", ["x", "w"], "m"),
                    NodeProto(
                        name: "odd", operatorType: "Odd", domain: "a.b", inputs: ["m", "", "l", "h"],
                        outputs: ["y", "", "z"],
                        attributes: [
                            AttributeProto("f", .floats([0.1, 3])), AttributeProto("s", .strings([[1, 2], []])),
                            AttributeProto("t", .tensors([floats("a", [2]), integers("b", [7, -7], .int32)])),
                        ]),
                ], x: [16],
                constants: [
                    TensorProto(name: "w", dimensions: [16, 16], dataType: .float, content: Data()),
                    integers("l", [1, -1, 1 << 40]),
                    TensorProto(name: "h", dimensions: [3], dataType: .float16, content: Data(count: 6)),
                ]),
            encodings: [
                "w": .codebook(
                    magnitudes: (1...12).map { Float($0) / 8 }, indices: (0..<256).map { $0 % 5 == 0 ? Int8($0 % 13) : 0 })
            ]),
    ]

    private static func scaled(_ dimensions: [Int]) -> ScaledIndices {
        let matrix = ScaledMatrix(dimensions: dimensions)
        return ScaledIndices(
            step: 0.25, rows: (0..<matrix.rows).map { Int8($0 % 9 - 4) }, columns: (0..<matrix.columns).map { Int8(3 * $0 % 7) },
            indices: (0..<matrix.rows * matrix.columns).map { Int32($0 * $0 % 37 - 18) })
    }

    /// The model without the content of these initializers, which is left to their encodings.
    private static func emptied(_ model: ModelProto, _ names: Set<String>) -> ModelProto {
        var model = model
        for index in model.graph.initializers.indices where names.contains(model.graph.initializers[index].name) {
            model.graph.initializers[index].content = Data()
        }
        return model
    }
}
