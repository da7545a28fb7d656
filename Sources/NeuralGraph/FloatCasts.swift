import ONNX

extension Graph {
    /// Without casts of floats to floats, which are all of 32 bits here.
    func withoutFloatCasts() -> Graph {
        var result = self
        for index in nodes.indices {
            let node = result.nodes[index]
            guard node.operation is Cast, let source = node.inputs.first?.value, let target = node.outputs.first,
                values[source].elementType == .float, values[target].elementType == .float
            else { continue }
            let isGiven = inputs.contains(source) || outputs.contains(source)
            guard !outputs.contains(target) || !isGiven else { continue }
            result.nodes[index].outputs = []
            if outputs.contains(target) { result.replace(source, by: target) } else { result.replace(target, by: source) }
        }
        return result.withoutDetachedNodes()
    }

    private mutating func replace(_ old: Int, by new: Int) {
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { $0 == .value(old) ? .value(new) : $0 }
            nodes[index].outputs = nodes[index].outputs.map { $0 == old ? new : $0 }
        }
        unread.inputs = unread.inputs.map { ($0.name, $0.value == old ? new : $0.value) }
    }

    /// Gives inputs and outputs the types that they have in the file: casts go between them and the network.
    ///
    /// - Parameter names: those that are taken.
    func castInterface(of graph: inout GraphProto, names: inout Set<String>) {
        for index in graph.inputs.indices {
            let name = graph.inputs[index].name
            guard let type = fileTypes[name] else { continue }
            graph.inputs[index].elementType = type
            let own = giveWay(to: name, in: &graph, &names, as: ".float")
            graph.nodes.insert(NodeProto(casting: name, to: .float, as: own), at: 0)
        }
        for index in graph.outputs.indices {
            let name = graph.outputs[index].name
            guard let type = fileTypes[name] else { continue }
            graph.outputs[index].elementType = type
            let own = giveWay(to: name, in: &graph, &names, as: ".float")
            graph.nodes.append(NodeProto(casting: own, to: type, as: name))
        }
    }

    /// - Returns: what nodes call from now on the value that they called `name`.
    func giveWay(to name: String, in graph: inout GraphProto, _ names: inout Set<String>, as suffix: String = ".inside") -> String {
        let own = unusedName(name + suffix, &names)
        for node in graph.nodes.indices { graph.nodes[node].rename(name, as: own) }
        return own
    }
}

extension NodeProto {
    fileprivate init(casting input: String, to type: DataType, as output: String) {
        self.init(
            name: output + ".cast", operatorType: "Cast", inputs: [input], outputs: [output],
            attributes: [AttributeProto("to", .int(type.rawValue))])
    }

    fileprivate mutating func rename(_ name: String, as own: String) {
        inputs = inputs.map { $0 == name ? own : $0 }
        outputs = outputs.map { $0 == name ? own : $0 }
    }
}
