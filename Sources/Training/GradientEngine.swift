import CKernels
import Datasets
import Execution
import NeuralGraph

/// The gradient of the objective over a batch, formed per micro-batch and combined in a fixed tree: the same bits for
/// any number of threads.
package final class GradientEngine {
    /// Samples per micro-batch: part of the algorithm, not of the machine.
    package static let microBatch = 64

    package let plan: Plan
    package let batch: Int
    private let loss: Int
    private let split: Split
    private let objective: Objective
    private let teacher: Teacher?
    private let parallel: Parallel
    private let packed: PackedWeights
    private let workspaces: [Workspace]
    private let gradients: [FloatBuffer]

    /// - Parameter batch: a multiple of `microBatch`.
    package init(
        _ graph: Graph, batch: Int, split: Split, objective: Objective, teacher: Teacher?, parallel: Parallel
    ) {
        precondition(batch % Self.microBatch == 0, "a batch is made of whole micro-batches")
        loss = graph.lossValue(for: objective.kind)
        plan = Plan(graph, lanes: Self.microBatch, loss: loss)
        self.batch = batch
        self.split = split
        self.objective = objective
        self.teacher = teacher
        self.parallel = parallel
        let plan = plan
        packed = PackedWeights(plan)
        let microBatches = batch / Self.microBatch
        workspaces = (0..<min(parallel.threads, microBatches)).map { _ in Workspace(plan) }
        gradients = (0..<microBatches).map { _ in FloatBuffer(count: plan.layout.total) }
    }

    /// The result of the last call of `compute`.
    package var gradient: FloatBuffer { gradients[0] }

    /// Computes the gradient of the mean loss over `samples` (as many as the batch has).
    /// - Returns: the mean loss.
    package func compute(_ weights: FloatBuffer, samples: ArraySlice<Int>) -> Double {
        precondition(samples.count == batch)
        plan.pack(weights.pointer, into: packed)
        let results = LossSums(count: gradients.count)
        // Pointers to memory that this object owns; every micro-batch writes to its own part.
        nonisolated(unsafe) let engine = self
        parallel.forEach(gradients.count) { microBatch, worker in
            let start = samples.startIndex + microBatch * Self.microBatch
            results[microBatch] = engine.pass(
                weights, samples: samples[start..<start + Self.microBatch], into: engine.gradients[microBatch],
                engine.workspaces[worker])
        }
        combine()
        return results.total / Double(batch)
    }

    private func pass(
        _ weights: FloatBuffer, samples: ArraySlice<Int>, into gradient: FloatBuffer, _ workspace: Workspace
    ) -> Double {
        split.data.copySamples(samples, into: workspace.value(plan.graph.inputs[0]), lanes: Self.microBatch)
        plan.forward(weights.pointer, packed: packed, in: workspace)
        let sum = objective.loss(
            workspace.value(loss), lanes: Self.microBatch, samples: samples, targets: split.targets, teacher: teacher,
            scale: 1 / Float(batch), gradient: workspace.gradient(loss))
        plan.backward(weights.pointer, packed: packed, in: workspace, gradients: gradient.pointer)
        return sum
    }

    /// Adds the gradients of all micro-batches in a binary tree, into the first.
    private func combine() {
        let gradients = gradients
        parallel.forEachPart(of: plan.layout.total) { range in
            var distance = 1
            while distance < gradients.count {
                for index in stride(from: 0, to: gradients.count - distance, by: 2 * distance) {
                    ck_accumulate(
                        Int64(range.count), gradients[index + distance].pointer + range.lowerBound,
                        gradients[index].pointer + range.lowerBound)
                }
                distance *= 2
            }
        }
    }
}

/// One sum per micro-batch, written by different threads, added in order.
private final class LossSums: @unchecked Sendable {
    private let sums: UnsafeMutableBufferPointer<Double>

    init(count: Int) {
        sums = .allocate(capacity: count)
        sums.initialize(repeating: 0)
    }

    deinit { sums.deallocate() }

    subscript(index: Int) -> Double {
        get { sums[index] }
        set { sums[index] = newValue }
    }

    var total: Double { sums.reduce(0, +) }
}

extension Graph {
    /// The value that the objective is computed from: the network's first output, or for classes what goes into its
    /// final softmax.
    package func lossValue(for kind: Objective.Kind) -> Int {
        let output = outputs[0]
        guard kind == .classes, let last = nodes.last(where: { $0.outputs.contains(output) }),
            ["Softmax", "LogSoftmax"].contains(last.operation.onnxName), case .value(let input) = last.inputs[0]
        else { return output }
        return input
    }
}
