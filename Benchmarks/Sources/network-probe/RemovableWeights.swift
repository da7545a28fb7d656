import DependencyGroups
import NeuralGraph

/// How many elements of the layers' weights stand on units that structured pruning can remove, as units that a weight makes or as
/// ones that it reads. Layers that make the network's outputs do not count.
struct RemovableWeights: Encodable {
    private(set) var all = 0
    private(set) var removable = 0
    /// Elements of the layers left out.
    private(set) var ofOutputs = 0

    init(_ graph: Graph) {
        let groups = ChannelAnalysis(graph).groups
        let making = Set(groups.flatMap(\.layers))
        let last = graph.layersBeforeOutputs
        for (index, layer) in graph.layers.enumerated() {
            let count = graph.parameters[layer.weight].count
            if last.contains(layer.weight), !making.contains(index) {
                ofOutputs += count
            } else {
                all += count
                removable += graph.elements(of: layer.weight, in: groups)
            }
        }
    }
}

extension Graph {
    /// Weights whose products reach an output without another weight on their way.
    fileprivate var layersBeforeOutputs: Set<Int> {
        var makers: [Int: Node] = [:]
        for node in nodes { for output in node.outputs { makers[output] = node } }
        var weights = Set<Int>()
        var seen = Set<Int>()
        var waiting = outputs
        while let value = waiting.popLast() {
            guard seen.insert(value).inserted, let node = makers[value] else { continue }
            let own = node.parameters(of: .weight).map(\.parameter)
            weights.formUnion(own)
            if own.isEmpty { waiting += node.inputs.compactMap(\.value) }
        }
        return weights
    }

    /// Elements of a parameter that belong to a unit of at least one of the groups.
    fileprivate func elements(of parameter: Int, in groups: [ChannelGroup]) -> Int {
        let shape = parameters[parameter].shape
        var kept = [[Bool]](shape.map { [Bool](repeating: true, count: $0) })
        for slice in groups.flatMap(\.slices) where slice.parameter == parameter {
            for index in slice.indices.joined() { kept[slice.axis][index] = false }
        }
        // An element stays if each of its indices does.
        return parameters[parameter].count - kept.reduce(1) { $0 * $1.count { $0 } }
    }
}
