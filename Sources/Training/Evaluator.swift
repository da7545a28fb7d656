import Execution
import NeuralGraph

/// Runs networks over a split and measures their outputs.
package struct Evaluator: Sendable {
    package let metric: Metric
    /// For `agreement`, by output that is judged; none where a sample's outputs are those of one position.
    package let answers: [AnswerForm]
    package let parallel: Parallel
    private let progress: RunProgress

    package init(metric: Metric, answers: [AnswerForm] = [], parallel: Parallel, progress: RunProgress = .silent) {
        self.metric = metric
        self.answers = answers
        self.parallel = parallel
        self.progress = progress
    }

    /// For many networks of one structure.
    ///
    /// - Parameter reference: the original network's outputs on this split, for metrics that compare with them, by output that is
    ///   judged.
    package func engine(for graph: Graph, on split: Split, reference: [Teacher]) -> EvaluationEngine {
        EvaluationEngine(
            graph, metric: metric, answers: answers, on: split, reference: reference, parallel: parallel, progress: progress)
    }

    package func evaluate(_ graph: Graph, on split: Split, reference: [Teacher]) throws(NotANumber) -> Evaluation {
        try engine(for: graph, on: split, reference: reference).evaluate(FloatBuffer(graph.flatParameters()))
    }

    /// Measures outputs that have been computed before.
    package func evaluate(_ outputs: [Teacher], on split: Split, reference: [Teacher]) -> Evaluation {
        var score = JointScore(metric, on: split, widths: outputs.map(\.width), answers: answers, reference: reference)
        for (index, output) in outputs.enumerated() {
            output.outputs.withUnsafeBufferPointer { score.add(split.count, of: index, outputs: $0) }
        }
        return score.best
    }

    /// Whether each sample is a hit, by outputs that have been computed before; for shares of samples alone.
    package func hits(_ outputs: [Teacher], on split: Split, reference: [Teacher]) -> [Bool] {
        let score = JointScore(metric, on: split, widths: outputs.map(\.width), answers: answers, reference: reference)
        var hits = [Bool](repeating: true, count: split.count)
        for (index, output) in outputs.enumerated() {
            output.outputs.withUnsafeBufferPointer { all in
                for sample in hits.indices where !score.isHit(sample, of: index, outputs: all) { hits[sample] = false }
            }
        }
        return hits
    }

    /// Whether measuring on a split takes the original network's outputs.
    package func needsReference(on split: Split) -> Bool {
        switch (metric, split.targets) {
        case (.agreement, _), (.cosine, _): true
        case (.mse, .values): false
        case (.mse, _): true
        case (.top1, _), (.top5, _): false
        }
    }

    /// Values for every sample, `[sample][output]`: the outputs that are judged as the network ships them, unless others are asked for.
    package func outputs(of graph: Graph, on split: Split, values: [Int]? = nil) throws(NotANumber) -> [Teacher] {
        let engine = OutputEngine(graph, on: split, values: values ?? graph.judgedOutputs, parallel: parallel)
        let weights = FloatBuffer(graph.flatParameters())
        engine.pack(weights)
        let part = progress.answers(split.count, work: graph.answerWork)
        defer { part.end() }
        var all = engine.widths.map { [Float](repeating: 0, count: split.count * $0) }
        for first in stride(from: 0, to: split.count, by: OutputEngine.most) {
            let samples = first..<min(first + OutputEngine.most, split.count)
            try engine.compute(weights, samples: samples, part)
            for (index, width) in engine.widths.enumerated() {
                let rows = UnsafeBufferPointer(start: engine.outputs[index].pointer, count: samples.count * width)
                all[index].replaceSubrange(first * width..<samples.upperBound * width, with: rows)
            }
        }
        return zip(all, engine.widths).map { Teacher(outputs: $0, width: $1) }
    }
}
