import CKernels
import Execution
import NeuralGraph

/// Computes the outputs of networks of one structure on one split. All but the weights is made once: plan, room for
/// packed weights, the threads' workspaces, room for the outputs.
final class OutputEngine {
    /// `[sample][output]`; the samples of the last call of `compute` are those of its weights.
    let outputs: FloatBuffer
    let width: Int
    private let plan: Plan
    private let value: Int
    private let split: Split
    private let parallel: Parallel
    private let packed: PackedWeights
    private let workspaces: [Workspace]

    /// - Parameter value: the one whose numbers are the outputs.
    init(_ graph: Graph, on split: Split, value: Int, parallel: Parallel) {
        plan = Plan(graph, lanes: MicroBatch.samples(for: graph), keeping: [value])
        self.value = value
        self.split = split
        self.parallel = parallel
        width = graph.values[value].count
        outputs = FloatBuffer(count: split.count * width)
        packed = PackedWeights(plan)
        let plan = plan
        let microBatches = (split.count + plan.lanes - 1) / plan.lanes
        workspaces = (0..<max(1, min(parallel.threads, microBatches))).map { _ in Workspace(plan) }
    }

    /// Brings weights into the order of the kernels; has to be called after every change of them.
    func pack(_ weights: FloatBuffer) { plan.pack(weights.pointer, into: packed, parallel: parallel) }

    /// - Parameters:
    ///   - weights: those that were packed last.
    ///   - samples: from the first of a micro-batch to the last of one.
    func compute(_ weights: FloatBuffer, samples: Range<Int>) throws(NotANumber) {
        let (plan, value, split, packed, workspaces) = (plan, value, split, packed, workspaces)
        let (outputs, width, lanes) = (outputs, width, plan.lanes)
        parallel.forEach((samples.count + lanes - 1) / lanes) { item, worker in
            let start = samples.lowerBound + item * lanes
            let own = start..<min(start + lanes, samples.upperBound)
            let workspace = workspaces[worker]
            split.copySamples(own, into: workspace, of: plan)
            plan.forward(weights.pointer, packed: packed, in: workspace)
            let z = workspace.value(value)
            for (lane, sample) in own.enumerated() {
                for output in 0..<width { outputs.pointer[sample * width + output] = z[output * lanes + lane] }
            }
        }
        guard ck_all_finite(Int64(samples.count * width), outputs.pointer + samples.lowerBound * width) else {
            throw NotANumber(place: "the output '\(plan.graph.values[value].name)'")
        }
    }
}

/// A value that is infinite or not a number, where a number is needed.
package struct NotANumber: Error, Equatable, CustomStringConvertible {
    package let place: String

    package init(place: String) { self.place = place }

    package var description: String { "\(place) is infinite or not a number" }
}
