import ONNX

extension ModelProto {
    /// Takes away the inputs that nothing reads on which an output depends.
    ///
    /// - Returns: these inputs, with their positions among all.
    mutating func removeUnreadInputs() -> [(position: Int, info: ValueInfoProto)] {
        let stored = Set(graph.initializers.map(\.name))
        let read = graph.readNames
        let inputs = graph.inputs.filter { !stored.contains($0.name) }
        let unread = inputs.enumerated().filter { !read.contains($1.name) }
        let names = Set(unread.map(\.element.name))
        graph.inputs.removeAll { names.contains($0.name) }
        return unread.map { ($0.offset, $0.element) }
    }
}

extension GraphProto {
    /// Names of all values that the outputs depend on, their own included. Nodes need not stand in order.
    fileprivate var readNames: Set<String> {
        var makers: [String: Int] = [:]
        for (index, node) in nodes.enumerated() { for output in node.outputs { makers[output] = index } }
        var read = Set(outputs.map(\.name))
        var open = Array(read)
        var isDone = [Bool](repeating: false, count: nodes.count)
        while let name = open.popLast() {
            guard let node = makers[name], !isDone[node] else { continue }
            isDone[node] = true
            for input in nodes[node].allNamesRead where read.insert(input).inserted { open.append(input) }
        }
        return read
    }
}

extension NodeProto {
    /// Inputs, and what bodies of control flow may take from outside.
    fileprivate var allNamesRead: [String] {
        inputs + attributes.flatMap { attribute -> [String] in
            switch attribute.value {
            case .graph(let body): body.allNamesRead
            case .graphs(let bodies): bodies.flatMap(\.allNamesRead)
            default: []
            }
        }
    }
}

extension GraphProto {
    fileprivate var allNamesRead: [String] { nodes.flatMap(\.allNamesRead) + outputs.map(\.name) }
}
