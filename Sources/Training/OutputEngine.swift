import CKernels
import Execution
import NeuralGraph

/// Computes the outputs of networks of one structure on one split. All but the weights is made once: plan, room for
/// packed weights, the threads' workspaces, room for the outputs.
final class OutputEngine {
    /// By value: `[sample][output]` of the samples of the last call of `compute`.
    let outputs: [FloatBuffer]
    /// By value: outputs of a sample.
    let widths: [Int]
    private let plan: Plan
    private let values: [Int]
    private let split: Split
    private let parallel: Parallel
    private let packed: PackedWeights
    private let workspaces: [Workspace]

    /// Samples of one call of `compute` at most: whole micro-batches. The outputs of a whole split may be many times larger than its
    /// samples.
    static let most = 16 * MicroBatch.most

    /// - Parameter values: those whose numbers are the outputs.
    init(_ graph: Graph, on split: Split, values: [Int], parallel: Parallel) {
        plan = Plan(graph, lanes: MicroBatch.samples(for: graph), keeping: values)
        self.values = values
        self.split = split
        self.parallel = parallel
        widths = values.map { graph.values[$0].count }
        outputs = widths.map { FloatBuffer(count: min(split.count, Self.most) * $0) }
        packed = PackedWeights(plan)
        let plan = plan
        let microBatches = (split.count + plan.lanes - 1) / plan.lanes
        workspaces = (0..<max(1, min(parallel.threads, microBatches))).map { _ in Workspace(plan) }
    }

    /// Brings weights into the order of the kernels; has to be called after every change of them.
    func pack(_ weights: FloatBuffer) { plan.pack(weights.pointer, into: packed, parallel: parallel) }

    /// - Parameters:
    ///   - weights: those that were packed last.
    ///   - samples: from the first of a micro-batch to the last of one; at most `most`.
    ///   - part: of the work, whose samples they are.
    func compute(_ weights: FloatBuffer, samples: Range<Int>, _ part: RunProgress.Part) throws(NotANumber) {
        let (plan, values, split, packed, workspaces) = (plan, values, split, packed, workspaces)
        let (outputs, widths, lanes) = (outputs, widths, plan.lanes)
        parallel.forEach((samples.count + lanes - 1) / lanes) { item, worker in
            let start = samples.lowerBound + item * lanes
            let own = start..<min(start + lanes, samples.upperBound)
            let workspace = workspaces[worker]
            split.copySamples(own, into: workspace, of: plan)
            plan.forward(weights.pointer, packed: packed, in: workspace)
            for index in values.indices {
                let (z, rows, width) = (workspace.value(values[index]), outputs[index].pointer, widths[index])
                for lane in 0..<own.count {
                    let row = rows + (item * lanes + lane) * width
                    for output in 0..<width { row[output] = z[output * lanes + lane] }
                }
            }
            part.advance(by: own.count)
        }
        for (index, width) in widths.enumerated()
        where !ck_all_finite(Int64(samples.count * width), outputs[index].pointer) {
            throw NotANumber(place: "the output '\(plan.graph.values[values[index]].name)'")
        }
    }
}

/// A value that is infinite or not a number, where a number is needed.
package struct NotANumber: Error, Equatable, CustomStringConvertible {
    package let place: String

    package init(place: String) { self.place = place }

    package var description: String { "\(place) is infinite or not a number" }
}
