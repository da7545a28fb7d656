import NeuralGraph
import Operators

extension Graph {
    /// The weight of a convolution with each unit divided by its scale, which a BatchNormalization behind it multiplies back, and
    /// that adds the bias: nearly the same function (quotients are rounded).
    ///
    /// - Parameter scales: by unit, greater than zero.
    package mutating func scaleUnits(of layer: Layer, by scales: [Float]) {
        let width = parameters[layer.weight].count / scales.count
        for index in parameters[layer.weight].values.indices { parameters[layer.weight].values[index] /= scales[index / width] }
        var names = tensorNames
        let name = unusedName(nodes[layer.node].name + ".scaled", &names)
        let output = nodes[layer.node].outputs[0]
        values.append(values[output])
        values[values.count - 1].name = name
        func constant(_ role: ParameterRole, _ suffix: String, _ constants: [Float]) -> Operand {
            let own = unusedName("\(name).\(suffix)", &names)
            parameters.append(Parameter(name: own, shape: [constants.count], values: constants, role: role))
            return .parameter(parameters.count - 1)
        }
        let zeros = [Float](repeating: 0, count: scales.count)
        let operands = [
            constant(.scale, "scale", scales), layer.bias.map(Operand.parameter) ?? constant(.bias, "bias", zeros),
            constant(.statistic, "mean", zeros), constant(.statistic, "variance", zeros.map { _ in 1 }),
        ]
        let normalization = BatchNormalization(epsilon: 0)
        let isInner = nodes[layer.node].operation is InnerBatch
        let operation: any Operator = isInner ? InnerBatch(operation: normalization, count: values[output].shape[0]) : normalization
        nodes[layer.node].inputs = Array(nodes[layer.node].inputs.prefix(2))
        nodes[layer.node].outputs = [values.count - 1]
        nodes.insert(
            Node(name: name, operation: operation, inputs: [.value(values.count - 1)] + operands, outputs: [output]),
            at: layer.node + 1)
    }
}
