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
    /// - Parameter reference: the original network's on this split, for metrics that compare with it, by output that is judged.
    package func engine(for graph: Graph, on split: Split, reference: [Reference]) -> EvaluationEngine {
        EvaluationEngine(
            graph, metric: metric, answers: answers, on: split, reference: reference, parallel: parallel, progress: progress)
    }

    package func evaluate(_ graph: Graph, on split: Split, reference: [Reference]) throws(NotANumber) -> Evaluation {
        try measure(graph, on: split, reference: reference).evaluation
    }

    package func measure(_ graph: Graph, on split: Split, reference: [Reference]) throws(NotANumber) -> Measurement {
        try engine(for: graph, on: split, reference: reference).measure(graph.parameterBuffer())
    }

    /// What the original network comes to on a split, and what others are compared with there.
    package func baseline(of graph: Graph, on split: Split) throws(NotANumber) -> Baseline {
        let reference = try reference(of: graph, on: split)
        guard !reference.isEmpty else {
            return Baseline(reference: [], measurement: try measure(graph, on: split, reference: []))
        }
        let widths = graph.judgedOutputs.map { graph.values[$0].count }
        var score = JointScore(metric, on: split, widths: widths, answers: answers, reference: reference)
        score.addReference()
        return Baseline(reference: reference, measurement: score.measurement)
    }

    /// What networks are compared with that are to do what this one does, by output that is judged; none where the metric compares with
    /// the split's own targets.
    package func reference(of graph: Graph, on split: Split) throws(NotANumber) -> [Reference] {
        guard needsReference(on: split) else { return [] }
        guard metric == .agreement else { return try outputs(of: graph, on: split).map { .values($0.outputs) } }
        let forms = answers.isEmpty ? graph.judgedOutputs.map { AnswerForm(classes: graph.values[$0].count) } : answers
        var all = forms.map { _ in [Int32]() }
        try forEachRound(of: graph, on: split) { index, rows in all[index] += forms[index].answers(rows) }
        return all.map { .answers($0) }
    }

    /// Whether measuring on a split takes the original network's outputs.
    private func needsReference(on split: Split) -> Bool {
        switch (metric, split.targets) {
        case (.agreement, _), (.cosine, _): true
        case (.mse, .values): false
        case (.mse, _): true
        case (.top1, _), (.top5, _): false
        }
    }

    /// Values for every sample, `[sample][output]`: the outputs that are judged as the network ships them, unless others are asked for.
    ///
    /// - Parameter form: what is made of each value's rows, a round of samples at a time.
    package func outputs(
        of graph: Graph, on split: Split, values: [Int]? = nil, as form: (_ index: Int, Teacher) -> Teacher = { $1 }
    ) throws(NotANumber) -> [Teacher] {
        let widths = (values ?? graph.judgedOutputs).map { graph.values[$0].count }
        var all = widths.map { [Float](repeating: 0, count: split.count * $0) }
        var filled = widths.map { _ in 0 }
        try forEachRound(of: graph, on: split, values: values) { index, rows in
            let formed = form(index, Teacher(outputs: Array(rows), width: widths[index])).outputs
            all[index].replaceSubrange(filled[index]..<filled[index] + rows.count, with: formed)
            filled[index] += rows.count
        }
        return zip(all, widths).map { Teacher(outputs: $0, width: $1) }
    }

    /// Works out values for some samples after the others, so that those of all are never there together.
    ///
    /// - Parameter take: is given each value's number in the list, and its rows `[sample][output]` for the next samples.
    package func forEachRound(
        of graph: Graph, on split: Split, values: [Int]? = nil, _ take: (_ index: Int, _ rows: UnsafeBufferPointer<Float>) -> Void
    ) throws(NotANumber) {
        let engine = OutputEngine(graph, on: split, values: values ?? graph.judgedOutputs, parallel: parallel)
        let weights = graph.parameterBuffer()
        engine.pack(weights)
        let part = progress.answers(split.count, work: graph.answerWork)
        defer { part.end() }
        for first in stride(from: 0, to: split.count, by: OutputEngine.most) {
            let samples = first..<min(first + OutputEngine.most, split.count)
            try engine.compute(weights, samples: samples, part)
            for (index, width) in engine.widths.enumerated() {
                take(index, UnsafeBufferPointer(start: engine.outputs[index].pointer, count: samples.count * width))
            }
        }
    }
}
