import ONNX

extension GraphProto {
    /// The nodes of a body of control flow, to stand in the place of its node, with the body's constants, and what its outputs are then
    /// called.
    ///
    /// - Parameters:
    ///   - prefix: begins the names of what is made inside, so that a body can stand in several places.
    ///   - inputs: the names outside of what the body's inputs are.
    func inlined(prefix: String, inputs: [String: String] = [:]) -> (nodes: [NodeProto], outputs: [String]) {
        var names = inputs
        for name in ownNames where !name.isEmpty { names[name] = prefix + name }
        let constants = initializers.map { NodeProto(constant: $0, output: $0.name) }
        let nodes = (constants + nodes).map { node in
            var renamed = node.renamed(names)
            if !node.name.isEmpty { renamed.name = prefix + node.name }
            return renamed
        }
        return (nodes, outputs.map { names[$0.name] ?? $0.name })
    }

    /// What is made inside.
    var ownNames: [String] { initializers.map(\.name) + nodes.flatMap(\.outputs) }

    /// With other names for what is taken from outside.
    fileprivate func renamed(_ names: [String: String]) -> GraphProto {
        let own = Set(inputs.map(\.name) + ownNames)
        let outer = names.filter { !own.contains($0.key) }
        var result = self
        result.nodes = nodes.map { $0.renamed(outer) }
        for index in outputs.indices { result.outputs[index].name = outer[outputs[index].name] ?? outputs[index].name }
        return result
    }
}

extension NodeProto {
    init(constant tensor: TensorProto, output: String) {
        self.init(
            operatorType: "Constant", inputs: [], outputs: [output], attributes: [AttributeProto("value", .tensor(tensor))])
    }

    func renamed(_ names: [String: String]) -> NodeProto {
        var result = self
        result.inputs = inputs.map { names[$0] ?? $0 }
        result.outputs = outputs.map { names[$0] ?? $0 }
        result.attributes = attributes.map { attribute in
            guard case .graph(let body) = attribute.value else { return attribute }
            return AttributeProto(attribute.name, .graph(body.renamed(names)))
        }
        return result
    }

    /// With those in its bodies, each of which is renamed when the node is.
    var nodeCount: Int {
        attributes.reduce(1) { count, attribute in
            guard case .graph(let body) = attribute.value else { return count }
            return body.nodes.reduce(count) { $0 + $1.nodeCount }
        }
    }

    /// A body of an `If` or a `Loop`.
    func body(_ name: String) -> GraphProto? {
        if case .graph(let body)? = attribute(name) { body } else { nil }
    }
}
