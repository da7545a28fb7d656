import NeuralGraph

extension Graph {
    /// Without nodes that have no outputs, and without the values and parameters that are nobody's then.
    func withoutDetachedNodes() -> Graph {
        let kept = nodes.filter { !$0.outputs.isEmpty }
        if kept.count == nodes.count { return self }
        let operands = Set(kept.flatMap(\.inputs))
        let computed = Set(inputs + kept.flatMap(\.outputs))
        let newValues = places(values.indices.filter(computed.contains))
        let newParameters = places(parameters.indices.filter { operands.contains(.parameter($0)) })
        var result = self
        result.values = newValues.keys.sorted().map { values[$0] }
        result.parameters = newParameters.keys.sorted().map { parameters[$0] }
        result.inputs = inputs.compactMap { newValues[$0] }
        result.outputs = outputs.compactMap { newValues[$0] }
        result.unread.inputs = unread.inputs.map { ($0.name, newValues[$0.value] ?? $0.value) }
        result.nodes = kept.map { node in
            var node = node
            node.outputs = node.outputs.compactMap { newValues[$0] }
            node.inputs = node.inputs.map { input in
                switch input {
                case .value(let old): newValues[old].map(Operand.value) ?? input
                case .parameter(let old): newParameters[old].map(Operand.parameter) ?? input
                case .omitted: input
                }
            }
            return node
        }
        return result
    }

    /// Where each of these indices stands among them.
    private func places(_ indices: [Int]) -> [Int: Int] {
        Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, $0) })
    }
}
