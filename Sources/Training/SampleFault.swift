import Execution
import NeuralGraph

/// A sample that a network gives infinite numbers for, or none, and where they begin.
package struct SampleFault {
    /// In its split.
    package let sample: Int
    /// The first that gives such a number.
    package let node: Node
    /// The network's inputs that the node depends on.
    package let inputs: [Int]
    /// The number that it gives, for people.
    package let what: String
}

extension Evaluator {
    /// The first sample for which a value is no number, or infinite: an output that is judged, unless others are asked for.
    package func firstFault(of graph: Graph, on split: Split, values: [Int]? = nil) -> SampleFault? {
        let asked = values ?? graph.judgedOutputs
        let plan = Plan(graph, lanes: MicroBatch.samples(for: graph), keeping: Array(graph.values.indices))
        let (packed, workspace, weights) = (PackedWeights(plan), Workspace(plan), graph.parameterBuffer())
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        func numbers(_ value: Int, lane: Int) -> some Sequence<Float> {
            (0..<graph.values[value].count).lazy.map { workspace.value(value)[$0 * plan.lanes + lane] }
        }
        for start in stride(from: 0, to: split.count, by: plan.lanes) {
            let samples = start..<min(start + plan.lanes, split.count)
            split.copySamples(samples, into: workspace, of: plan)
            plan.forward(weights.pointer, packed: packed, in: workspace, parallel: parallel)
            for lane in 0..<samples.count
            where asked.contains(where: { numbers($0, lane: lane).contains { !$0.isFinite } }) {
                // An infinite number may be meant, as in a mask, where one that is none follows from something else.
                for (what, isSuch) in [("no number (NaN)", \Float.isNaN), ("an infinite number", \Float.isInfinite)] {
                    let first = graph.nodes.first { $0.outputs.contains { numbers($0, lane: lane).contains { $0[keyPath: isSuch] } } }
                    guard let first else { continue }
                    return SampleFault(
                        sample: samples.lowerBound + lane, node: first, inputs: graph.inputs(above: first),
                        what: first.operation.boundsIntegers ? "an integer beyond 2^24, up to which they are exact here" : what)
                }
            }
        }
        return nil
    }
}

extension Graph {
    /// The network's inputs that a node depends on.
    fileprivate func inputs(above node: Node) -> [Int] {
        let producers = producers
        var (waiting, seen) = (node.inputs.compactMap(\.value), Set<Int>())
        while let value = waiting.popLast() {
            guard seen.insert(value).inserted, let producer = producers[value] else { continue }
            waiting += nodes[producer].inputs.compactMap(\.value)
        }
        return inputs.indices.filter { seen.contains(inputs[$0]) }
    }
}
