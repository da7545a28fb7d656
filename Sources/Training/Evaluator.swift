import CKernels
import Datasets
import Execution
import NeuralGraph

/// Runs networks over a split and measures their outputs.
package struct Evaluator: Sendable {
    package let metric: Metric
    package let parallel: Parallel

    private static let lanes = 64

    package init(metric: Metric, parallel: Parallel) {
        self.metric = metric
        self.parallel = parallel
    }

    /// - Parameter reference: the original network's outputs on this split, for `agreement` and for `mse` without
    ///   targets.
    package func evaluate(_ graph: Graph, on split: Split, reference: Teacher?) throws(NotANumber) -> Evaluation {
        let outputs = try self.outputs(of: graph, on: split)
        return Evaluation(metric: metric, value: score(outputs, split, reference), samples: split.count)
    }

    /// The first output for every sample, `[sample][output]`, as the network ships it or before its final softmax.
    package func outputs(
        of graph: Graph, on split: Split, value: Int? = nil
    ) throws(NotANumber) -> Teacher {
        let value = value ?? graph.outputs[0]
        let width = graph.values[value].count
        let plan = Plan(graph, lanes: Self.lanes, keeping: [value])
        let packed = PackedWeights(plan)
        let weights = FloatBuffer(graph.flatParameters())
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        let microBatches = (split.count + Self.lanes - 1) / Self.lanes
        let workspaces = (0..<max(1, min(parallel.threads, microBatches))).map { _ in Workspace(plan) }
        let result = FloatBuffer(count: split.count * width)
        parallel.forEach(microBatches) { item, worker in
            let samples = Array(item * Self.lanes..<min(split.count, (item + 1) * Self.lanes))
            let workspace = workspaces[worker]
            split.data.copySamples(samples[...], into: workspace.value(graph.inputs[0]), lanes: Self.lanes)
            plan.forward(weights.pointer, packed: packed, in: workspace)
            let z = workspace.value(value)
            for (lane, sample) in samples.enumerated() {
                for output in 0..<width { result.pointer[sample * width + output] = z[output * Self.lanes + lane] }
            }
        }
        guard ck_all_finite(Int64(result.count), result.pointer) else {
            throw NotANumber(place: "the output '\(graph.values[value].name)'")
        }
        return Teacher(outputs: result.array, width: width)
    }

    private func score(_ outputs: Teacher, _ split: Split, _ reference: Teacher?) -> Double {
        switch (metric, split.targets) {
        case (.mse, .values(let values, _)):
            return Self.squaredError(outputs.outputs, values)
        case (.mse, _):
            return Self.squaredError(outputs.outputs, reference?.outputs ?? [])
        case (.agreement, _):
            guard let reference else { preconditionFailure("agreement needs the original network's outputs") }
            let hits = (0..<split.count).filter { outputs.top($0) == reference.top($0) }
            return Double(hits.count) / Double(split.count)
        case (_, .classes(let labels, _)):
            let most = metric == .top1 ? 1 : 5
            let hits = (0..<split.count).filter { outputs.rank(of: Int(labels[$0]), $0) < most }
            return Double(hits.count) / Double(split.count)
        default:
            preconditionFailure("\(metric) needs labels")
        }
    }

    private static func squaredError(_ a: [Float], _ b: [Float]) -> Double {
        precondition(a.count == b.count && !a.isEmpty, "outputs and targets must be as many")
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += (Double(x) - Double(y)) * (Double(x) - Double(y)) }
        return sum / Double(a.count)
    }
}

/// A value that is infinite or not a number, where a number is needed.
package struct NotANumber: Error, Equatable, CustomStringConvertible {
    package let place: String

    package init(place: String) { self.place = place }

    package var description: String { "\(place) is infinite or not a number" }
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

    /// How many outputs stand before `label`; of equals the first stands first.
    func rank(of label: Int, _ sample: Int) -> Int {
        let own = outputs[sample * width + label]
        var rank = 0
        for output in 0..<width {
            let other = outputs[sample * width + output]
            if other > own || other == own && output < label { rank += 1 }
        }
        return rank
    }
}
