import ONNX

/// Nodes that the engine does not run, since only outputs depend on them that are not judged: they are written as they were read.
package struct UnreadNodes: Sendable {
    /// As in the file, under the names of the file.
    var nodes: [NodeProto] = []
    /// What they take from the network, and what of it that is.
    var inputs: [(name: String, value: Int)] = []
    var tensors: [TensorProto] = []
    /// By position among the outputs of the network, ascending.
    var outputs: [(position: Int, info: ValueInfoProto)] = []
    /// Of operators that are not ONNX's own.
    var domains: [OperatorSetID] = []

    package init() {}

    /// Of each node: `node 'boxes' (NonMaxSuppression)`.
    package var descriptions: [String] { nodes.map { "node '\($0.readableName)' (\($0.operatorType))" } }

    func read(_ value: Int) -> Bool { inputs.contains { $0.value == value } }

    /// Why the units of what they take in must stay.
    func reason(_ name: String) -> String {
        let node = nodes.first { $0.inputs.contains(name) }
        return "\(node?.operatorType ?? "") is not understood ('\(node?.readableName ?? "")')"
    }
}

extension NodeProto {
    /// The node's name, or that of its first output.
    var readableName: String { name.isEmpty ? (outputs.first { !$0.isEmpty } ?? operatorType) : name }
}

extension GraphImporter {
    /// The nodes that could not be read.
    ///
    /// - Throws: `GraphError.unsupported`, if an output that is judged depends on them, or if they cannot be kept: with
    ///   bodies, or among floats that do not have 32 bits.
    func unreadNodes(among needed: [NodeProto]) throws(GraphError) -> UnreadNodes {
        guard !unsupported.isEmpty else { return UnreadNodes() }
        guard !judged.isEmpty, !judged.contains(where: scope.isUnknown), !file.hasOtherFloats else { throw .unsupported(unsupported) }
        var unread = UnreadNodes()
        var computed: Set<String> = []
        for node in needed where node.outputs.isEmpty || node.outputs.contains(where: scope.isUnknown) {
            guard !node.outputs.isEmpty, !node.hasBodies else { throw .unsupported(unsupported) }
            for input in node.inputs where !input.isEmpty && computed.insert(input).inserted {
                try take(input, of: node, in: &unread)
            }
            for output in node.outputs where !output.isEmpty && !computed.insert(output).inserted {
                throw .duplicateValue(name: output)
            }
            unread.nodes.append(node)
        }
        let domains = Set(unread.nodes.map(\.domain))
        unread.domains = file.opsets.filter { !["", "ai.onnx"].contains($0.domain) && domains.contains($0.domain) }
        unread.outputs = proto.outputs.enumerated().compactMap { scope.isUnknown($1.name) ? ($0, $1) : nil }
        return unread
    }

    /// A value of the network or a constant.
    private func take(_ name: String, of node: NodeProto, in unread: inout UnreadNodes) throws(GraphError) {
        if case .value(let value, let place)? = scope[name] {
            guard scope.numbering(name) == nil else {
                throw .unsupported(unsupported + [unsupported(node, "its input '\(name)' tells samples of the batch apart by their numbers")])
            }
            guard place == .front || place == nil else {
                throw .unsupported(unsupported + [unsupported(node, "its input '\(name)' has the batch on axis \(place?.axis ?? 0)")])
            }
            return unread.inputs.append((name, value))
        }
        guard scope.isDefined(name) else { throw .undefinedValue(name: name, node: node.readableName) }
        guard let tensor = scope.tensor(name) else { throw .unsupported(unsupported) }
        unread.tensors.append(tensor)
    }
}

extension NodeProto {
    fileprivate var hasBodies: Bool {
        attributes.contains { attribute in
            switch attribute.value {
            case .graph, .graphs: true
            default: false
            }
        }
    }
}

extension Graph {
    /// Writes the nodes that were not read behind the others.
    ///
    /// - Parameter names: those that are taken; none of the nodes' outputs is among them.
    func appendUnread(to model: inout ModelProto, names: inout Set<String>) {
        var renamed: [String: String] = [:]
        for (name, value) in unread.inputs { renamed[name] = values[value].name }
        for tensor in unread.tensors {
            var own = tensor
            own.name = unusedName(tensor.name, &names)
            renamed[tensor.name] = own.name
            model.graph.initializers.append(own)
        }
        for node in unread.nodes {
            var node = node
            node.inputs = node.inputs.map { renamed[$0] ?? $0 }
            model.graph.nodes.append(node)
        }
        for output in unread.outputs { model.graph.outputs.insert(output.info, at: output.position) }
        model.opsetImports += unread.domains
    }
}
