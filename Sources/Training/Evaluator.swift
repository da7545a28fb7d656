import Execution
import NeuralGraph

/// Runs networks over a split and measures their outputs.
package struct Evaluator: Sendable {
    package let metric: Metric
    package let parallel: Parallel

    package init(metric: Metric, parallel: Parallel) {
        self.metric = metric
        self.parallel = parallel
    }

    /// For many networks of one structure.
    ///
    /// - Parameter reference: the original network's outputs on this split, for metrics that compare with them.
    package func engine(for graph: Graph, on split: Split, reference: Teacher?) -> EvaluationEngine {
        EvaluationEngine(graph, metric: metric, on: split, reference: reference, parallel: parallel)
    }

    package func evaluate(_ graph: Graph, on split: Split, reference: Teacher?) throws(NotANumber) -> Evaluation {
        try engine(for: graph, on: split, reference: reference).evaluate(FloatBuffer(graph.flatParameters()))
    }

    /// The first output for every sample, `[sample][output]`, as the network ships it or before its final softmax.
    package func outputs(
        of graph: Graph, on split: Split, value: Int? = nil
    ) throws(NotANumber) -> Teacher {
        let engine = OutputEngine(graph, on: split, value: value ?? graph.outputs[0], parallel: parallel)
        let weights = FloatBuffer(graph.flatParameters())
        engine.pack(weights)
        try engine.compute(weights, samples: 0..<split.count)
        return Teacher(outputs: engine.outputs.array, width: engine.width)
    }
}

extension Teacher {
    /// The output with the greatest value; the first one of equals.
    package func top(_ sample: Int) -> Int {
        var best = 0
        for output in 1..<max(width, 1) where outputs[sample * width + output] > outputs[sample * width + best] {
            best = output
        }
        return best
    }
}
