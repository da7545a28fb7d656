import ONNX

extension ModelProto {
    /// Operator sets, nodes, tensors and totals. Constants that stand in nodes of their own are among the tensors; what the
    /// bodies of control flow hold is indented, or listed with the rest.
    var listing: String {
        var nodes = TextTable("node", "operator", "inputs", "outputs")
        let all = graph.nodes.flatMap { $0.withBodies(depth: 0) }
        for (depth, node) in all where node.constant == nil {
            nodes.add(
                String(repeating: "  ", count: depth) + node.name, node.operatorType, node.inputs.joined(separator: ","),
                node.outputs.joined(separator: ","))
        }
        var tensors = TextTable("tensor", "shape", "type", "bytes")
        let constants = graph.initializers + all.flatMap { $0.node.constants }
        for tensor in constants {
            tensors.add(tensor.name, tensor.dimensions.timesText, "\(tensor.dataType)", "\(tensor.content.count)")
        }
        let opsets = opsetImports.map { "\($0.domain.isEmpty ? "ai.onnx" : $0.domain) \($0.version)" }
        let bytes = constants.reduce(0) { $0 + $1.content.count }
        let elements = constants.reduce(0) { $0 + $1.elementCount }
        return """
            opset \(opsets.joined(separator: ", "))
            \(nodes.text())

            \(tensors.text())

            \(all.count { $0.node.constant == nil }) nodes, \(constants.count) tensors of \(elements) elements in \(bytes) bytes
            """
    }
}

extension NodeProto {
    /// The node, and those in its bodies.
    fileprivate func withBodies(depth: Int) -> [(depth: Int, node: NodeProto)] {
        [(depth, self)] + bodies.flatMap { $0.nodes.flatMap { $0.withBodies(depth: depth + 1) } }
    }

    private var bodies: [GraphProto] {
        attributes.flatMap { attribute -> [GraphProto] in
            switch attribute.value {
            case .graph(let body): [body]
            case .graphs(let bodies): bodies
            default: []
            }
        }
    }

    /// What the node is, where it is nothing but a constant tensor.
    fileprivate var constant: TensorProto? {
        guard operatorType == "Constant", let output = outputs.first else { return nil }
        var tensor: TensorProto? = switch attributes.first?.value {
        case .tensor(let tensor): tensor
        case .float(let value): TensorProto(dimensions: [], floats: [value])
        case .floats(let values): TensorProto(dimensions: [values.count], floats: values)
        case .int(let value): TensorProto(dimensions: [], int64s: [value])
        case .ints(let values): TensorProto(dimensions: [values.count], int64s: values)
        default: nil
        }
        tensor?.name = output
        return tensor
    }

    /// Constant tensors that stand here alone.
    fileprivate var constants: [TensorProto] { [constant].compactMap(\.self) + bodies.flatMap(\.initializers) }
}
