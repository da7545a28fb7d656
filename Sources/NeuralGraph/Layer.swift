/// A weight tensor of a node: what rules of a recipe speak of, and what is pruned and quantized.
package struct Layer: Sendable, Equatable {
    /// The weight's name without `.weight`, or else the node's name: `fc1`, `blocks.0.conv2`; with that of the weight where the node
    /// has two: `lstm.W`, `lstm.R`.
    package let name: String
    /// The ONNX operator: `Conv`, `ConvTranspose`, `Gemm`, `MatMul`, `LSTM`.
    package let operatorName: String
    package let node: Int
    /// Indices into the graph's parameters.
    package let weight: Int
    /// Of the node; with its first weight.
    package let bias: Int?
}

extension Graph {
    /// The layers in the order of the graph; a weight that several nodes share belongs to the first.
    package var layers: [Layer] {
        var seen = Set<Int>()
        var names = Set<String>()
        var layers: [Layer] = []
        for (index, node) in nodes.enumerated() {
            var bias = node.parameters(of: .bias).first?.parameter
            for weight in node.parameters(of: .weight) where seen.insert(weight.parameter).inserted {
                var name = layerName(node, weight)
                while !names.insert(name).inserted { name += "'" }
                layers.append(
                    Layer(
                        name: name, operatorName: node.operation.onnxName, node: index, weight: weight.parameter,
                        bias: bias.take()))
            }
        }
        return layers
    }

    private func layerName(_ node: Node, _ weight: (position: Int, parameter: Int)) -> String {
        let name = parameters[weight.parameter].name
        if name.hasSuffix(".weight") { return String(name.dropLast(".weight".count)) }
        return node.name + (node.operation.name(ofWeight: weight.position).map { "." + $0 } ?? "")
    }

    /// Multiply-adds of a sample with the elements of one of the weights of a node.
    package func multiplyAdds(of node: Node, with weight: Int) -> Int {
        let elements = node.parameters(of: .weight).reduce(0) { $0 + parameters[$1.parameter].count }
        return multiplyAdds(of: node) / max(1, elements) * parameters[weight].count
    }
}

extension Node {
    /// The inputs that are parameters with this meaning to the operator.
    package func parameters(of role: ParameterRole) -> [(position: Int, parameter: Int)] {
        inputs.enumerated().compactMap { position, input in
            guard case .parameter(let index) = input, operation.role(ofInput: position) == role else { return nil }
            return (position, index)
        }
    }
}
