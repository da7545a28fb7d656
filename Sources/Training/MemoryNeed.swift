import Execution
import NeuralGraph

/// The memory that work on a network takes, in bytes, foreseen from its structure: what stands in the way of a run can be told before it.
package struct MemoryNeed {
    /// For its outputs on any number of samples.
    package let evaluation: Double
    /// For gradients of a batch.
    package let training: Double
    /// The value with the most elements for a sample, and how many they are.
    package let largest: (name: String, elements: Double)

    private static let float = 4.0

    /// - Parameters:
    ///   - kind: of what is learnt by.
    ///   - batch: samples of a step.
    ///   - samples: of the greatest split.
    ///   - limit: a network of which one value alone takes more is not looked at any further; it takes at least that much.
    package init(_ graph: Graph, kind: Objective.Kind, batch: Int, samples: Int, threads: Int, limit: Double) {
        let values = graph.values.map { (name: $0.name, elements: $0.shape.reduce(1.0) { $0 * Double($1) }) }
        largest = values.max { $0.elements < $1.elements } ?? ("", 0)
        let lanes = MicroBatch.samples(for: graph)
        let least = largest.elements * Double(lanes) * Self.float
        guard least < limit else {
            (evaluation, training) = (least, least)
            return
        }
        evaluation = Self.evaluation(graph, lanes: lanes, samples: samples, threads: threads)
        training = Self.training(graph, kind, lanes: lanes, batch: batch, threads: threads)
    }

    private static func evaluation(_ graph: Graph, lanes: Int, samples: Int, threads: Int) -> Double {
        let plan = Plan(graph, lanes: lanes, keeping: graph.judgedOutputs)
        let outputs = graph.judgedOutputs.reduce(0) { $0 + graph.values[$1].count } * min(samples, OutputEngine.most)
        let workers = max(1, min(threads, (samples + lanes - 1) / lanes))
        return float * (Double(plan.workspaceFloats) * Double(workers) + Double(plan.packedFloats) + Double(outputs))
    }

    private static func training(_ graph: Graph, _ kind: Objective.Kind, lanes: Int, batch: Int, threads: Int) -> Double {
        let plan = Plan(graph, lanes: lanes, losses: graph.judgedOutputs.map { graph.lossValue(ofOutput: $0, for: kind) })
        let microBatches = max(1, batch / lanes)
        let workers = min(threads, microBatches)
        let gradients = GradientEngine.gradients(microBatches: microBatches, of: plan.layout.total, workers: workers)
        return float * (Double(plan.workspaceFloats) * Double(workers) + Double(plan.packedFloats) + Double(gradients * plan.layout.total))
    }
}
