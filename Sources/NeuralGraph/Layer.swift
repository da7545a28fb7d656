/// A node with a weight tensor: what rules of a recipe speak of, and what is pruned and quantized.
package struct Layer: Sendable, Equatable {
    /// The weight's name without `.weight`, or else the node's name: `fc1`, `blocks.0.conv2`.
    package let name: String
    /// The ONNX operator: `Conv`, `ConvTranspose`, `Gemm`, `MatMul`.
    package let operatorName: String
    package let node: Int
    /// Indices into the graph's parameters.
    package let weight: Int
    package let bias: Int?
}

extension Graph {
    /// The layers in the order of the graph; a weight that several nodes share belongs to the first.
    package var layers: [Layer] {
        var seen = Set<Int>()
        var names = Set<String>()
        return nodes.indices.compactMap { index in
            let node = nodes[index]
            guard let weight = node.parameter(of: .weight, in: self), seen.insert(weight).inserted else { return nil }
            var name = Self.layerName(weight: parameters[weight].name, node: node.name)
            while !names.insert(name).inserted { name += "'" }
            return Layer(
                name: name, operatorName: node.operation.onnxName, node: index, weight: weight,
                bias: node.parameter(of: .bias, in: self))
        }
    }

    private static func layerName(weight: String, node: String) -> String {
        weight.hasSuffix(".weight") ? String(weight.dropLast(".weight".count)) : node
    }
}

extension Node {
    fileprivate func parameter(of role: ParameterRole, in graph: Graph) -> Int? {
        for (position, input) in inputs.enumerated() {
            if case .parameter(let index) = input, operation.role(ofInput: position) == role { return index }
        }
        return nil
    }
}
