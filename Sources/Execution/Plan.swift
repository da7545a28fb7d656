import NeuralGraph

/// A network prepared for passes over `lanes` samples at a time: the place of every value in memory, the order of
/// work, and where each gradient goes.
///
/// A plan holds no numbers: parameters, packed weights and workspaces are given to each pass, so that threads share
/// one plan. A pass takes no memory.
package struct Plan: Sendable {
    package let graph: Graph
    package let lanes: Int
    package let layout: ParameterLayout
    let steps: [Step]
    let values: ValueMemory
    let scratchFloats: Int
    let retainedFloats: Int
    let packedForwardFloats: Int
    let packedGradientFloats: Int
    /// `nil` for a plan without gradients.
    let gradients: GradientPlan?
    private let places: PlaceTable

    /// One node, or a layer with the element-wise nodes behind it.
    struct Node: Sendable {
        let operation: any Operator
        let inputs: [Operand]
        let outputs: [Int]
        let epilogue: NodeEpilogue
    }

    /// A node and everything about it that does not change from pass to pass. The places are kept by the plan.
    struct Step: @unchecked Sendable {
        let kernel: any Kernel
        let mostParts: Int
        /// A view computes nothing.
        let isView: Bool
        /// Those that are parameters, for packing.
        let parameters: UnsafeBufferPointer<BufferPlace?>
        let inputs: UnsafeBufferPointer<BufferPlace?>
        let outputs: UnsafeBufferPointer<BufferPlace>
        let addend: BufferPlace?
        let hasRelu: Bool
        /// Where the step's packed weights start.
        let packedForward: Int
        let packedGradient: Int
        /// Where what the pass back will read starts; `nil` without a pass back: scratch memory will do.
        let retained: Int?
        /// Whether a gradient comes, and whether it is passed on to the first input.
        let hasGradient: Bool
        let passesGradientOn: Bool
    }

    /// - Parameters:
    ///   - losses: the values whose gradients a backward pass starts from, each once; none for a plan without gradients.
    ///   - kept: values that are read after the pass, besides the graph's outputs and `losses`.
    package init(_ graph: Graph, lanes: Int, losses: [Int] = [], keeping kept: [Int] = []) {
        self.graph = graph
        self.lanes = lanes
        layout = ParameterLayout(graph)
        let nodes = FusedNode.all(in: graph, keeping: kept + losses).map { fused in
            Node(
                operation: graph.nodes[fused.node].operation, inputs: graph.nodes[fused.node].inputs,
                outputs: fused.outputs, epilogue: fused.epilogue)
        }
        let kernels = nodes.map { $0.operation.kernel(for: $0.shapes(in: graph, lanes: lanes)) }
        let planner = losses.isEmpty ? nil : GradientPlanner(nodes, graph: graph, lanes: lanes, losses: losses, keeping: kept)
        let values = ValueMemory(nodes, graph: graph, lanes: lanes, keeping: kept, back: planner?.wayBack(kernels))
        let places = PlaceTable()
        let gradients = planner.map { GradientPlan($0, nodes, graph: graph, lanes: lanes, values: values, places: places) }
        var builder = StepBuilder(graph: graph, lanes: lanes, layout: layout, values: values, places: places)
        steps = nodes.indices.map { builder.step(nodes[$0], kernels[$0], gradient: gradients?.steps[$0]) }
        self.values = values
        self.gradients = gradients
        self.places = places
        scratchFloats = builder.scratch
        retainedFloats = builder.retained
        packedForwardFloats = builder.packedForward
        packedGradientFloats = builder.packedGradient
    }
}

/// Makes steps, one after the other, and counts the memory that they take.
private struct StepBuilder {
    let graph: Graph
    let lanes: Int
    let layout: ParameterLayout
    let values: ValueMemory
    let places: PlaceTable
    private(set) var scratch = 0
    private(set) var retained = 0
    private(set) var packedForward = 0
    private(set) var packedGradient = 0

    init(graph: Graph, lanes: Int, layout: ParameterLayout, values: ValueMemory, places: PlaceTable) {
        self.graph = graph
        self.lanes = lanes
        self.layout = layout
        self.values = values
        self.places = places
    }

    mutating func step(_ node: Plan.Node, _ kernel: any Kernel, gradient: GradientPlan.Step?) -> Plan.Step {
        let memory = kernel.memory
        defer {
            packedForward += memory.packedForward.wholeCacheLines
            if gradient != nil {
                packedGradient += memory.packedGradient.wholeCacheLines
                retained += memory.retained.wholeCacheLines
            }
            scratch = max(scratch, memory.scratch, gradient == nil ? memory.retained : 0)
        }
        return Plan.Step(
            kernel: kernel, mostParts: kernel.mostParts, isView: node.viewed != nil,
            parameters: places.keep(node.inputs.map(parameterPlace)), inputs: places.keep(node.inputs.map(place)),
            outputs: places.keep(node.outputs.map(values.place)), addend: node.epilogue.addend.map(values.place),
            hasRelu: node.epilogue.relu, packedForward: packedForward, packedGradient: packedGradient,
            retained: gradient == nil ? nil : retained, hasGradient: gradient != nil,
            passesGradientOn: gradient?.inputs.first.map { $0 != nil } ?? false)
    }

    private func place(_ operand: Operand) -> BufferPlace? {
        if case .value(let value) = operand { return values.place(value) }
        return parameterPlace(operand)
    }

    private func parameterPlace(_ operand: Operand) -> BufferPlace? {
        guard case .parameter(let index) = operand else { return nil }
        return BufferPlace(.parameters, offset: layout.offsets[index], count: layout.counts[index])
    }
}

extension Plan.Node {
    /// The input whose memory is also that of the output.
    var viewed: Int? {
        guard operation.isView, case .value(let input) = inputs[0] else { return nil }
        return input
    }

    func shapes(in graph: Graph, lanes: Int) -> OperandShapes {
        OperandShapes(
            lanes: lanes, inputs: inputs.map(graph.operandShape), outputs: outputs.map { graph.values[$0].shape })
    }

    /// The values that are read, that of the addition first.
    var valuesRead: [Int] {
        let values = inputs.compactMap(\.value)
        return (epilogue.addend.map { [$0] } ?? []) + values
    }
}
