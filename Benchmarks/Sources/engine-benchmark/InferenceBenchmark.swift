import CKernels
import Execution
import NeuralGraph

/// Batches through a network, from inputs in the order of files, `[sample][feature]`, to outputs in that order.
struct InferenceBenchmark {
    private let plan: Plan
    private let packed: PackedWeights
    private let weights: FloatBuffer
    private let workspaces: [Workspace]
    private let inputs: FloatBuffer
    private let outputs: FloatBuffer
    private let parts: Int
    private let parallel: Parallel

    init(_ graph: Graph, batch: Int, threads: Int) {
        parts = max(1, min(batch, max(threads, batch / 64)))
        parallel = Parallel(threads: threads)
        let plan = Plan(graph, lanes: batch / parts)
        self.plan = plan
        packed = PackedWeights(plan)
        weights = FloatBuffer(graph.flatParameters())
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        workspaces = (0..<threads).map { _ in Workspace(plan) }
        inputs = FloatBuffer(count: batch * graph.values[graph.inputs[0]].count)
        for index in 0..<inputs.count { inputs.pointer[index] = Float(index * 7919 % 256) / 255 }
        outputs = FloatBuffer(count: batch * graph.values[graph.outputs[0]].count)
    }

    func run() {
        let graph = plan.graph
        let features = graph.values[graph.inputs[0]].count
        let width = graph.values[graph.outputs[0]].count
        parallel.forEach(parts) { part, worker in
            let workspace = workspaces[worker]
            let first = part * plan.lanes
            ck_transpose(
                Int64(plan.lanes), Int64(features), inputs.pointer + first * features,
                workspace.value(graph.inputs[0]))
            plan.forward(weights.pointer, packed: packed, in: workspace)
            ck_transpose(
                Int64(width), Int64(plan.lanes), workspace.value(graph.outputs[0]), outputs.pointer + first * width)
        }
    }
}
