import DependencyGroups
import Execution
import NeuralGraph
import Training

/// Units that weight pruning has cut off on either side: nothing reads them, or nothing but their bias feeds them.
///
/// The first are removed. The second give the same value for every sample; it is moved into the biases of the next
/// layer where that is exact, and then they are removed too. Neither is done where the units are measured together, as by a
/// normalization: there a unit counts by being one of them.
package enum DeadUnits {
    package static func removing(from graph: Graph, context: TrainingContext) throws -> Graph {
        var current = graph
        // A removed unit may leave one before it without readers.
        while true {
            let analysis = ChannelAnalysis(current)
            let constants = ConstantUnits(current, context: context)
            var removals: [(group: ChannelGroup, units: Set<Int>)] = []
            for group in analysis.groups where !group.isMeasured {
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

    /// Whether the unit's values may depend on the sample.
    private static func isFed(_ unit: Int, of group: ChannelGroup, _ graph: Graph) -> Bool {
        group.isMixed || group.slices.contains { $0.kind == .makes && graph.hasNonzero($0, unit: unit) }
    }

    /// Whether anything after it takes the unit in.
    private static func isRead(_ unit: Int, of group: ChannelGroup, _ graph: Graph) -> Bool {
        group.isSummed || group.slices.contains { $0.kind == .reads && graph.hasNonzero($0, unit: unit) }
    }
}

/// The values of units that depend on no input, found by running the network once.
private struct ConstantUnits {
    private let plan: Plan
    private let workspace: Workspace

    init(_ graph: Graph, context: TrainingContext) {
        let read = graph.layers.compactMap { graph.nodes[$0.node].inputs[0].value }
        plan = Plan(graph, lanes: 1, keeping: read)
        workspace = Workspace(plan)
        let weights = graph.parameterBuffer()
        let packed = PackedWeights(plan)
        plan.pack(weights.pointer, into: packed, parallel: .one)
        context.validation.copySamples(0..<1, into: workspace, of: plan)
        plan.forward(weights.pointer, packed: packed, in: workspace)
    }

    /// Moves a constant unit's effect into the biases of its readers. A unit that is zero has none.
    /// - Returns: false, and no change, where a reader has no bias of its own or sees other values beside the unit's.
    func fold(_ unit: Int, of group: ChannelGroup, in graph: inout Graph) -> Bool {
        var changed = graph
        for slice in group.slices where slice.kind == .reads && graph.hasNonzero(slice, unit: unit) {
            guard let reader = ConstantReader(slice, graph) else { return false }
            let levels = slice.indices[unit].map { constant(reader, $0) }
            if levels.allSatisfy({ $0 == 0 }) { continue }
            guard let bias = reader.bias else { return false }
            for (index, level) in zip(slice.indices[unit], levels) {
                guard let level else { return false }
                reader.forEach(column: index, graph) { row, weight in changed.parameters[bias].values[row] += weight * level }
            }
        }
        graph = changed
        return true
    }

    /// What a channel of a reader's input is at each place; `nil` if it is not the same everywhere.
    private func constant(_ reader: ConstantReader, _ channel: Int) -> Float? {
        let values = UnsafeBufferPointer(start: workspace.value(reader.input) + channel * reader.plane, count: reader.plane)
        return values.allSatisfy { $0 == values[0] } ? values[0] : nil
    }
}

/// A layer that reads channels on axis 1 of its weight, and could take a constant one into its bias.
private struct ConstantReader {
    let weight: Int
    /// A bias of its own, where the layer reads nothing beside its input.
    let bias: Int?
    let input: Int
    /// Elements of a channel of the input.
    let plane: Int

    init?(_ slice: ChannelSlice, _ graph: Graph) {
        guard slice.axis == 1, let layer = graph.layers.first(where: { slice.tensor == .parameter($0.weight) }),
            case .value(let input) = graph.nodes[layer.node].inputs[0], graph.useCount(ofParameter: layer.weight) == 1
        else { return nil }
        let channels = graph.parameters[layer.weight].shape[1]
        guard graph.values[input].shape.first == channels else { return nil }
        weight = layer.weight
        let isAlone = graph.nodes[layer.node].operation.readsOnlyInputs
        bias = layer.bias.flatMap { isAlone && graph.useCount(ofParameter: $0) == 1 ? $0 : nil }
        self.input = input
        plane = graph.values[input].count / channels
    }

    func forEach(column: Int, _ graph: Graph, _ body: (_ row: Int, _ weight: Float) -> Void) {
        let shape = graph.parameters[weight].shape
        let inner = shape.dropFirst(2).reduce(1, *)
        for row in 0..<shape[0] {
            let first = (row * shape[1] + column) * inner
            for index in first..<first + inner { body(row, graph.parameters[weight].values[index]) }
        }
    }
}

extension Graph {
    fileprivate func hasNonzero(_ slice: ChannelSlice, unit: Int) -> Bool { elements(of: slice, unit: unit).contains { $0 != 0 } }
}
