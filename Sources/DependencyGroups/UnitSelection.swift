import NeuralGraph

/// Which elements of each parameter remain, and in which order, when units of groups are removed or put in order.
package struct UnitSelection: Sendable {
    /// Along the axes that change: the old index of what stands at each new one.
    private var kept: [Tensor: [Int: [Int]]] = [:]
    private let shapes: [[Int]]

    /// - Parameter removals: units to remove from groups that the analysis of `graph` gave.
    package init(_ graph: Graph, removing removals: [(group: ChannelGroup, units: Set<Int>)]) {
        self.init(
            graph,
            keeping: removals.filter { !$0.units.isEmpty }.map { group, units in
                (group, (0..<group.units).filter { !units.contains($0) })
            })
    }

    /// - Parameter selections: the units that remain, in their new order, of groups that the analysis of `graph` gave.
    package init(_ graph: Graph, keeping selections: [(group: ChannelGroup, units: [Int])]) {
        shapes = graph.parameters.map(\.shape)
        var contents: [Tensor: [Int: [Int?]]] = [:]
        for (group, units) in selections {
            for slice in group.slices + group.values {
                let length = graph.shape(of: slice.tensor)[slice.axis]
                slice.select(units, in: &contents[slice.tensor, default: [:]][slice.axis, default: Array(0..<length)])
            }
        }
        kept = contents.mapValues { $0.mapValues { $0.compactMap { $0 } } }
    }

    package var isEmpty: Bool { kept.isEmpty }

    /// The flat indices of the remaining elements of a parameter in their new order; `nil` if all stay where they are.
    package func remaining(_ parameter: Int) -> [Int]? {
        guard let axes = kept[.parameter(parameter)] else { return nil }
        var indices = [0]
        for (axis, length) in shapes[parameter].enumerated() {
            let positions = axes[axis] ?? Array(0..<length)
            indices = indices.flatMap { base in positions.map { base * length + $0 } }
        }
        return indices
    }

    private func shape(_ parameter: Int) -> [Int] {
        shapes[parameter].enumerated().map { axis, length in kept[.parameter(parameter)]?[axis]?.count ?? length }
    }

    /// The graph with the selected units alone: its tensors are really smaller.
    package func apply(to graph: Graph) throws(GraphError) -> Graph {
        var smaller = graph
        for parameter in graph.parameters.indices {
            guard let indices = remaining(parameter) else { continue }
            let old = graph.parameters[parameter]
            smaller.parameters[parameter] = Parameter(
                name: old.name, shape: shape(parameter), values: indices.map { old.values[$0] }, role: old.role)
        }
        for (index, node) in graph.nodes.enumerated() {
            func left(_ place: AxisPlace) -> [Int]? { node.tensor(place).flatMap { kept[$0]?[place.axis] } }
            smaller.nodes[index].operation = node.operation.keeping(left, graph.shapes(of: node))
        }
        try smaller.inferShapes()
        return smaller
    }

    /// The same selection from a flat array in the layout of the graph's parameters.
    package func apply(to flat: UnsafeBufferPointer<Float>) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(flat.count)
        var offset = 0
        for (parameter, shape) in shapes.enumerated() {
            let count = shape.reduce(1, *)
            if let indices = remaining(parameter) {
                for index in indices { result.append(flat[offset + index]) }
            } else {
                result.append(contentsOf: flat[offset..<offset + count])
            }
            offset += count
        }
        return result
    }
}
