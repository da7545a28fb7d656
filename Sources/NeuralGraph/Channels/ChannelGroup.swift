/// The output units (channels, neurons) of one layer with everything that goes when one of them goes:
/// a dependency group (Fang et al., "DepGraph", 2023).
package struct ChannelGroup: Sendable, Equatable {
    /// Index into the graph's layers.
    package let layer: Int
    package let units: Int
    /// The parts of parameters that belong to the units; the layer's own weight stands first.
    package let slices: [ChannelSlice]
}

/// Unit `u` of a group is the block `u * factor ..< (u + 1) * factor` on one axis of a parameter.
package struct ChannelSlice: Sendable, Equatable {
    package let parameter: Int
    package let axis: Int
    package let factor: Int
}

/// What structured pruning may remove in a network, and what it may not and why.
package struct ChannelAnalysis: Sendable {
    package private(set) var groups: [ChannelGroup] = []
    /// Layers whose units are protected, by index into the graph's layers.
    package private(set) var protected: [(layer: Int, reason: String)] = []

    package init(_ graph: Graph) {
        for (index, layer) in graph.layers.enumerated() {
            do {
                groups.append(try Self.group(layer, index, graph))
            } catch {
                protected.append((index, error.reason))
            }
        }
    }

    private struct Barrier: Error { let reason: String }

    private static func group(_ layer: Layer, _ index: Int, _ graph: Graph) throws(Barrier) -> ChannelGroup {
        let units = graph.parameters[layer.weight].shape[0]
        guard graph.nodes[layer.node].operation.hasUnitsOnAxis0 else {
            throw Barrier(reason: "\(layer.operatorName) has no units that can be told apart")
        }
        var slices = [ChannelSlice(parameter: layer.weight, axis: 0, factor: 1)]
        if let bias = layer.bias { slices.append(ChannelSlice(parameter: bias, axis: 0, factor: 1)) }
        var open: [(value: Int, factor: Int)] = [(graph.nodes[layer.node].outputs[0], 1)]
        while let (value, factor) = open.popLast() {
            if graph.outputs.contains(value) { throw Barrier(reason: "its units are the network's output") }
            for (node, input) in graph.consumers(of: value) {
                try follow(graph.nodes[node], input, factor, graph, &slices, &open)
            }
        }
        for slice in slices where graph.useCount(ofParameter: slice.parameter) > 1 {
            throw Barrier(reason: "the tensor '\(graph.parameters[slice.parameter].name)' is shared")
        }
        return ChannelGroup(layer: index, units: units, slices: slices)
    }

    private static func follow(
        _ node: Node, _ input: Int, _ factor: Int, _ graph: Graph, _ slices: inout [ChannelSlice],
        _ open: inout [(value: Int, factor: Int)]
    ) throws(Barrier) {
        let rule = node.operation.channelRule(forInput: input, inputs: node.inputs.map(graph.operandShape))
        func slice(_ position: Int, _ axis: Int, _ factor: Int) {
            if case .parameter(let parameter) = node.inputs[position] {
                slices.append(ChannelSlice(parameter: parameter, axis: axis, factor: factor))
            }
        }
        switch rule {
        case .passes(let own, let parameters):
            for position in parameters where position < node.inputs.count { slice(position, 0, factor) }
            for output in node.outputs { open.append((output, factor * own)) }
        case .consumed(let position, let axis):
            slice(position, axis, factor)
        case .blocks(let reason):
            throw Barrier(reason: "\(reason) ('\(node.name)')")
        }
    }
}
