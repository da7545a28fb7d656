import NeuralGraph

/// Goes through a backward pass before it is made, and decides which gradient is written by whom into which buffer.
struct GradientPlanner {
    /// By step; `nil` where no gradient passes.
    private(set) var steps: [Step?]
    /// By value: where its gradient stands; `nil` where no gradient comes.
    private(set) var buffers: [Buffer?]
    /// By value that a pass starts from: where its own gradient is put, to which others' may be added.
    private(set) var seeds: [Int: Buffer] = [:]
    private(set) var arena = MemoryArena()
    private(set) var temporaryFloats = 0

    /// Memory of a value's gradient: a buffer of the arena, or the memory of the value itself.
    enum Buffer: Equatable {
        case arena(Int)
        case value(Int)
    }

    /// Where the gradient of an operand goes: a buffer of values, or floats from the beginning of the gradients of
    /// parameters; `temporary`, floats from the beginning of temporary memory, for all but the first writer.
    enum Target {
        case none
        case value(Buffer, temporary: Int?)
        case parameter(Int, temporary: Int?)
    }

    /// As `GradientPlan.Step`, with buffers not yet placed.
    struct Step {
        var outputs: [Buffer]
        /// The outputs that nothing reads, whose gradients are zeros.
        var unread: [Int]
        var targets: [Target] = []
        /// The temporary is the output's gradient itself.
        var addendTarget = Target.none
        var masksOutput = false
        var dataAddend: Buffer?
        var masksData = false
    }

    let nodes: [Plan.Node]
    private let graph: Graph
    private let layout: ParameterLayout
    private let lanes: Int
    /// Values that are read after the pass.
    private let kept: Set<Int>
    /// By value that gets a gradient: the steps it comes from, in the order of the pass.
    private var contributors: [Int: [Int]] = [:]
    /// By value: how many read it, and the step that makes it.
    private let readers: [Int]
    private let makers: [Int: Int]
    /// Values that a step's ReLU makes.
    private let reluOutputs: Set<Int>
    /// Those whose gradient passes the ReLU as it is written.
    private var masked = Set<Int>()
    /// Parameters whose gradient has been written.
    private var written = Set<Int>()
    /// Of the current step: when it is made, and the floats of temporary memory it uses.
    private var time = 0
    private var temporary = 0

    /// - Parameters:
    ///   - losses: the values that the pass starts from.
    ///   - kept: values that are read after the pass, besides the graph's outputs.
    init(_ nodes: [Plan.Node], graph: Graph, lanes: Int, losses: [Int], keeping kept: [Int]) {
        self.nodes = nodes
        self.graph = graph
        self.lanes = lanes
        self.kept = Set(graph.outputs + kept)
        layout = ParameterLayout(graph)
        readers = graph.consumers.map(\.count)
        makers = Dictionary(
            nodes.enumerated().flatMap { index, node in node.outputs.map { ($0, index) } }, uniquingKeysWith: { first, _ in first })
        steps = Array(repeating: nil, count: nodes.count)
        buffers = Array(repeating: nil, count: graph.values.count)
        reluOutputs = Set(nodes.filter(\.epilogue.relu).map { $0.outputs[0] })
        let trained = Self.valuesThatTrain(nodes, graph: graph)
        for (index, node) in nodes.enumerated().reversed()
        where node.outputs.contains(where: { losses.contains($0) || contributors[$0] != nil }) {
            for value in node.valuesRead where trained.contains(value) { contributors[value, default: []].append(index) }
        }
        for loss in losses { seeds[loss] = take(loss) }
        planAll()
    }

    private mutating func planAll() {
        for index in nodes.indices.reversed() where nodes[index].outputs.contains(where: { buffers[$0] != nil }) {
            time = nodes.count - index
            temporary = 0
            steps[index] = plan(index)
            temporaryFloats = max(temporaryFloats, temporary)
        }
    }

