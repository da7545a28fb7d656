import NeuralGraph

extension Graph {
    /// The network with a tensor of its own for each use of one in which all numbers are equal.
    ///
    /// Exporters keep equal tensors once, so that layers whose biases are still zeros share them with each other and with
    /// normalizations. None of them has to lose its units with another one, or to learn the same. Weights that several nodes share, and
    /// what was trained to be the same, stay as they are.
    package func separatingFilledConstants() -> Graph {
        var result = self
        result.parameters = []
        var places: [Int: Int] = [:]
        let filled = parameters.map(\.isFilled)
        // A small file must not take a large memory.
        var room = parameterCount + 1 << 16
        for (node, own) in nodes.enumerated() {
            for (position, input) in own.inputs.enumerated() {
                guard case .parameter(let parameter) = input else { continue }
                let isOwn = filled[parameter] && own.operation.role(ofInput: position) != .weight && parameters[parameter].count <= room
                if let place = places[parameter], !isOwn {
                    result.nodes[node].inputs[position] = .parameter(place)
                    continue
                }
                if places[parameter] != nil { room -= parameters[parameter].count }
                result.parameters.append(parameters[parameter])
                places[parameter] = places[parameter] ?? result.parameters.count - 1
                result.nodes[node].inputs[position] = .parameter(result.parameters.count - 1)
            }
        }
        guard result.parameters.count > parameters.count else { return self }
        result.nameCopies(taken: tensorNames)
        return result
    }

    /// Gives other names to all but the first of each name.
    private mutating func nameCopies(taken: Set<String>) {
        var (names, seen) = (taken, Set<String>())
        for index in parameters.indices where !seen.insert(parameters[index].name).inserted {
            parameters[index].name = unusedName(parameters[index].name + "_copy", &names)
        }
    }
}

extension Parameter {
    /// Whether it is several equal floats that are no weight.
    fileprivate var isFilled: Bool { count > 1 && elementType == .float && role != .weight && values.allSatisfy { $0 == values[0] } }
}
