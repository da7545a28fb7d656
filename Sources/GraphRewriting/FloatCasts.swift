import NeuralGraph
import Operators

extension Graph {
    /// Without casts of floats to floats, which are all of 32 bits here.
    package func withoutFloatCasts() -> Graph {
        var result = self
        for index in nodes.indices {
            let node = result.nodes[index]
            guard node.operation is Cast, let source = node.inputs.first?.value, let target = node.outputs.first,
                values[source].elementType == .float, values[target].elementType == .float
            else { continue }
            let isGiven = inputs.contains(source) || outputs.contains(source)
            guard !outputs.contains(target) || !isGiven else { continue }
            result.nodes[index].outputs = []
            if outputs.contains(target) { result.replace(source, by: target) } else { result.replace(target, by: source) }
        }
        return result.withoutDetachedNodes()
    }

    private mutating func replace(_ old: Int, by new: Int) {
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { $0 == .value(old) ? .value(new) : $0 }
            nodes[index].outputs = nodes[index].outputs.map { $0 == old ? new : $0 }
        }
        unread.inputs = unread.inputs.map { ($0.name, $0.value == old ? new : $0.value) }
    }
}
