import Execution
import NeuralGraph
import Training

/// Units that weight pruning has cut off on either side: nothing reads them, or nothing but their bias feeds them.
///
/// The first are removed. The second give the same value for every sample; it is moved into the biases of the next
/// layer where that is exact, and then they are removed too.
package enum DeadUnits {
    package static func removing(from graph: Graph, context: TrainingContext) throws -> Graph {
        var current = graph
        // A removed unit may leave one before it without readers.
        while true {
            let analysis = ChannelAnalysis(current)
            let constants = ConstantUnits(current, context: context)
            var removals: [(group: ChannelGroup, units: Set<Int>)] = []
            for group in analysis.groups {
                var dead = Set((0..<group.units).filter { !isRead($0, of: group, current) })
                // A layer keeps one unit; one whose effect has been moved must not stay.
                if dead.count == group.units { dead.remove(0) }
                for unit in 0..<group.units where !dead.contains(unit) && !isFed(unit, of: group, current) {
                    guard dead.count + 1 < group.units else { break }
                    if constants.fold(unit, of: group, in: &current) { dead.insert(unit) }
                }
                removals.append((group, dead))
            }
            let removal = UnitSelection(current, removing: removals)
            guard !removal.isEmpty else { return current }
            current = try removal.apply(to: current)
        }
    }

    /// Whether the unit's own weights are not all zero.
    private static func isFed(_ unit: Int, of group: ChannelGroup, _ graph: Graph) -> Bool {
        graph.hasNonzero(group.slices[0], unit: unit)
    }

    /// Whether a later layer has a weight for the unit.
    private static func isRead(_ unit: Int, of group: ChannelGroup, _ graph: Graph) -> Bool {
        group.slices.contains { $0.axis == 1 && graph.hasNonzero($0, unit: unit) }
    }
}

/// The values of units that depend on no input, found by running the network once.
private struct ConstantUnits {
    private let plan: Plan
    private let workspace: Workspace

    init(_ graph: Graph, context: TrainingContext) {
        let read = graph.layers.compactMap { layer in
            if case .value(let value) = graph.nodes[layer.node].inputs[0] { value } else { nil }
        }
        plan = Plan(graph, lanes: 1, keeping: read)
        workspace = Workspace(plan)
        let weights = FloatBuffer(graph.flatParameters())
        let packed = PackedWeights(plan)
        plan.pack(weights.pointer, into: packed, parallel: .one)
        context.validation.data.copySamples([0][...], into: workspace.value(graph.inputs[0]), lanes: 1)
        plan.forward(weights.pointer, packed: packed, in: workspace)
    }

    /// Moves a constant unit's effect into the biases of its readers. A unit that is zero has none.
    /// - Returns: false, and no change, where a reader has no bias of its own or sees other values beside the unit's.
    func fold(_ unit: Int, of group: ChannelGroup, in graph: inout Graph) -> Bool {
        var changed = graph
        for slice in group.slices where slice.axis == 1 && graph.hasNonzero(slice, unit: unit) {
            guard let layer = graph.layers.first(where: { $0.weight == slice.parameter }),
                case .value(let input) = graph.nodes[layer.node].inputs[0]
            else { return false }
            let weight = graph.parameters[slice.parameter]
            let plane = graph.values[input].count / weight.shape[1]
            let columns = unit * slice.factor..<(unit + 1) * slice.factor
            let values = UnsafeBufferPointer(
                start: workspace.value(input) + columns.lowerBound * plane, count: columns.count * plane)
            if values.allSatisfy({ $0 == 0 }) { continue }
            guard let bias = layer.bias, graph.useCount(ofParameter: bias) == 1,
                graph.nodes[layer.node].operation.readsOnlyInputs,
                values.indices.allSatisfy({ values[$0] == values[$0 / plane * plane] })
            else { return false }
            for index in weight.blockIndices(slice, unit: unit) {
                let row = index / (weight.count / weight.shape[0])
                let column = index / weight.shape.dropFirst(2).reduce(1, *) % weight.shape[1]
                changed.parameters[bias].values[row] +=
                    weight.values[index] * values[(column - columns.lowerBound) * plane]
            }
        }
        graph = changed
        return true
    }
}

extension Graph {
    fileprivate func hasNonzero(_ slice: ChannelSlice, unit: Int) -> Bool {
        let parameter = parameters[slice.parameter]
        return parameter.blockIndices(slice, unit: unit).contains { parameter.values[$0] != 0 }
    }
}

extension Parameter {
    /// The flat indices of a unit's block.
    fileprivate func blockIndices(_ slice: ChannelSlice, unit: Int) -> [Int] {
        let inner = shape[(slice.axis + 1)...].reduce(1, *)
        let length = shape[slice.axis]
        let outer = count / (inner * length)
        let block = unit * slice.factor * inner..<(unit + 1) * slice.factor * inner
        return (0..<outer).flatMap { row in block.map { row * length * inner + $0 } }
    }
}
