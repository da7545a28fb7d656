import NeuralGraph

/// Who writes which gradient where in a backward pass.
///
/// A gradient to which several steps contribute is summed in the order of the steps, last to first. Gradients share the
/// memory of those that have been passed on.
struct GradientPlan: Sendable {
    /// By step; `nil` where no gradient passes.
    let steps: [Step?]
    /// By value: floats from the beginning of the gradients of values; `nil` where no gradient comes, or where it takes the
    /// value's place.
    let offsets: [Int?]
    /// The same by value that a pass starts from, for its own gradient.
    let seeds: [Int: Int]
    let floats: Int
    let temporaryFloats: Int

    /// What a step does on the way back. The places are kept by the plan.
    struct Step: @unchecked Sendable {
        /// Gradients of the outputs.
        let outputs: UnsafeBufferPointer<BufferPlace>
        /// Among them those that nothing writes.
        let unread: [BufferPlace]
        /// By input: where its gradient is written. The first writer of a value or parameter writes in place, the others
        /// write to a temporary.
        let inputs: UnsafeBufferPointer<BufferPlace?>
        /// Temporaries that are then added.
        let sums: [Sum]
        /// Of the value that the step adds to its results, whose gradient is that of the output; `nil` where the
        /// output's is read in its place.
        let addend: Sum?
        /// The output, if the gradient of the step's own ReLU has still to be taken.
        let maskedBy: BufferPlace?
        /// The gradient of input 0 is finished as it is written: this gradient is added …
        let dataAddend: BufferPlace?
        /// … and the ReLU is passed that made the input.
        let dataMask: BufferPlace?
    }

    struct Sum: Sendable {
        let from: BufferPlace
        let to: BufferPlace
        /// Otherwise it is copied.
        let adds: Bool
    }

    init(
        _ planner: GradientPlanner, _ nodes: [Plan.Node], graph: Graph, lanes: Int, values: ValueMemory, places: PlaceTable
    ) {
        let layout = planner.arena.layout()
        floats = layout.total
        temporaryFloats = planner.temporaryFloats
        func offset(_ buffer: GradientPlanner.Buffer?) -> Int? {
            if case .arena(let buffer) = buffer { layout.offsets[buffer] } else { nil }
        }
        offsets = planner.buffers.map(offset)
        seeds = planner.seeds.compactMapValues(offset)
        let builder = GradientStepBuilder(
            graph: graph, lanes: lanes, offsets: layout.offsets, values: values, places: places)
        steps = zip(nodes, planner.steps).map { node, step in step.map { builder.step(node, $0) } }
    }
}

/// Turns what was planned with buffers into places in memory.
private struct GradientStepBuilder {
    let graph: Graph
    let lanes: Int
    /// By buffer of the arena.
    let offsets: [Int]
    let values: ValueMemory
    let places: PlaceTable

    func step(_ node: Plan.Node, _ planned: GradientPlanner.Step) -> GradientPlan.Step {
        let targets = zip(planned.targets, node.inputs.map(count))
        let outputs = zip(node.outputs, planned.outputs).map { place($1, count(.value($0))) }
        return GradientPlan.Step(
            outputs: places.keep(outputs), unread: planned.unread.map { outputs[$0] },
            inputs: places.keep(targets.map(written)), sums: targets.compactMap(sum), addend: addend(node, planned),
            maskedBy: planned.masksOutput ? values.place(node.outputs[0]) : nil,
            dataAddend: planned.dataAddend.map { place($0, count(node.inputs[0])) },
            dataMask: planned.masksData ? node.inputs[0].value.map(values.place) : nil)
    }

    private func addend(_ node: Plan.Node, _ planned: GradientPlanner.Step) -> GradientPlan.Sum? {
        guard let value = node.epilogue.addend, case .value(let buffer, let temporary) = planned.addendTarget else {
            return nil
        }
        let count = count(.value(value))
        return GradientPlan.Sum(
            from: place(planned.outputs[0], count), to: place(buffer, count), adds: temporary != nil)
    }

    private func written(_ target: GradientPlanner.Target, _ count: Int) -> BufferPlace? {
        switch target {
        case .none: nil
        case .value(_, let temporary?), .parameter(_, let temporary?):
            BufferPlace(.temporaries, offset: temporary, count: count)
        case .value, .parameter: final(target, count)
        }
    }

    private func sum(_ target: GradientPlanner.Target, _ count: Int) -> GradientPlan.Sum? {
        guard let from = written(target, count), from.region == .temporaries, let to = final(target, count) else {
            return nil
        }
        return GradientPlan.Sum(from: from, to: to, adds: true)
    }

    /// Where the whole gradient is in the end.
    private func final(_ target: GradientPlanner.Target, _ count: Int) -> BufferPlace? {
        switch target {
        case .none: nil
        case .value(let buffer, _): place(buffer, count)
        case .parameter(let offset, _): BufferPlace(.parameterGradients, offset: offset, count: count)
        }
    }

    private func place(_ buffer: GradientPlanner.Buffer, _ count: Int) -> BufferPlace {
        switch buffer {
        case .arena(let buffer): BufferPlace(.valueGradients, offset: offsets[buffer], count: count)
        case .value(let value): values.place(value)
        }
    }

    /// Floats, lanes included.
    private func count(_ operand: Operand) -> Int {
        graph.operandShape(operand).map { $0.count * ($0.isBatched ? lanes : 1) } ?? 0
    }
}
