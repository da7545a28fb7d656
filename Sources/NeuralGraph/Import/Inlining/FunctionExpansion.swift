import ONNX

/// Operators that are read as several others, which compute the same by their definition.
struct FunctionExpansion {
    static let names: Set<String> = ["Gelu", "GroupNormalization"]

    private let node: NodeProto
    /// The beginning of the names of what is between the parts.
    private let prefix: String
    private let names: Set<String>
    private var parts: [NodeProto] = []

    /// The parts of a node; `nil` for operators that are read as they are.
    ///
    /// - Parameters:
    ///   - shape: of the node's first input.
    ///   - names: those of the file.
    static func parts(
        of node: NodeProto, shape: PlacedShape?, opset: Int, names: Set<String>
    ) -> [NodeProto]? {
        guard ["", "ai.onnx"].contains(node.domain), let output = node.outputs.first else { return nil }
        var expansion = Self(node, output: output, names: names)
        switch node.operatorType {
        case "Gelu": expansion.gelu()
        case "GroupNormalization":
            guard let shape, shape.rank > 1, (shape.place ?? .front) == .front else { return nil }
            expansion.groupNormalization(shape, hasScaleOfChannels: opset >= 21)
        case "Gemm" where !isLayer(node, shape): expansion.gemm()
        default: return nil
        }
        guard !expansion.parts.isEmpty else { return nil }
        expansion.parts[expansion.parts.count - 1].outputs = [output]
        return expansion.parts
    }

    /// Whether a `Gemm` multiplies one vector a sample.
    private static func isLayer(_ node: NodeProto, _ shape: PlacedShape?) -> Bool {
        guard let shape else { return true }
        guard let place = shape.place else { return shape.sample.first == 1 && !node.has("transA") }
        return place == .front && !node.has("transA")
    }

    private init(_ node: NodeProto, output: String, names: Set<String>) {
        self.node = node
        self.names = names
        prefix = output + ".part"
    }

    /// Appends a node and gives the name of its output.
    private mutating func append(_ type: String, _ inputs: [String], _ attributes: [AttributeProto] = []) -> String {
        var output = prefix + "\(parts.count)"
        while names.contains(output) { output += "'" }
        let name = node.name.isEmpty ? "" : node.name + ".part\(parts.count)"
        parts.append(
            NodeProto(name: name, operatorType: type, inputs: inputs, outputs: [output], attributes: attributes))
        return output
    }

    private mutating func constant(_ number: Float) -> String {
        append("Constant", [], [AttributeProto("value_float", .float(number))])
    }

    private mutating func constant(_ integers: [Int]) -> String {
        append("Constant", [], [AttributeProto("value_ints", .ints(integers))])
    }

    /// As many of a number, which is for the importer to refuse if they are too many.
    private mutating func constants(_ number: Float, count: Int) -> String {
        let shape = constant([count])
        return append(
            "ConstantOfShape", [shape], [AttributeProto("value", .tensor(TensorProto(dimensions: [1], floats: [number])))])
    }

    /// x / 2 (1 + erf(x / sqrt(2))), or x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (opset 20).
    private mutating func gelu() {
        let x = node.inputs.first ?? ""
        let (half, one) = (constant(0.5), constant(1))
        let isTanh = node.attribute("approximate") == .string(Array("tanh".utf8))
        let bend: String
        if isTanh {
            let (three, factor, slope) = (constant(3), constant(0.044715), constant(0.797884560802865))
            let cube = append("Pow", [x, three])
            let bent = append("Mul", [cube, factor])
            let sum = append("Add", [x, bent])
            let scaled = append("Mul", [sum, slope])
            bend = append("Tanh", [scaled])
        } else {
            let root = constant(1.4142135623730951)
            let scaled = append("Div", [x, root])
            bend = append("Erf", [scaled])
        }
        let sum = append("Add", [bend, one])
        let share = append("Mul", [sum, half])
        _ = append("Mul", [x, share])
    }

    /// Each group of channels as one instance (Wu and He, "Group normalization", 2018), with a scale and a bias for each group or, from opset
    /// 21 on, for each channel.
    private mutating func groupNormalization(_ shape: PlacedShape, hasScaleOfChannels: Bool) {
        let lengths = shape.dimensions.map { $0.number ?? 0 }
        guard case .int(let groups)? = node.attribute("num_groups"), (1...lengths[1]).contains(groups),
            node.inputs.count == 3
        else { return }
        // 0 is the batch as it is.
        let (samples, channels) = (lengths[0], lengths[1])
        let rows = constant([samples, groups, -1])
        let whole = constant([samples] + lengths.dropFirst())
        let epsilon = node.attributes.filter { $0.name == "epsilon" }
        let grouped = append("Reshape", [node.inputs[0], rows])
        guard hasScaleOfChannels else {
            let normalized = append("InstanceNormalization", [grouped, node.inputs[1], node.inputs[2]], epsilon)
            _ = append("Reshape", [normalized, whole])
            return
        }
        let ones = constants(1, count: groups)
        let zeros = constants(0, count: groups)
        let normalized = append("InstanceNormalization", [grouped, ones, zeros], epsilon)
        let spread = append("Reshape", [normalized, whole])
        let column = constant([channels] + lengths.dropFirst(2).map { _ in 1 })
        let scale = append("Reshape", [node.inputs[1], column])
        let bias = append("Reshape", [node.inputs[2], column])
        let scaled = append("Mul", [spread, scale])
        _ = append("Add", [scaled, bias])
    }

    /// alpha A B + beta C of whole matrices.
    private mutating func gemm() {
        var (a, b) = (node.inputs.first ?? "", node.inputs.count > 1 ? node.inputs[1] : "")
        if node.attribute("transA") == .int(1) { a = append("Transpose", [a]) }
        if node.attribute("transB") == .int(1) { b = append("Transpose", [b]) }
        var product = append("MatMul", [a, b])
        if case .float(let alpha)? = node.attribute("alpha"), alpha != 1 {
            let factor = constant(alpha)
            product = append("Mul", [product, factor])
        }
        guard node.inputs.count > 2, !node.inputs[2].isEmpty else { return }
        var c = node.inputs[2]
        if case .float(let beta)? = node.attribute("beta"), beta != 1 {
            let factor = constant(beta)
            c = append("Mul", [c, factor])
        }
        _ = append("Add", [product, c])
    }
}

extension NodeProto {
    fileprivate func has(_ name: String) -> Bool { attribute(name).map { $0 != .int(0) } ?? false }
}
