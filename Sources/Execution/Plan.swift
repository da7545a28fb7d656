import NeuralGraph

/// A network prepared for passes over `lanes` samples at a time: the place of every value in memory, the order of
/// work, and where each gradient goes.
///
/// A plan holds no numbers: parameters, packed weights and workspaces are given to each pass, so that threads share
/// one plan.
package struct Plan: Sendable {
    package let graph: Graph
    package let lanes: Int
    package let layout: ParameterLayout
    let steps: [Step]
    let values: ValueMemory
    let scratchFloats: Int
    let packedForwardFloats: Int
    let packedGradientFloats: Int
    /// `nil` for a plan without gradients.
    let gradients: GradientPlan?

    /// One node, or a layer with the element-wise nodes behind it, and everything about it that does not change from
    /// pass to pass.
    struct Step: Sendable {
        let operation: any Operator
        let shapes: OperandShapes
        let inputs: [Operand]
        let outputs: [Int]
        let epilogue: NodeEpilogue
        let packedForward: Int
        let packedGradient: Int
    }

    /// - Parameter loss: the value whose gradient a backward pass starts from; `nil` for a plan without gradients.
    package init(_ graph: Graph, lanes: Int, loss: Int? = nil) {
        self.graph = graph
        self.lanes = lanes
        layout = ParameterLayout(graph)
        var steps: [Step] = []
        var forward = 0
        var gradient = 0
        var scratch = 0
        for fused in FusedNode.all(in: graph, keeping: loss) {
            let node = graph.nodes[fused.node]
            let shapes = OperandShapes(
                lanes: lanes, inputs: node.inputs.map(graph.operandShape),
                outputs: fused.outputs.map { graph.values[$0].shape })
            let memory = node.operation.memory(shapes)
            steps.append(
                Step(
                    operation: node.operation, shapes: shapes, inputs: node.inputs, outputs: fused.outputs,
                    epilogue: fused.epilogue, packedForward: forward, packedGradient: gradient))
            forward += memory.packedForward.wholeCacheLines
            gradient += memory.packedGradient.wholeCacheLines
            scratch = max(scratch, memory.scratch)
        }
        self.steps = steps
        values = ValueMemory(steps, graph: graph, lanes: lanes)
        gradients = loss.map { GradientPlan(steps, graph: graph, lanes: lanes, loss: $0) }
        packedForwardFloats = forward
        packedGradientFloats = loss == nil ? 0 : gradient
        scratchFloats = scratch
    }
}

/// Where the values of a plan stand in a workspace.
struct ValueMemory: Sendable {
    /// `nil` for a value that is only there in passing, within a step.
    private(set) var places: [Int?]
    private(set) var floats = 0

    init(_ steps: [Plan.Step], graph: Graph, lanes: Int) {
        places = Array(repeating: nil, count: graph.values.count)
        for input in graph.inputs { take(input, graph.values[input].count * lanes) }
        for step in steps {
            if let input = step.viewed {
                places[step.outputs[0]] = places[input]
                continue
            }
            for output in step.outputs { take(output, graph.values[output].count * lanes) }
        }
    }

    private mutating func take(_ value: Int, _ count: Int) {
        places[value] = floats
        floats += count.wholeCacheLines
    }
}

extension Plan.Step {
    /// The input whose memory is also that of the output.
    var viewed: Int? {
        guard operation.isView, case .value(let input) = inputs[0] else { return nil }
        return input
    }
}

extension Int {
    /// A number of floats, rounded up to whole cache lines.
    var wholeCacheLines: Int { (self + 15) / 16 * 16 }
}
