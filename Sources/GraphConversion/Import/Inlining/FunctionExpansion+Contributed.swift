import NeuralGraph
import ONNX

/// Operators of ONNX Runtime's own domain, `com.microsoft`, which its optimizer and exporters write in place of several
/// (ContribOperators.md of ONNX Runtime).
extension FunctionExpansion {
    static let contributed: Set<String> = [
        "Gelu", "FastGelu", "BiasGelu", "QuickGelu", "SimplifiedLayerNormalization", "SkipLayerNormalization",
        "SkipSimplifiedLayerNormalization", "FusedConv", "FusedGemm", "FusedMatMul",
    ]

    mutating func expandContributed() throws(UnsupportedNode) {
        let x = node.inputs.first ?? ""
        switch node.operatorType {
        case "Gelu": gelu(x, isTanh: false)
        case "FastGelu": gelu(biased(x, 1), isTanh: true)
        case "BiasGelu": gelu(biased(x, 1), isTanh: false)
        case "QuickGelu": swish(x, alpha: try reader.float("alpha", default: 1.702))
        case "SimplifiedLayerNormalization": normalize(x, [input(1)], "RMSNormalization", ["axis", "epsilon"])
        case "SkipLayerNormalization": try normalizeSum([input(2), input(3)], "LayerNormalization", bias: 4)
        case "SkipSimplifiedLayerNormalization": try normalizeSum([input(2)], "RMSNormalization", bias: 3)
        case "FusedConv": try fusedConvolution()
        case "FusedGemm":
            let product = append("Gemm", node.inputs, attributes(["alpha", "beta", "transA", "transB"]))
            try activate(product)
        case "FusedMatMul": try fusedProduct()
        default: break
        }
    }

    private func attributes(_ names: Set<String>) -> [AttributeProto] { node.attributes.filter { names.contains($0.name) } }

    private mutating func biased(_ value: String, _ position: Int) -> String {
        guard let bias = input(position) else { return value }
        return append("Add", [value, bias])
    }

    private mutating func normalize(_ value: String, _ parameters: [String?], _ type: String, _ names: Set<String>) {
        _ = append(type, [value] + parameters.compactMap(\.self), attributes(names))
    }

    /// Of two values and a bias; the sum may be given out too.
    private mutating func normalizeSum(_ parameters: [String?], _ type: String, bias: Int) throws(UnsupportedNode) {
        let named = node.outputs.indices.filter { !node.outputs[$0].isEmpty }
        guard node.inputs.count > 2, named.allSatisfy({ $0 == 0 || $0 == 3 }) else {
            throw reader.unsupported("its statistics are given out")
        }
        let sum = append("Add", [node.inputs[0], node.inputs[1]])
        var whole = biased(sum, bias)
        if named.contains(3) { whole = append("Identity", [whole], output: node.outputs[3]) }
        normalize(whole, parameters, type, ["epsilon"])
    }

    private mutating func fusedConvolution() throws(UnsupportedNode) {
        let names: Set<String> = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]
        var result = append("Conv", Array(node.inputs.prefix(3)), attributes(names))
        result = biased(result, 3)
        try activate(result)
    }

    private mutating func activate(_ value: String) throws(UnsupportedNode) {
        let activation = try reader.string("activation", default: "")
        let given = try reader.floats("activation_params") ?? []
        let names = ["LeakyRelu": ["alpha"], "HardSigmoid": ["alpha", "beta"], "Relu": [], "Sigmoid": [], "Tanh": []]
        if activation == "Clip", given.count == 2 {
            let (least, greatest) = (constant(given[0]), constant(given[1]))
            _ = append("Clip", [value, least, greatest])
            return
        }
        guard let names = names[activation] else { throw reader.unsupported("activation '\(activation)'") }
        _ = append(activation, [value], zip(names, given).map { AttributeProto($0, .float($1)) })
    }

    /// alpha A B, with the last two axes of either exchanged if asked for.
    private mutating func fusedProduct() throws(UnsupportedNode) {
        let turned = [try reader.int("transBatchA", default: 0), try reader.int("transBatchB", default: 0)]
        guard turned == [0, 0], node.inputs.count == 2 else {
            throw reader.unsupported("transBatchA or transBatchB")
        }
        var factors = node.inputs
        for (position, name) in ["transA", "transB"].enumerated() where try reader.int(name, default: 0) != 0 {
            let rank = try lengths(position).count
            guard rank >= 2 else { throw reader.unsupported("\(name) of \(rank) axes") }
            factors[position] = transpose(factors[position], Array(0..<rank - 2) + [rank - 1, rank - 2])
        }
        let product = append("MatMul", factors)
        let alpha = try reader.float("alpha", default: 1)
        if alpha != 1 { _ = scale(product, by: alpha) }
    }
}