    private mutating func plan(_ index: Int) -> Step {
        let node = nodes[index]
        let unread = node.outputs.indices.filter { buffers[node.outputs[$0]] == nil }
        for position in unread { take(node.outputs[position]) }
        var step = Step(outputs: node.outputs.map { use(buffers[$0]) }, unread: unread)
        step.masksOutput = node.epilogue.relu && !masked.contains(node.outputs[0])
        if let addend = node.epilogue.addend, let all = contributors[addend] {
            if buffers[addend] == nil, all.count == 1 || all.count == 2 && isFinished(addend) {
                buffers[addend] = step.outputs[0]
            } else {
                step.addendTarget = addendTarget(addend)
            }
        }
        for (position, input) in node.inputs.enumerated() {
            switch input {
            case .value(let value) where contributors[value] != nil:
                step.targets.append(target(value, position, index, &step))
            case .parameter(let parameter) where graph.parameters[parameter].role.isTrainable:
                let range = layout.range(parameter)
                let isFirst = written.insert(parameter).inserted
                step.targets.append(
                    .parameter(range.lowerBound, temporary: isFirst ? nil : takeTemporary(range.count)))
            default:
                step.targets.append(.none)
            }
        }
        return step
    }

    private mutating func target(_ value: Int, _ position: Int, _ index: Int, _ step: inout Step) -> Target {
        if nodes[index].viewed == value, contributors[value]?.count == 1, buffers[value] == nil {
            buffers[value] = step.outputs[0]
            return .none
        }
        if position == 0, isFinished(value), contributors[value]?.last == index {
            step.dataAddend = buffers[value].map { use($0) }
            passRelu(of: value, &step)
            return .value(take(value), temporary: nil)
        }
        if let buffer = buffers[value] {
            return .value(use(buffer), temporary: takeTemporary(graph.values[value].count * lanes))
        }
        if position == 0, isReplaced(value, in: index) {
            buffers[value] = .value(value)
            passRelu(of: value, &step)
            return .value(.value(value), temporary: nil)
        }
        return .value(take(value), temporary: nil)
    }

    /// Has the gradient of a step's first input pass the ReLU that made the input, if one did.
    private mutating func passRelu(of value: Int, _ step: inout Step) {
        step.masksData = reluOutputs.contains(value)
        if step.masksData { masked.insert(value) }
    }

    private mutating func addendTarget(_ value: Int) -> Target {
        if let buffer = buffers[value] { return .value(use(buffer), temporary: 0) }
        return .value(take(value), temporary: nil)
    }

    /// A new buffer for the gradient of a value, from now on.
    @discardableResult
    private mutating func take(_ value: Int) -> Buffer {
        let buffer = Buffer.arena(arena.take(graph.values[value].count * lanes, at: time))
        buffers[value] = buffer
        return buffer
    }

    /// A buffer is needed in the current step.
    private mutating func use(_ buffer: Buffer?) -> Buffer {
        guard let buffer else { preconditionFailure("every output of a step that is passed back has a gradient") }
        if case .arena(let number) = buffer { arena.use(number, at: time) }
        return buffer
    }

    private mutating func takeTemporary(_ count: Int) -> Int {
        defer { temporary += count.wholeCacheLines }
        return temporary
    }

    /// Whether the last contributor is a layer that reads the value, which then adds the other contribution, if there
    /// is one, and passes the value's ReLU.
    private func isFinished(_ value: Int) -> Bool {
        guard let all = contributors[value], all.count <= 2, let last = all.last else { return false }
        return nodes[last].operation.takesEpilogue && nodes[last].inputs[0] == .value(value)
            && nodes[last].inputs.dropFirst().allSatisfy { $0 != .value(value) }
    }

    /// Whether the gradient of a step's first input may be written over it, which spares memory and its traffic: nobody else
    /// reads the value, nor does the layer that made it on the way back.
    private func isReplaced(_ value: Int, in index: Int) -> Bool {
        let node = nodes[index]
        guard readers[value] == 1, !kept.contains(value), let maker = makers[value], nodes[maker].operation.takesEpilogue
        else { return false }
        return node.operation.gradientMayReplaceInput(node.shapes(in: graph, lanes: lanes))
    }

    /// The values that depend on a trainable parameter.
    private static func valuesThatTrain(_ nodes: [Plan.Node], graph: Graph) -> Set<Int> {
        var trained = Set<Int>()
        for node in nodes {
            let hasWeights = node.inputs.contains { input in
                guard case .parameter(let parameter) = input else { return false }
                return graph.parameters[parameter].role.isTrainable
            }
            if hasWeights || node.valuesRead.contains(where: trained.contains) { trained.formUnion(node.outputs) }
        }
        return trained
    }
}
