import Execution
import NeuralGraph

/// Runs networks over a split and measures their outputs.
package struct Evaluator: Sendable {
    package let metric: Metric
    /// For `agreement`; `nil` where a sample's outputs are those of one position.
    package let answers: AnswerForm?
    package let parallel: Parallel

    package init(metric: Metric, answers: AnswerForm? = nil, parallel: Parallel) {
        self.metric = metric
        self.answers = answers
        self.parallel = parallel
    }

    /// For many networks of one structure.
    ///
    /// - Parameter reference: the original network's outputs on this split, for metrics that compare with them.
    package func engine(for graph: Graph, on split: Split, reference: Teacher?) -> EvaluationEngine {
        EvaluationEngine(
            graph, metric: metric, answers: answers, on: split, reference: reference, parallel: parallel)
    }

    package func evaluate(_ graph: Graph, on split: Split, reference: Teacher?) throws(NotANumber) -> Evaluation {
        try engine(for: graph, on: split, reference: reference).evaluate(FloatBuffer(graph.flatParameters()))
    }

    /// Measures outputs that have been computed before.
    package func evaluate(_ outputs: Teacher, on split: Split, reference: Teacher?) -> Evaluation {
        var score = Score(metric, on: split, width: outputs.width, answers: answers, reference: reference)
        outputs.outputs.withUnsafeBufferPointer { score.add(split.count, outputs: $0) }
        return score.best
    }

    /// Whether each sample is a hit, by outputs that have been computed before; for shares of samples alone.
    package func hits(_ outputs: Teacher, on split: Split, reference: Teacher?) -> [Bool] {
        let score = Score(metric, on: split, width: outputs.width, answers: answers, reference: reference)
        return outputs.outputs.withUnsafeBufferPointer { all in (0..<split.count).map { score.isHit($0, outputs: all) } }
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

    /// The first output for every sample, `[sample][output]`, as the network ships it or before its final softmax.
    package func outputs(
        of graph: Graph, on split: Split, value: Int? = nil
    ) throws(NotANumber) -> Teacher {
        let engine = OutputEngine(graph, on: split, value: value ?? graph.judgedOutput, parallel: parallel)
        let weights = FloatBuffer(graph.flatParameters())
        engine.pack(weights)
        try engine.compute(weights, samples: 0..<split.count)
        return Teacher(outputs: engine.outputs.array, width: engine.width)
    }
}
