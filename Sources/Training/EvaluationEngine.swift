import Execution
import NeuralGraph

/// Measures networks of one structure on one split, for any number of weights one after the other.
package final class EvaluationEngine {
    /// Samples between two questions whether a decision is certain: whole micro-batches. Part of the algorithm, not of the
    /// machine, so that any number of threads looks at the same samples.
    package static let round = OutputEngine.most

    private let engine: OutputEngine
    /// With no sample in it.
    private let empty: JointScore
    private let samples: Int
    private let metric: Metric
    private let progress: RunProgress
    /// Of a sample.
    private let work: Double

    /// - Parameters:
    ///   - answers: for `agreement`, by output that is judged.
    ///   - reference: the original network's on this split, for metrics that compare with it, by output that is judged.
    package init(
        _ graph: Graph, metric: Metric, answers: [AnswerForm], on split: Split, reference: [Reference], parallel: Parallel,
        progress: RunProgress
    ) {
        engine = OutputEngine(graph, on: split, values: graph.judgedOutputs, parallel: parallel)
        empty = JointScore(metric, on: split, widths: engine.widths, answers: answers, reference: reference)
        samples = split.count
        self.metric = metric
        self.progress = progress
        work = graph.answerWork
    }

    /// The metric's value on the whole split.
    package func evaluate(_ weights: FloatBuffer) throws(NotANumber) -> Evaluation { try measure(weights).evaluation }

    /// What the network comes to on the whole split.
    func measure(_ weights: FloatBuffer) throws(NotANumber) -> Measurement {
        engine.pack(weights)
        let part = progress.answers(samples, work: work)
        defer { part.end() }
        var score = empty
        while score.seen < samples { try look(weights, &score, part) }
        return score.measurement
    }

    /// Whether a requirement is met: always the answer that `evaluate` leads to, from as many samples as make it
    /// certain.
    package func decide(_ requirement: Requirement, _ weights: FloatBuffer) throws(NotANumber) -> Decision {
        precondition(requirement.metric == metric, "the requirement is one of another metric")
        engine.pack(weights)
        let part = progress.answers(samples, work: work)
        defer { part.end() }
        var score = empty
        while true {
            try look(weights, &score, part)
            if let decision = score.decision(requirement) { return decision }
        }
    }

    /// Looks at the next samples.
    private func look(_ weights: FloatBuffer, _ score: inout JointScore, _ part: RunProgress.Part) throws(NotANumber) {
        let range = score.seen..<min(samples, score.seen + Self.round)
        try engine.compute(weights, samples: range, part)
        for (index, outputs) in engine.outputs.enumerated() {
            score.add(range.count, of: index, outputs: UnsafeBufferPointer(start: outputs.pointer, count: outputs.count))
        }
    }
}
