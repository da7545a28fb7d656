import NeuralGraph

/// Who writes which gradient where in a backward pass.
///
/// A gradient to which several steps contribute is summed in the order of the steps, last to first.
struct GradientPlan: Sendable {
    /// By step; `nil` where no gradient passes.
    private(set) var steps: [StepGradient?]
    /// By value; `nil` where no gradient comes.
    private(set) var places: [Int?]
    private(set) var floats = 0
    private(set) var temporaryFloats = 0

    /// Where the gradient of an operand is written. The first writer of a value or parameter writes in place; the
    /// others write to a temporary, which is then added. `count` floats each.
    enum Target: Sendable, Equatable {
        case none
        /// A place in the gradients of values.
        case value(place: Int, count: Int, temporary: Int?)
        /// A place in the gradients of parameters.
        case parameter(place: Int, count: Int, temporary: Int?)
    }

    struct StepGradient: Sendable {
        /// By input.
        var targets: [Target]
        /// Of the value that the step adds to its results, whose gradient is that of the output; `none` where the
        /// output's is read in its place.
        var addendTarget = Target.none
        /// Whether the gradient of the step's own ReLU has still to be taken.
        var masksOutput = false
        /// The gradient of input 0 is finished as it is written: a gradient at this place is added …
        var dataAddend: Int?
        /// … and the ReLU is passed that made the input.
        var masksData = false
    }

    init(_ steps: [Plan.Step], graph: Graph, lanes: Int, loss: Int) {
        self.steps = Array(repeating: nil, count: steps.count)
        places = Array(repeating: nil, count: graph.values.count)
        var walk = Walk(steps, graph: graph, lanes: lanes, loss: loss)
        take(loss, walk)
        for index in steps.indices.reversed() where steps[index].outputs.contains(where: { places[$0] != nil }) {
            walk.begin()
            self.steps[index] = plan(index, steps[index], &walk)
            temporaryFloats = max(temporaryFloats, walk.temporary)
        }
    }

    private mutating func plan(_ index: Int, _ step: Plan.Step, _ walk: inout Walk) -> StepGradient {
        var result = StepGradient(targets: [])
        result.masksOutput = step.epilogue.relu && !walk.masked.contains(step.outputs[0])
        if let addend = step.epilogue.addend, let all = walk.contributors[addend] {
            if all.count == 1 || all.count == 2 && walk.isFinished(addend) && places[addend] == nil {
                places[addend] = places[step.outputs[0]]
            } else {
                result.addendTarget = target(addend, &walk)
            }
        }
        for (position, input) in step.inputs.enumerated() {
            switch input {
            case .value(let value) where walk.contributors[value] != nil:
                if step.viewed == value, walk.contributors[value]?.count == 1 {
                    places[value] = places[step.outputs[0]]
                    result.targets.append(.none)
                } else if position == 0, walk.isFinished(value), walk.contributors[value]?.last == index {
                    result.dataAddend = places[value]
                    result.masksData = walk.reluOutputs.contains(value)
                    if result.masksData { walk.masked.insert(value) }
                    result.targets.append(.value(place: take(value, walk), count: walk.count(value), temporary: nil))
                } else {
                    result.targets.append(target(value, &walk))
                }
            case .parameter(let parameter) where walk.graph.parameters[parameter].role.isTrainable:
                let isFirst = walk.parameters.insert(parameter).inserted
                let range = walk.layout.range(parameter)
                result.targets.append(
                    .parameter(
                        place: range.lowerBound, count: range.count,
                        temporary: isFirst ? nil : walk.takeTemporary(range.count)))
            default:
                result.targets.append(.none)
            }
        }
        return result
    }

    private mutating func target(_ value: Int, _ walk: inout Walk) -> Target {
        let count = walk.count(value)
        if let place = places[value] { return .value(place: place, count: count, temporary: walk.takeTemporary(count)) }
        return .value(place: take(value, walk), count: count, temporary: nil)
    }

    /// A new place for the gradient of a value, from now on.
    @discardableResult
    private mutating func take(_ value: Int, _ walk: Walk) -> Int {
        let place = floats
        places[value] = place
        floats += walk.count(value).wholeCacheLines
        return place
    }
}

/// What is known about a backward pass before it is planned, and what is kept in mind on the way.
private struct Walk {
    let graph: Graph
    let layout: ParameterLayout
    private let lanes: Int
    private let steps: [Plan.Step]
    /// By value that gets a gradient: the steps it comes from, in the order of the pass.
    private(set) var contributors: [Int: [Int]] = [:]
    /// Values that a step's ReLU makes.
    let reluOutputs: Set<Int>
    /// Those whose gradient passes the ReLU as it is written.
    var masked = Set<Int>()
    /// Parameters whose gradient has been written.
    var parameters = Set<Int>()
    /// Floats of temporary memory in the current step.
    private(set) var temporary = 0

    init(_ steps: [Plan.Step], graph: Graph, lanes: Int, loss: Int) {
        self.graph = graph
        layout = ParameterLayout(graph)
        self.lanes = lanes
        self.steps = steps
        reluOutputs = Set(steps.filter(\.epilogue.relu).map { $0.outputs[0] })
        let trained = Self.valuesThatTrain(steps, graph: graph)
        for (index, step) in steps.enumerated().reversed()
        where step.outputs.contains(where: { $0 == loss || contributors[$0] != nil }) {
            for value in step.valuesRead where trained.contains(value) { contributors[value, default: []].append(index) }
        }
    }

    func count(_ value: Int) -> Int { graph.values[value].count * lanes }

    mutating func begin() { temporary = 0 }

    mutating func takeTemporary(_ count: Int) -> Int {
        defer { temporary += count.wholeCacheLines }
        return temporary
    }

    /// Whether the last contributor is a layer that reads the value, which then adds the other contribution, if there
    /// is one, and passes the value's ReLU.
    func isFinished(_ value: Int) -> Bool {
        guard let all = contributors[value], all.count <= 2, let last = all.last else { return false }
        return steps[last].operation.takesEpilogue && steps[last].inputs[0] == .value(value)
            && steps[last].inputs.dropFirst().allSatisfy { $0 != .value(value) }
    }

    /// The values that depend on a trainable parameter.
    private static func valuesThatTrain(_ steps: [Plan.Step], graph: Graph) -> Set<Int> {
        var trained = Set<Int>()
        for step in steps {
            let hasWeights = step.inputs.contains { input in
                guard case .parameter(let parameter) = input else { return false }
                return graph.parameters[parameter].role.isTrainable
            }
            if hasWeights || step.valuesRead.contains(where: trained.contains) { trained.formUnion(step.outputs) }
        }
        return trained
    }
}

extension Plan.Step {
    /// The values that gradients go to, in the order in which they are written: that of the addition comes first.
    fileprivate var valuesRead: [Int] {
        let values = inputs.compactMap { if case .value(let value) = $0 { value } else { nil } }
        return (epilogue.addend.map { [$0] } ?? []) + values
    }
}
