import NeuralGraph
import Operators

extension Graph {
    /// The network with what scales and shifts the units of a layer – a BatchNormalization, a product or a sum with a constant –
    /// moved into the weight and bias of the layer that it directly follows: the same function with fewer tensors. What follows a
    /// layer that has another reader, or shared tensors, stays, and so do the scales of channels behind a depthwise convolution: what
    /// they make unequal are kernels of a few weights each, which no levels for all of them fit then (Nagel et al., "Data-free
    /// quantization through weight equalization and bias correction", 2019). The mean of a BatchNormalization that stays becomes 0 and
    /// its variance 1, so that scale and bias say all.
    package func foldingIntoLayers() -> Graph {
        var result = self
        for index in nodes.indices {
            if let value = result.scaledValue(of: nodes[index]), let layer = result.onlyLayer(computing: value),
                let factors = result.unitFactors(of: nodes[index], on: value, axis: result.unitAxis(result.nodes[layer.node]))
            { result.fold(index, factors, into: layer) }
            if !result.nodes[index].outputs.isEmpty { result.standardizeNormalization(index) }
        }
        return result.withoutDetachedNodes()
    }

    private typealias UnitFactors = (scale: [Float], shift: [Float])

    /// The value whose units the node may scale and shift.
    private func scaledValue(of node: Node) -> Int? {
        switch node.operation.arithmetic {
        case nil:
            return channelFactors(of: node) == nil ? nil : node.inputs.first?.value
        case .sum, .product:
            guard node.inputs.count == 2, let value = node.inputs[0].value ?? node.inputs[1].value,
                values[value].shape == values[node.outputs[0]].shape
            else { return nil }
            return value
        case .quotient:
            return nil
        }
    }

    /// What the node multiplies every unit of a value by, and then adds to it.
    private func unitFactors(of node: Node, on value: Int, axis: Int) -> UnitFactors? {
        if let factors = channelFactors(of: node) { return factors }
        let numbers = node.inputs.compactMap { numberByUnit($0, of: values[value].shape, axis: axis) }
        guard let numbers = numbers.first else { return nil }
        let isSum = node.operation.arithmetic == .sum
        let neutral = [Float](repeating: isSum ? 1 : 0, count: numbers.count)
        return isSum ? (neutral, numbers) : (numbers, neutral)
    }

    /// The constant's number for each unit of a value of `shape`; `nil` where units have several.
    private func numberByUnit(_ operand: Operand, of shape: [Int], axis: Int) -> [Float]? {
        guard case .parameter(let parameter) = operand, shape.count > axis, parameters[parameter].elementType == .float
        else { return nil }
        let (units, own) = (shape[axis], parameters[parameter].shape)
        if parameters[parameter].count == 1 { return [Float](repeating: parameters[parameter].values[0], count: units) }
        let aligned = [Int](repeating: 1, count: max(0, shape.count - own.count)) + own
        return aligned.count == shape.count && aligned[axis] == units && parameters[parameter].count == units
            ? parameters[parameter].values : nil
    }

    /// The axis of the units of what a node computes.
    private func unitAxis(_ node: Node) -> Int { batch == .axis0 && !(node.operation is InnerBatch) ? 0 : 1 }

    private mutating func standardizeNormalization(_ index: Int) {
        let node = nodes[index]
        let own = node.inputs.dropFirst().compactMap(\.parameter)
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

    /// The layer that computes a value which one node alone reads, if that node can become part of the layer.
    private func onlyLayer(computing value: Int) -> Layer? {
        guard onlyReader(of: value) != nil,
            let producer = nodes.firstIndex(where: { $0.outputs.contains(value) }),
            let layer = layers.first(where: { $0.node == producer }),
            nodes[producer].operation.unitAxis(ofWeight: parameters[layer.weight].shape) != nil,
            nodes[producer].operation.role(ofInput: 2) == .bias,
            useCount(ofParameter: layer.weight) == 1, layer.bias.map({ useCount(ofParameter: $0) == 1 }) ?? true
        else { return nil }
        return layer
    }

    private mutating func fold(_ index: Int, _ factors: UnitFactors, into layer: Layer) {
        let producer = layer.node
        guard let axis = nodes[producer].operation.unitAxis(ofWeight: parameters[layer.weight].shape),
            !isDepthwise(nodes[producer]) || Set(factors.scale).count == 1
        else { return }
        let units = factors.scale.count
        let width = parameters[layer.weight].shape[(axis + 1)...].reduce(1, *)
        for element in parameters[layer.weight].values.indices {
            parameters[layer.weight].values[element] *= factors.scale[element / width % units]
        }
        let before = layer.bias.map { parameters[$0].values } ?? [Float](repeating: 0, count: units)
        let bias = zip(before, zip(factors.scale, factors.shift)).map { $0 * $1.0 + $1.1 }
        if let own = layer.bias {
            parameters[own].values = bias
        } else {
            let weight = parameters[layer.weight].name
            var names = tensorNames
            let name = unusedName((weight.hasSuffix(".weight") ? String(weight.dropLast(".weight".count)) : weight) + ".bias", &names)
            parameters.append(Parameter(name: name, shape: [bias.count], values: bias, role: .bias))
            nodes[producer].inputs = Array(nodes[producer].inputs.prefix(2)) + [.parameter(parameters.count - 1)]
        }
        nodes[producer].outputs = nodes[index].outputs
        nodes[index].outputs = []
    }

    private func isDepthwise(_ node: Node) -> Bool {
        guard node.inputs.count > 1, case .parameter(let weight) = node.inputs[1] else { return false }
        return node.operation.isDepthwise(weight: parameters[weight].shape)
    }

    /// Of a BatchNormalization.
    private func channelFactors(of node: Node) -> UnitFactors? {
        node.operation.channelFactors(node.inputs.dropFirst().map(constant))
    }

    private func constant(_ operand: Operand) -> [Float] {
        if case .parameter(let parameter) = operand { return parameters[parameter].values }
        return []
    }
}
