import CKernels
import Execution
import NeuralGraph
import Training

/// Batches through a network, from inputs in the order of files, `[sample][feature]`, to outputs in that order. Threads
/// share out micro-batches, or if there is only one, the work on it.
struct InferenceBenchmark {
    private let plan: Plan
    private let packed: PackedWeights
    private let weights: FloatBuffer
    private let workspaces: [Workspace]
    private let inputs: FloatBuffer
    private let outputs: FloatBuffer
    private let microBatches: Int
    private let parallel: Parallel

    init(_ graph: Graph, batch: Int, threads: Int) {
        let lanes = min(batch, MicroBatch.samples(for: graph))
        precondition(batch % lanes == 0, "a batch is made of whole micro-batches")
        microBatches = batch / lanes
        parallel = Parallel(threads: threads)
        let plan = Plan(graph, lanes: lanes)
        self.plan = plan
        packed = PackedWeights(plan)
        weights = graph.parameterBuffer()
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        workspaces = (0..<min(threads, microBatches)).map { _ in Workspace(plan) }
        inputs = FloatBuffer(count: batch * graph.values[graph.inputs[0]].count)
        for index in 0..<inputs.count { inputs.pointer[index] = Float(index * 7919 % 256) / 255 }
        outputs = FloatBuffer(count: batch * graph.values[graph.outputs[0]].count)
    }

    func run() {
        if microBatches == 1 {
            compute(0, in: workspaces[0], parallel: parallel)
        } else {
            parallel.forEach(microBatches) { microBatch, worker in
                compute(microBatch, in: workspaces[worker], parallel: .one)
            }
        }
    }

    private func compute(_ microBatch: Int, in workspace: Workspace, parallel: Parallel) {
        let graph = plan.graph
        let features = graph.values[graph.inputs[0]].count
        let width = graph.values[graph.outputs[0]].count
        let first = microBatch * plan.lanes
        ck_transpose(
            Int64(plan.lanes), Int64(features), inputs.pointer + first * features, workspace.value(graph.inputs[0]))
        plan.forward(weights.pointer, packed: packed, in: workspace, parallel: parallel)
        ck_transpose(
            Int64(width), Int64(plan.lanes), workspace.value(graph.outputs[0]), outputs.pointer + first * width)
    }
}
