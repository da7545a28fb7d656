import NeuralGraph

/// Who writes which gradient where in a backward pass.
///
/// A gradient to which several steps contribute is summed in the order of the steps, last to first. Gradients share the
/// memory of those that have been passed on.
struct GradientPlan: Sendable {
    /// By step; `nil` where no gradient passes.
    let steps: [Step?]
    /// By value: floats from the beginning of the gradients of values; `nil` where no gradient comes.
    let offsets: [Int?]
    let floats: Int
    let temporaryFloats: Int

    /// What a step does on the way back.
    struct Step: Sendable {
        /// Gradients of the outputs.
        let outputs: [BufferPlace]
        /// By input: where its gradient is written. The first writer of a value or parameter writes in place, the others
        /// write to a temporary.
        let inputs: [BufferPlace?]
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

    init(_ nodes: [Plan.Node], graph: Graph, lanes: Int, loss: Int, values: ValueMemory) {
        var planner = GradientPlanner(nodes, graph: graph, lanes: lanes, loss: loss)
        planner.planAll()
        let layout = planner.arena.layout()
        floats = layout.total
        temporaryFloats = planner.temporaryFloats
        offsets = planner.buffers.map { $0.map { layout.offsets[$0] } }
        let places = GradientPlaces(graph: graph, lanes: lanes, offsets: layout.offsets, values: values)
        steps = zip(nodes, planner.steps).map { node, step in step.map { places.step(node, $0) } }
    }
}

/// Turns what was planned with numbers of buffers into places in memory.
private struct GradientPlaces {
    let graph: Graph
    let lanes: Int
    /// By buffer.
    let offsets: [Int]
    let values: ValueMemory

    func step(_ node: Plan.Node, _ planned: GradientPlanner.Step) -> GradientPlan.Step {
        let shapes = node.inputs.map(graph.operandShape)
        let sums = zip(planned.targets, shapes).compactMap { target, shape in shape.flatMap { sum(target, $0) } }
        return GradientPlan.Step(
            outputs: zip(node.outputs, planned.outputs).map { place($1, shape($0)) },
            inputs: zip(planned.targets, shapes).map { target, shape in shape.flatMap { written(target, $0) } },
            sums: sums, addend: addend(node, planned),
            maskedBy: planned.masksOutput ? values.place(node.outputs[0]) : nil,
            dataAddend: planned.dataAddend.flatMap { buffer in shapes[0].map { place(buffer, $0) } },
            dataMask: planned.masksData ? node.inputs[0].value.map(values.place) : nil)
    }

    private func addend(_ node: Plan.Node, _ planned: GradientPlanner.Step) -> GradientPlan.Sum? {
        guard let value = node.epilogue.addend, case .value(let buffer, let temporary) = planned.addendTarget else {
            return nil
        }
        return GradientPlan.Sum(
            from: place(planned.outputs[0], shape(node.outputs[0])), to: place(buffer, shape(value)),
            adds: temporary != nil)
    }

    private func written(_ target: GradientPlanner.Target, _ shape: OperandShape) -> BufferPlace? {
        switch target {
        case .none: nil
        case .value(_, let temporary?), .parameter(_, let temporary?):
            BufferPlace(.temporaries, offset: temporary, shape: shape, lanes: lanes)
        case .value(let buffer, nil): place(buffer, shape)
        case .parameter(let offset, nil): BufferPlace(.parameterGradients, offset: offset, shape: shape, lanes: lanes)
        }
    }

    private func sum(_ target: GradientPlanner.Target, _ shape: OperandShape) -> GradientPlan.Sum? {
        guard let from = written(target, shape), from.region == .temporaries else { return nil }
        switch target {
        case .value(let buffer, _): return GradientPlan.Sum(from: from, to: place(buffer, shape), adds: true)
        case .parameter(let offset, _):
            let to = BufferPlace(.parameterGradients, offset: offset, shape: shape, lanes: lanes)
            return GradientPlan.Sum(from: from, to: to, adds: true)
        case .none: return nil
        }
    }

    private func place(_ buffer: Int, _ shape: OperandShape) -> BufferPlace {
        BufferPlace(.valueGradients, offset: offsets[buffer], shape: shape, lanes: lanes)
    }

    private func shape(_ value: Int) -> OperandShape { OperandShape(graph.values[value].shape, isBatched: true) }
}

extension Operand {
    var value: Int? { if case .value(let value) = self { value } else { nil } }
}
