import NeuralGraph

/// The tensor that adds a number to each unit of what a layer computes.
package struct UnitShift: Sendable, Equatable {
    package let parameter: Int
    /// By unit: what its number grows by for each one that is added to the layer's product; `nil` if that is one.
    package let factors: [Float]?
}

extension Graph {
    /// The layer's bias; or else what the only reader of its product adds, if that is a sum with a constant or a BatchNormalization.
    ///
    /// - Returns: `nil` if there is none, or if it has another use.
    package func unitShift(of layer: Layer) -> UnitShift? {
        let shift = layer.bias.map { UnitShift(parameter: $0, factors: nil) } ?? shiftBehind(layer)
        return shift.flatMap { useCount(ofParameter: $0.parameter) == 1 ? $0 : nil }
    }

    private func shiftBehind(_ layer: Layer) -> UnitShift? {
        guard let reader = onlyReader(of: nodes[layer.node].outputs[0]) else { return nil }
        let (layerOperation, constants) = (nodes[layer.node].operation, reader.inputs.compactMap(\.parameter))
        if layerOperation.shiftsUnitsBehind, reader.operation.arithmetic == .sum {
            guard let constant = constants.first, let units = parameters[layer.weight].shape.last,
                parameters[constant].shape.last == units, parameters[constant].count == units
            else { return nil }
            return UnitShift(parameter: constant, factors: nil)
        }
        guard layerOperation.scalesUnitsBehind, constants.count == 4,
            let factors = reader.operation.channelFactors(constants.map { parameters[$0].values })
        else { return nil }
        return UnitShift(parameter: constants[1], factors: factors.scale)
    }
}
