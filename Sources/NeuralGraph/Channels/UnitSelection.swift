/// Which elements of each parameter remain, and in which order, when units of groups are removed or put in order.
package struct UnitSelection: Sendable {
    /// Kept positions along each axis, for the parameters that change: `[parameter][axis]`.
    private var kept: [Int: [Int: [Int]]] = [:]
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
        for (group, units) in selections {
            for slice in group.slices {
                kept[slice.parameter, default: [:]][slice.axis] = units.flatMap { unit in
                    unit * slice.factor..<(unit + 1) * slice.factor
                }
            }
        }
    }

    package var isEmpty: Bool { kept.isEmpty }

    /// The flat indices of the remaining elements of a parameter in their new order; `nil` if all stay where they are.
    package func remaining(_ parameter: Int) -> [Int]? {
        guard let axes = kept[parameter] else { return nil }
        var indices = [0]
        for (axis, length) in shapes[parameter].enumerated() {
            let positions = axes[axis] ?? Array(0..<length)
            indices = indices.flatMap { base in positions.map { base * length + $0 } }
        }
        return indices
    }

    private func shape(_ parameter: Int) -> [Int] {
        shapes[parameter].enumerated().map { axis, length in kept[parameter]?[axis]?.count ?? length }
    }

    /// The graph with the selected units alone: its tensors are really smaller.
    package func apply(to graph: Graph) throws(GraphError) -> Graph {
        var smaller = graph
        for parameter in kept.keys.sorted() {
            guard let indices = remaining(parameter) else { continue }
            let old = graph.parameters[parameter]
            smaller.parameters[parameter] = Parameter(
                name: old.name, shape: shape(parameter), values: indices.map { old.values[$0] }, role: old.role)
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
