import CKernels
import Datasets
import Execution
import NeuralGraph

/// The gradient of the objective over a batch, formed per micro-batch and combined in a fixed tree: the same bits for
/// any number of threads.
package final class GradientEngine {
    package let plan: Plan
    package let batch: Int
    /// By output that is judged.
    private let heads: [Head]
    private let split: Split
    private let parallel: Parallel
    private let packed: PackedWeights
    /// By worker.
    private let workspaces: [Workspace]
    private let lossScratch: [FloatBuffer]
    private let tree: GradientTree
    /// The buffers of the tree.
    private let gradients: [FloatBuffer]
    /// By micro-batch.
    private let losses: PerItem<Double>
    /// By part of the gradient.
    private let areFinite: PerItem<Bool>

    /// A value that is learnt by.
    private struct Head {
        let value: Int
        let lesson: Lesson
        /// Of the lesson.
        let targets: Targets
    }

    /// - Parameters:
    ///   - batch: a multiple of `MicroBatch.most`.
    ///   - lessons: by output of `graph` that is judged. Labels are those of a single one.
    ///   - room: floats; if the gradients of all micro-batches take more, they are added as they come.
    package init(_ graph: Graph, batch: Int, split: Split, lessons: [Lesson], parallel: Parallel, room: Int = usualRoom) {
        let outputs = graph.judgedOutputs
        heads = zip(outputs, lessons).map { output, lesson in
            let value = graph.lossValue(ofOutput: output, for: lesson.objective.kind)
            return Head(
                value: value, lesson: lesson, targets: outputs.count == 1 ? split.targets : .none(width: graph.values[value].count))
        }
        let plan = Plan(graph, lanes: MicroBatch.samples(for: graph), losses: heads.map(\.value))
        precondition(batch % plan.lanes == 0, "a batch is made of whole micro-batches")
        let microBatches = batch / plan.lanes
        let workers = min(parallel.threads, microBatches)
        let width = heads.reduce(0) { max($0, graph.values[$1.value].count) }
        let scratch = Objective.scratchFloats(width: width, lanes: plan.lanes)
        self.plan = plan
        self.batch = batch
        self.split = split
        self.parallel = parallel
        packed = PackedWeights(plan)
        workspaces = (0..<workers).map { _ in Workspace(plan) }
        lossScratch = (0..<workers).map { _ in FloatBuffer(count: scratch) }
        tree = Self.tree(microBatches: microBatches, of: plan.layout.total, workers: workers, room: room)
        gradients = (0..<tree.bufferCount).map { _ in FloatBuffer(count: plan.layout.total) }
        losses = PerItem(count: microBatches, 0)
        areFinite = PerItem(count: Parallel.parts(of: plan.layout.total), true)
    }

    private static func tree(microBatches: Int, of parameters: Int, workers: Int, room: Int) -> GradientTree {
        GradientTree(count: microBatches, width: microBatches * parameters <= room ? microBatches : workers)
    }

    /// Gradients of all parameters that are there at a time.
    static func gradients(microBatches: Int, of parameters: Int, workers: Int) -> Int {
        tree(microBatches: microBatches, of: parameters, workers: workers, room: usualRoom).bufferCount
    }

    private static let usualRoom = 1 << 24

    /// The result of the last call of `compute`.
    package var gradient: FloatBuffer { gradients[0] }
    package var isGradientFinite: Bool { areFinite.reduce(true) { $0 && $1 } }

    /// Computes the gradient of the mean loss over `samples` (as many as the batch has). Takes no memory.
    ///
    /// - Parameters:
    ///   - placements: one for each sample, or none where samples are taken as they are.
    ///   - draw: of answers in place of targets and teacher, if they are to be drawn.
    /// - Returns: the mean loss; 0 for drawn answers.
    package func compute(
        _ weights: FloatBuffer, samples: ArraySlice<Int>, placements: ArraySlice<Placement> = [], draw: AnswerDraw? = nil
    ) -> Double {
        precondition(samples.count == batch)
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        // Pointers to memory that this object owns; every micro-batch writes to its own part.
        nonisolated(unsafe) let engine = self
        for wave in tree.waves {
            parallel.forEach(wave.buffers.count) { item, worker in
                engine.pass(
                    weights, samples, placements, draw, microBatch: wave.first + item, worker: worker,
                    into: engine.gradients[wave.buffers[item]])
            }
            parallel.forEachPart(of: plan.layout.total) { range in engine.add(wave.sums, in: range) }
        }
        return losses.reduce(0, +) / Double(batch)
    }

    private func pass(
        _ weights: FloatBuffer, _ samples: ArraySlice<Int>, _ placements: ArraySlice<Placement>, _ draw: AnswerDraw?,
        microBatch: Int, worker: Int, into gradients: FloatBuffer
    ) {
        let own = samples.dropFirst(microBatch * plan.lanes).prefix(plan.lanes)
        let ownPlacements = placements.dropFirst(microBatch * plan.lanes).prefix(plan.lanes)
        let workspace = workspaces[worker]
        split.copySamples(own, placed: ownPlacements, into: workspace, of: plan)
        plan.forward(weights.pointer, packed: packed, in: workspace)
        losses[microBatch] = heads.indices.reduce(0) {
            $0 + lossAndGradient(heads[$1], own, draw?.forOutput($1), workspace, scratch: lossScratch[worker].pointer)
        }
        plan.backward(weights.pointer, packed: packed, in: workspace, gradients: gradients.pointer)
    }

    private func lossAndGradient(
        _ head: Head, _ samples: ArraySlice<Int>, _ draw: AnswerDraw?, _ workspace: Workspace, scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        let (z, gradient, scale) = (workspace.value(head.value), workspace.seed(head.value), 1 / Float(batch))
        let objective = head.lesson.objective
        guard let draw else {
            return objective.loss(
                z, lanes: plan.lanes, samples: samples, targets: head.targets, teacher: head.lesson.teacher, scale: scale,
                gradient: gradient, scratch: scratch)
        }
        objective.drawnGradient(
            z, lanes: plan.lanes, samples: samples, width: head.targets.width, draw: draw, scale: scale, gradient: gradient,
            scratch: scratch)
        return 0
    }

    private func add(_ sums: [(from: Int, into: Int)], in range: Range<Int>) {
        let count = Int64(range.count)
        for (from, into) in sums {
            ck_accumulate(count, gradients[from].pointer + range.lowerBound, gradients[into].pointer + range.lowerBound)
        }
        areFinite[range.lowerBound / Parallel.partSize] = ck_all_finite(count, gradient.pointer + range.lowerBound)
    }
}

/// One value per item of a work, written by different threads, read in order.
private final class PerItem<Value> {
    private let values: UnsafeMutableBufferPointer<Value>

    init(count: Int, _ value: Value) {
        values = .allocate(capacity: count)
        values.initialize(repeating: value)
    }

    deinit { values.deallocate() }

    subscript(index: Int) -> Value {
        get { values[index] }
        set { values[index] = newValue }
    }

    func reduce(_ start: Value, _ next: (Value, Value) -> Value) -> Value { values.reduce(start, next) }
}
