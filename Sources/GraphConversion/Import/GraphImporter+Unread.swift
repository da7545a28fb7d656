import NeuralGraph
import ONNX

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
                let reason = "its input '\(name)' tells samples of the batch apart by their numbers"
                throw .unsupported(unsupported + [unsupported(node, reason)])
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
