import ONNX

/// The operators that a file defines itself, by nodes which take the place of theirs.
struct LocalFunctions {
    private var functions: [String: FunctionProto] = [:]
    private let opset: Int
    /// Nodes that may still be made: a small file must not make many.
    private var room = Self.mostNodes
    private static let mostNodes = 1 << 16
    /// Why nodes of the file's own operators are left, by operator.
    private var leftOver: [String: String] = [:]

    init(_ model: ModelProto) {
        opset = model.opsetVersion() ?? 1
        for function in model.functions { functions[Self.key(function.domain, function.name, function.overload)] = function }
    }

    private static func key(_ domain: String, _ name: String, _ overload: String) -> String { "\(domain)\0\(name)\0\(overload)" }

    /// The graph without nodes of the file's own operators, as far as there is room.
    ///
    /// What calls itself stays, as does what was written for another opset than the file: the importer does not know such nodes.
    mutating func inlined(_ graph: GraphProto) -> GraphProto {
        guard !functions.isEmpty else { return graph }
        var result = graph
        result.nodes = expanded(graph.nodes, within: [])
        return result
    }

    private mutating func expanded(_ nodes: [NodeProto], within callers: [String]) -> [NodeProto] {
        var result: [NodeProto] = []
        for node in nodes {
            let key = Self.key(node.domain, node.operatorType, node.overload)
            guard let function = functions[key], !isLeft(function, key, within: callers) else {
                result.append(withExpandedBodies(node, callers))
                continue
            }
            room -= function.nodes.countWithBodies
            result += expanded(function.body(of: node), within: callers + [key])
        }
        return result
    }

    private mutating func withExpandedBodies(_ node: NodeProto, _ callers: [String]) -> NodeProto {
        var node = node
        for (index, attribute) in node.attributes.enumerated() {
            guard case .graph(var body) = attribute.value else { continue }
            body.nodes = expanded(body.nodes, within: callers)
            node.attributes[index].value = .graph(body)
        }
        return node
    }

    /// Why a node is left that the file has a function for.
    func reason(_ node: NodeProto) -> String? { leftOver[Self.key(node.domain, node.operatorType, node.overload)] }

    private mutating func isLeft(_ function: FunctionProto, _ key: String, within callers: [String]) -> Bool {
        if callers.contains(key) {
            leftOver[key] = "the file's function calls itself"
        } else if !isOfSameOpset(function) {
            leftOver[key] = "the file's function is written for another opset than the file, \(opset)"
        } else if function.nodes.countWithBodies > room {
            leftOver[key] = "the file's functions stand for more than \(Self.mostNodes) nodes"
        } else {
            return false
        }
        return true
    }

    private func isOfSameOpset(_ function: FunctionProto) -> Bool {
        function.opsetImports.allSatisfy { !["", "ai.onnx"].contains($0.domain) || $0.version == opset }
    }
}

extension [NodeProto] {
    /// With the nodes of bodies of control flow.
    fileprivate var countWithBodies: Int {
        reduce(count) { sum, node in
            node.attributes.reduce(sum) { if case .graph(let body) = $1.value { $0 + body.nodes.countWithBodies } else { $0 } }
        }
    }
}

extension FunctionProto {
    /// The nodes that stand for a node of this type.
    fileprivate func body(of node: NodeProto) -> [NodeProto] {
        var given: [String: AttributeValue] = [:]
        for attribute in defaults + node.attributes { given[attribute.name] = attribute.value }
        var graph = GraphProto()
        graph.nodes = nodes.map { $0.resolved(given) }
        var names: [String: String] = [:]
        for (index, input) in inputs.enumerated() { names[input] = index < node.inputs.count ? node.inputs[index] : "" }
        // A function within one may give the same output.
        let prefix = (node.outputs.first { !$0.isEmpty } ?? node.name) + ".\(name)."
        let own = graph.inlined(prefix: prefix, inputs: names).nodes
        // Outputs have the names of the node's own.
        var outer: [String: String] = [:]
        for (output, name) in zip(outputs, node.outputs) where !name.isEmpty && !inputs.contains(output) { outer[prefix + output] = name }
        let handedOn = zip(outputs, node.outputs).filter { inputs.contains($0.0) && !$0.1.isEmpty }
        return own.map { $0.renamed(outer) } + handedOn.map { output, name in
            NodeProto(operatorType: "Identity", inputs: [names[output] ?? ""], outputs: [name])
        }
    }
}

extension NodeProto {
    /// With the attributes of the function's node in place of references to them; what it does not give is left out.
    fileprivate func resolved(_ given: [String: AttributeValue]) -> NodeProto {
        var node = self
        node.attributes = attributes.compactMap { attribute in
            if let reference = attribute.reference { return given[reference].map { AttributeProto(attribute.name, $0) } }
            guard case .graph(var body) = attribute.value else { return attribute }
            body.nodes = body.nodes.map { $0.resolved(given) }
            return AttributeProto(attribute.name, .graph(body))
        }
        return node
    }
}
