import Execution
import Foundation
import ModelCompression
import NeuralGraph
import Training

/// How far the answers of networks are from the original's, on the first samples of the test split, or of validation where there is none:
/// for classes the mean over their positions of the Kullback-Leibler divergence, in nats; for values their squared error beside the
/// original's squares. Outputs that are judged count alike.
struct Divergence {
    private let split: Split
    private let objectives: [Objective]
    /// That objectives are computed from, by output that is judged.
    private let values: [Int]
    private let parallel: Parallel
    /// By output that is judged: `[sample][output]`.
    private let original: [[Float]]

    private static let most = 256

    init(from job: Job, _ parallel: Parallel) {
        split = job.test ?? job.validation
        objectives = job.objectives
        values = zip(job.original.judgedOutputs, objectives).map { job.original.lossValue(ofOutput: $0, for: $1.kind) }
        self.parallel = parallel
        original = Self.outputs(of: job.original, values, on: split, parallel)
    }

    func of(_ graph: Graph) -> Double {
        let outputs = Self.outputs(of: graph, values, on: split, parallel)
        let parts = values.indices.map { index in
            let (own, before) = (outputs[index], original[index])
            switch objectives[index].kind {
            case .classes:
                let form = objectives[index].answers ?? AnswerForm(classes: graph.values[values[index]].count)
                return Self.classDivergence(form, own, before)
            case .values: return Self.relativeError(own, before)
            }
        }
        return parts.reduce(0, +) / Double(max(1, parts.count))
    }

    private static func outputs(of graph: Graph, _ values: [Int], on split: Split, _ parallel: Parallel) -> [[Float]] {
        let plan = Plan(graph, lanes: MicroBatch.samples(for: graph), keeping: values)
        let (weights, packed, lanes) = (graph.parameterBuffer(), PackedWeights(plan), plan.lanes)
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        let count = min(split.count, most)
        let parts = parallel.map((count + lanes - 1) / lanes) { item in
            let (workspace, own) = (Workspace(plan), item * lanes..<min(count, (item + 1) * lanes))
            split.copySamples(own, into: workspace, of: plan)
            plan.forward(weights.pointer, packed: packed, in: workspace)
            return values.map { value in
                let (z, width) = (workspace.value(value), graph.values[value].count)
                return own.indices.flatMap { sample in (0..<width).map { z[$0 * lanes + sample - own.lowerBound] } }
            }
        }
        return values.indices.map { index in parts.flatMap { $0[index] } }
    }

    private static func classDivergence(_ form: AnswerForm, _ own: [Float], _ original: [Float]) -> Double {
        let positions = own.count / max(1, form.classes)
        let sum = (0..<positions).reduce(0.0) { sum, position in
            let start = position / form.inner * form.classes * form.inner + position % form.inner
            let places = stride(from: start, to: start + form.classes * form.inner, by: form.inner)
            let (p, q) = (logarithms(places.map { original[$0] }), logarithms(places.map { own[$0] }))
            return sum + zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
        }
        return sum / Double(max(1, positions))
    }

    /// Of the probabilities of all classes; a single number is the logit of yes.
    private static func logarithms(_ logits: [Float]) -> [Double] {
        let logits = logits.count == 1 ? [Double(logits[0]), 0] : logits.map(Double.init)
        let most = logits.max() ?? 0
        let total = most + log(logits.reduce(0) { $0 + exp($1 - most) })
        return logits.map { $0 - total }
    }

    private static func relativeError(_ own: [Float], _ original: [Float]) -> Double {
        let (error, all) = zip(own, original).reduce((0.0, 0.0)) { sums, pair in
            let difference = Double(pair.0) - Double(pair.1)
            return (sums.0 + difference * difference, sums.1 + Double(pair.1) * Double(pair.1))
        }
        return all > 0 ? error / all : 0
    }
}
