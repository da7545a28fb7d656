import NeuralGraph
import ONNX

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
