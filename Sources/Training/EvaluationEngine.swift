import Execution
import NeuralGraph

/// Measures networks of one structure on one split, for any number of weights one after the other.
package final class EvaluationEngine {
    private let engine: OutputEngine
    /// With no sample in it.
    private let empty: Score
    private let samples: Int

    /// - Parameter reference: the original network's outputs on this split, for metrics that compare with them.
    package init(_ graph: Graph, metric: Metric, on split: Split, reference: Teacher?, parallel: Parallel) {
        engine = OutputEngine(graph, on: split, value: graph.outputs[0], parallel: parallel)
        empty = Score(metric, on: split, width: engine.width, reference: reference)
        samples = split.count
    }

    /// The metric's value on the whole split.
    package func evaluate(_ weights: FloatBuffer) throws(NotANumber) -> Evaluation {
        engine.pack(weights)
        var score = empty
        try look(at: 0..<samples, weights, &score)
        return score.evaluation
    }

    private func look(at range: Range<Int>, _ weights: FloatBuffer, _ score: inout Score) throws(NotANumber) {
        try engine.compute(weights, samples: range)
        score.add(range.count, outputs: UnsafeBufferPointer(start: engine.outputs.pointer, count: engine.outputs.count))
    }
}
