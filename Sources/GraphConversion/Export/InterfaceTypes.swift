import NeuralGraph
import ONNX

extension Graph {
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
