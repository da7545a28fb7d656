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
    let valueOffsets: [Int]
    let valueFloats: Int
    let scratchFloats: Int
    let temporaryFloats: Int
    let packedForwardFloats: Int
    let packedGradientFloats: Int
    let isTraining: Bool

    /// One node with everything about it that does not change from pass to pass.
    struct Step: Sendable {
        let operation: any Operator
        let shapes: OperandShapes
        let inputs: [Operand]
        let outputs: [Int]
        let packedForward: Int
        let packedGradient: Int
        /// Empty when no gradient passes through the node.
        var gradientTargets: [GradientTarget]
    }

    /// Where an operator writes the gradient of an input. The first writer of a value or parameter writes in place;
    /// the others write to a temporary, which is then added.
    enum GradientTarget: Sendable, Equatable {
        case none
        case value(Int, temporary: Int?)
        case parameter(Int, temporary: Int?)
    }

    /// - Parameter loss: the value whose gradient a backward pass starts from; `nil` for a plan without gradients.
    package init(_ graph: Graph, lanes: Int, loss: Int? = nil) {
        self.graph = graph
        self.lanes = lanes
        layout = ParameterLayout(graph)
        isTraining = loss != nil
        var offsets: [Int] = []
        var floats = 0
        for value in graph.values {
            offsets.append(floats)
            floats += Self.aligned(value.count * lanes)
        }
        valueOffsets = offsets
        valueFloats = floats
        var steps: [Step] = []
        var forward = 0
        var gradient = 0
        var scratch = 0
        for node in graph.nodes {
            let shapes = OperandShapes(
                lanes: lanes, inputs: node.inputs.map(graph.operandShape),
                outputs: node.outputs.map { graph.values[$0].shape })
            let memory = node.operation.memory(shapes)
            steps.append(
                Step(
                    operation: node.operation, shapes: shapes, inputs: node.inputs, outputs: node.outputs,
                    packedForward: forward, packedGradient: gradient, gradientTargets: []))
            forward += Self.aligned(memory.packedForward)
            gradient += Self.aligned(memory.packedGradient)
            scratch = max(scratch, memory.scratch)
        }
        var temporaries = 0
        if let loss { temporaries = Self.planGradients(&steps, graph: graph, lanes: lanes, loss: loss) }
        self.steps = steps
        packedForwardFloats = forward
        packedGradientFloats = loss == nil ? 0 : gradient
        scratchFloats = scratch
        temporaryFloats = temporaries
    }

    /// To whole cache lines.
    private static func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// Walks back from the loss and decides who writes which gradient where.
    /// - Returns: floats of temporary memory.
    private static func planGradients(_ steps: inout [Step], graph: Graph, lanes: Int, loss: Int) -> Int {
        let trains = valuesThatTrain(steps, graph: graph)
        var writtenValues: Set<Int> = [loss]
        var writtenParameters: Set<Int> = []
        var most = 0
        for index in steps.indices.reversed() where steps[index].outputs.contains(where: writtenValues.contains) {
            var temporary = 0
            func place(_ isFirst: Bool, _ count: Int) -> Int? {
                guard !isFirst else { return nil }
                defer { temporary += aligned(count) }
                return temporary
            }
            steps[index].gradientTargets = steps[index].inputs.map { input in
                switch input {
                case .value(let value) where trains[value]:
                    let isFirst = writtenValues.insert(value).inserted
                    return .value(value, temporary: place(isFirst, graph.values[value].count * lanes))
                case .parameter(let parameter) where graph.parameters[parameter].role.isTrainable:
                    let isFirst = writtenParameters.insert(parameter).inserted
                    return .parameter(parameter, temporary: place(isFirst, graph.parameters[parameter].count))
                default: return .none
                }
            }
            most = max(most, temporary)
        }
        return most
    }

    /// The values that depend on a trainable parameter.
    private static func valuesThatTrain(_ steps: [Step], graph: Graph) -> [Bool] {
        var trains = [Bool](repeating: false, count: graph.values.count)
        for step in steps {
            let does = step.inputs.contains { input in
                switch input {
                case .value(let value): trains[value]
                case .parameter(let parameter): graph.parameters[parameter].role.isTrainable
                case .omitted: false
                }
            }
            for output in step.outputs { trains[output] = does }
        }
        return trains
    }
}
