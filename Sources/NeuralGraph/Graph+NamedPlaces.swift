extension Graph {
    /// Places of a node's operand that the numbers of an input of the network name as they are, or under another shape or type.
    ///
    /// `input` counts the network's inputs.
    package var placesNamedByInputs: [(input: Int, named: (places: Range<Int>, node: String))] {
        let producers = producers
        return nodes.flatMap { node in
            node.inputs.enumerated().compactMap { position, operand in
                guard let value = operand.value, let places = node.operation.places(namedByInput: position, shapes(of: node)),
                    let input = inputs.firstIndex(of: viewed(value, producers))
                else { return nil }
                return (input, (places, node.name))
            }
        }
    }

    /// The first of the values that `value` has the numbers of.
    private func viewed(_ value: Int, _ producers: [Int?]) -> Int {
        var value = value
        while let producer = producers[value], nodes[producer].operation.isView, let input = nodes[producer].inputs[0].value {
            value = input
        }
        return value
    }
}
