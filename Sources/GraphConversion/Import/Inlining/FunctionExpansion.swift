import NeuralGraph
import ONNX

/// Operators that are read as several others, which compute the same by their definition.
struct FunctionExpansion {
    static let names: Set<String> = [
        "Gelu", "Swish", "Mish", "GroupNormalization", "LpNormalization", "LpPool", "GlobalLpPool", "Attention", "RotaryEmbedding",
        "SimplifiedLayerNormalization", "EyeLike", "DynamicQuantizeLinear", "MatMulInteger",
    ]

    /// Of attributes and types.
    let reader: NodeReader
    /// By input, as the file has them.
    private let shapes: [PlacedShape?]
    /// By input: those that are known.
    let constants: [TensorProto?]
    var node: NodeProto { reader.proto }
    /// The beginning of the names of what is between the parts.
    private let prefix: String
    private let names: Set<String>
    private var parts: [NodeProto] = []
    /// Whether nothing reads the output but casts to float.
    private(set) var isReadAsFloat = false

    /// The parts of a node; `nil` for operators that are read as they are.
    ///
    /// - Parameter names: those of the file.
    static func parts(
        of reader: NodeReader, shapes: [PlacedShape?], constants: [TensorProto?], names: Set<String>,
        isReadAsFloat: Bool
    ) throws(UnsupportedNode) -> [NodeProto]? {
        guard let output = reader.proto.outputs.first else { return nil }
        var expansion = Self(reader, shapes, constants, output: output, names: names)
        expansion.isReadAsFloat = isReadAsFloat
        switch reader.proto.domain {
        case "", "ai.onnx": try expansion.expand()
        case "com.microsoft": try expansion.expandContributed()
        case "ai.onnx.ml": try expansion.expandClassical()
        default: break
        }
        guard !expansion.parts.isEmpty else { return nil }
        // The last of them is what the node computes, unless it has named its outputs.
        if !expansion.parts.contains(where: { $0.outputs == [output] }) { expansion.parts[expansion.parts.count - 1].outputs = [output] }
        return expansion.parts
    }

    private init(_ reader: NodeReader, _ shapes: [PlacedShape?], _ constants: [TensorProto?], output: String, names: Set<String>) {
        self.reader = reader
        self.shapes = shapes
        self.constants = constants
        self.names = names
        prefix = output + ".part"
    }

    private mutating func expand() throws(UnsupportedNode) {
        switch node.operatorType {
        case "Gelu": gelu(node.inputs.first ?? "", isTanh: node.attribute("approximate") == .string(Array("tanh".utf8)))
        case "Swish": swish(node.inputs.first ?? "", alpha: try reader.float("alpha", default: 1))
        case "Mish": mish()
        case "GroupNormalization" where reader.opset < 21: try groupNormalization()
        case "BatchNormalization" where node.attribute("training_mode") == .int(1) && place(0) == nil: try measuredNormalization()
        case "LpNormalization": try powerNormalization()
        case "LpPool": try powerPool()
        case "GlobalLpPool": try globalPowerPool()
        case "Attention": try attention()
        case "RotaryEmbedding": try rotaryEmbedding()
        case "EyeLike": try eyeLike()
        case "DFT": try discreteFourier()
        case "DynamicQuantizeLinear": try dynamicQuantization()
        case "MatMulInteger": try integerProduct()
        // ONNX Runtime writes it as if it were one of ONNX.
        case "SimplifiedLayerNormalization": try expandContributed()
        case "MatMul" where isProductWithVector: productWithVector()
        case "Gemm" where isGemmOfMatrices: gemm()
        case "Compress" where !reader.has("axis") && place(0) == nil: compressElements()
        default: break
        }
    }

    /// The lengths of an input's axes as the file counts them; `nil` for the batch.
    func lengths(_ position: Int) throws(UnsupportedNode) -> [Int?] {
        guard position < shapes.count, let shape = shapes[position] else { throw reader.unsupported("input \(position) is missing") }
        return shape.dimensions.map(\.number)
    }

    /// Where an input has the batch.
    func place(_ position: Int) -> BatchPlace? { position < shapes.count ? shapes[position]?.place : nil }

    func input(_ position: Int) -> String? { reader.hasInput(position) ? node.inputs[position] : nil }

    /// The name of an output; `nil` for one that nobody reads.
    func output(_ position: Int) -> String? {
        position < node.outputs.count && !node.outputs[position].isEmpty ? node.outputs[position] : nil
    }

    // MARK: Parts

    /// Appends a node and gives the name of its output.
    ///
    /// - Parameter output: one of the node's own outputs; `nil` for a name that is none of the file's.
    mutating func append(
        _ type: String, _ inputs: [String], _ attributes: [AttributeProto] = [], output given: String? = nil, domain: String = ""
    ) -> String {
        var output = given ?? prefix + "\(parts.count)"
        while given == nil, names.contains(output) { output += "'" }
        let name = node.name.isEmpty ? "" : node.name + ".part\(parts.count)"
        parts.append(
            NodeProto(name: name, operatorType: type, domain: domain, inputs: inputs, outputs: [output], attributes: attributes))
        return output
    }

    mutating func constant(_ number: Float) -> String {
        append("Constant", [], [AttributeProto("value_float", .float(number))])
    }

    mutating func constant(_ numbers: [Float]) -> String {
        append("Constant", [], [AttributeProto("value_floats", .floats(numbers))])
    }

    mutating func constant(_ integers: [Int]) -> String {
        append("Constant", [], [AttributeProto("value_ints", .ints(integers))])
    }

    mutating func reshape(_ value: String, _ shape: [Int]) -> String {
        let whole = constant(shape)
        return append("Reshape", [value, whole])
    }

    mutating func transpose(_ value: String, _ order: [Int]) -> String {
        append("Transpose", [value], [AttributeProto("perm", .ints(order))])
    }

    /// Squeeze or Unsqueeze: the axes are an attribute before opset 13.
    mutating func changeAxes(_ type: String, _ value: String, _ axes: [Int]) -> String {
        if reader.opset < 13 { return append(type, [value], [AttributeProto("axes", .ints(axes))]) }
        let places = constant(axes)
        return append(type, [value, places])
    }

    /// A reduction that keeps its axes, which are an attribute before opset 18.
    mutating func reduced(_ type: String, _ value: String, _ axes: [Int]) throws(UnsupportedNode) -> String {
        if reader.opset < 18 { return append(type, [value], [AttributeProto("axes", .ints(axes))]) }
        let places = constant(axes)
        return append(type, [value, places])
    }

    mutating func scale(_ value: String, by factor: Float) -> String {
        let number = constant(factor)
        return append("Mul", [value, number])
    }
}
