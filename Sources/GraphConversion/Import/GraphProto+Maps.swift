import NeuralGraph
import ONNX

extension GraphProto {
    /// Gives the tensor of numbers in place of each output that is a sequence of maps, which no format of the result holds.
    mutating func takeMapsApart() -> [MappedOutput] {
        var found: [MappedOutput] = []
        let names = Set(outputs.map(\.name))
        for (index, node) in nodes.enumerated() where node.operatorType == "ZipMap" && node.domain == "ai.onnx.ml" {
            guard node.inputs.count == 1, node.outputs.count == 1, names.contains(node.outputs[0]) else { continue }
            found.append(MappedOutput(output: node.outputs[0], node: node.readableName, keys: node.keysOfMaps))
            nodes[index] = NodeProto(name: node.name, operatorType: "Identity", inputs: node.inputs, outputs: node.outputs)
        }
        for index in outputs.indices where found.contains(where: { $0.output == outputs[index].name }) {
            outputs[index] = ValueInfoProto(name: outputs[index].name, shape: nil)
        }
        return found
    }
}

extension NodeProto {
    fileprivate var keysOfMaps: [String] {
        if case .strings(let keys)? = attribute("classlabels_strings") { return keys.map { String(decoding: $0, as: UTF8.self) } }
        if case .ints(let keys)? = attribute("classlabels_int64s") { return keys.map { "\($0)" } }
        return []
    }
}
