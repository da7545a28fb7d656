extension Graph {
    /// The network with every BatchNormalization that directly follows a layer moved into the layer's weight and bias:
    /// the same function with fewer tensors. One whose layer has another reader, or shared tensors, stays; its mean becomes
    /// 0 and its variance 1, so that scale and bias say all.
    package func foldingBatchNormalization() -> Graph {
        var result = self
        for index in nodes.indices where nodes[index].operation.onnxName == "BatchNormalization" {
            result.foldNormalization(index)
            if !result.nodes[index].outputs.isEmpty { result.standardizeNormalization(index) }
        }
        return result.withoutDetachedNodes()
    }

    private mutating func standardizeNormalization(_ index: Int) {
        let node = nodes[index]
        let own = node.inputs.dropFirst().compactMap { input in
            if case .parameter(let parameter) = input { parameter } else { nil }
        }
        guard own.count == 4, own.allSatisfy({ useCount(ofParameter: $0) == 1 }),
            let factors = node.operation.channelFactors(own.map { parameters[$0].values })
        else { return }
        let channels = factors.scale.count
        let (zeros, ones) = ([Float](repeating: 0, count: channels), [Float](repeating: 1, count: channels))
        guard let unit = node.operation.channelFactors([ones, zeros, zeros, ones])?.scale else { return }
        parameters[own[0]].values = zip(factors.scale, unit).map { $0 / $1 }
        parameters[own[1]].values = factors.shift
        parameters[own[2]].values = zeros
        parameters[own[3]].values = ones
    }

    private mutating func foldNormalization(_ index: Int) {
        let node = nodes[index]
        guard case .value(let value) = node.inputs[0], consumers(of: value).count == 1, !outputs.contains(value), !unread.read(value),
            let producer = nodes.firstIndex(where: { $0.outputs.contains(value) }),
            let layer = layers.first(where: { $0.node == producer }),
            let axis = nodes[producer].operation.unitAxis(ofWeight: parameters[layer.weight].shape),
            nodes[producer].operation.role(ofInput: 2) == .bias,
            useCount(ofParameter: layer.weight) == 1, layer.bias.map({ useCount(ofParameter: $0) == 1 }) ?? true,
            let factors = node.operation.channelFactors(node.inputs.dropFirst().map(constant))
        else { return }
        let units = factors.scale.count
        let width = parameters[layer.weight].shape[(axis + 1)...].reduce(1, *)
        for element in parameters[layer.weight].values.indices {
            parameters[layer.weight].values[element] *= factors.scale[element / width % units]
        }
        let before = layer.bias.map { parameters[$0].values } ?? [Float](repeating: 0, count: factors.scale.count)
        let bias = zip(before, zip(factors.scale, factors.shift)).map { $0 * $1.0 + $1.1 }
        if let own = layer.bias {
            parameters[own].values = bias
        } else {
            let name = biasName(ofWeight: parameters[layer.weight].name)
            parameters.append(Parameter(name: name, shape: [bias.count], values: bias, role: .bias))
            nodes[producer].inputs = Array(nodes[producer].inputs.prefix(2)) + [.parameter(parameters.count - 1)]
        }
        nodes[producer].outputs = node.outputs
        nodes[index].outputs = []
    }

    /// `conv1.bias` for `conv1.weight`, unless a tensor of that name is there.
    private func biasName(ofWeight weight: String) -> String {
        var name = (weight.hasSuffix(".weight") ? String(weight.dropLast(".weight".count)) : weight) + ".bias"
        let taken = Set(parameters.map(\.name) + values.map(\.name))
        while taken.contains(name) { name += "'" }
        return name
    }

    private func constant(_ operand: Operand) -> [Float] {
        if case .parameter(let parameter) = operand { return parameters[parameter].values }
        return []
    }
}
