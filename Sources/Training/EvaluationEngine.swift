import Execution
import NeuralGraph

/// Measures networks of one structure on one split, for any number of weights one after the other.
package final class EvaluationEngine {
    /// Samples between two questions whether a decision is certain: whole micro-batches. Part of the algorithm, not of the
    /// machine, so that any number of threads looks at the same samples.
    package static let round = 16 * MicroBatch.most

    private let engine: OutputEngine
    /// With no sample in it.
    private let empty: Score
    private let samples: Int
    private let metric: Metric

    /// - Parameter reference: the original network's outputs on this split, for metrics that compare with them.
    package init(
        _ graph: Graph, metric: Metric, answers: AnswerForm?, on split: Split, reference: Teacher?, parallel: Parallel
    ) {
        engine = OutputEngine(graph, on: split, value: graph.judgedOutput, parallel: parallel)
        empty = Score(metric, on: split, width: engine.width, answers: answers, reference: reference)
        samples = split.count
        self.metric = metric
    }

    /// The metric's value on the whole split.
    package func evaluate(_ weights: FloatBuffer) throws(NotANumber) -> Evaluation {
        engine.pack(weights)
        var score = empty
        try look(at: 0..<samples, weights, &score)
        return score.best
    }

    /// Whether a requirement is met: always the answer that `evaluate` leads to, from as many samples as make it
    /// certain.
    package func decide(_ requirement: Requirement, _ weights: FloatBuffer) throws(NotANumber) -> Decision {
        precondition(requirement.metric == metric, "the requirement is one of another metric")
        engine.pack(weights)
        var score = empty
        while true {
            try look(at: score.seen..<min(samples, score.seen + Self.round), weights, &score)
            if let decision = score.decision(requirement) { return decision }
        }
    }

    private func look(at range: Range<Int>, _ weights: FloatBuffer, _ score: inout Score) throws(NotANumber) {
        try engine.compute(weights, samples: range)
        score.add(range.count, outputs: UnsafeBufferPointer(start: engine.outputs.pointer, count: engine.outputs.count))
    }
}
