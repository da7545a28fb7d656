import NeuralGraph
import Operators

extension Graph {
    /// The network with `HardSwish` where nodes spell it out, as they have to before opset 14: x clip(x + 3, 0, 6) / 6 in any
    /// order, or x HardSigmoid(x) with a slope of a sixth.
    package func fusingHardSwish() -> Graph {
        let pattern = HardSwishPattern(self)
        var result = self
        for last in nodes.indices {
            guard let match = pattern.hardSwish(last) else { continue }
            for inner in match.nodes where inner != last { result.nodes[inner].outputs = [] }
            result.nodes[last].operation = Unary.hardSwish
            result.nodes[last].inputs = [match.x]
        }
        return result.withoutDetachedNodes()
    }
}

/// Finds the nodes that are a HardSwish together.
private struct HardSwishPattern {
    /// A function of x and the nodes that compute it.
    typealias Match = (x: Operand, nodes: [Int])

    private let graph: Graph
    /// By value: the node that computes it, if a single other node reads it.
    private let producers: [Int?]

    init(_ graph: Graph) {
        self.graph = graph
        producers = graph.unsharedProducers
    }

    func hardSwish(_ last: Int) -> Match? {
        if let gated = sixth(last).flatMap(inner), let match = product(gated, of: shiftedRelu6) {
            return (match.x, match.nodes + [last])
        }
        return product(last, of: gate)
    }

    /// x f(x), with the factors in any order.
    private func product(_ node: Int, of factor: (Operand) -> Match?) -> Match? {
        let inputs = graph.nodes[node].inputs
        guard graph.nodes[node].operation.arithmetic == .product, inputs.count == 2 else { return nil }
        for (x, other) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
            if let match = factor(other), match.x == x { return (x, match.nodes + [node]) }
        }
        return nil
    }

    /// HardSigmoid(x), or clip(x + 3, 0, 6) / 6.
    private func gate(_ operand: Operand) -> Match? {
        guard let node = inner(operand) else { return nil }
        if graph.nodes[node].operation as? Unary == .hardSigmoid { return (graph.nodes[node].inputs[0], [node]) }
        guard let clipped = sixth(node), let match = shiftedRelu6(clipped) else { return nil }
        return (match.x, match.nodes + [node])
    }

    /// clip(x + 3, 0, 6)
    private func shiftedRelu6(_ operand: Operand) -> Match? {
        guard let clip = inner(operand), graph.nodes[clip].operation as? Unary == .relu6,
            let sum = inner(graph.nodes[clip].inputs[0]), let x = self.operand(of: sum, .sum, with: 3)
        else { return nil }
        return (x, [sum, clip])
    }

    /// What is divided by 6.
    private func sixth(_ node: Int) -> Operand? {
        operand(of: node, .quotient, with: 6) ?? operand(of: node, .product, with: 1 / 6)
    }

    /// The other operand of an operation with this number, which stands on either side but in a division.
    private func operand(of node: Int, _ kind: ArithmeticKind, with number: Float) -> Operand? {
        let inputs = graph.nodes[node].inputs
        guard graph.nodes[node].operation.arithmetic == kind, inputs.count == 2 else { return nil }
        if isNumber(inputs[1], number) { return inputs[0] }
        return kind != .quotient && isNumber(inputs[0], number) ? inputs[1] : nil
    }

    private func isNumber(_ operand: Operand, _ number: Float) -> Bool {
        guard case .parameter(let index) = operand else { return false }
        return graph.parameters[index].values == [number]
    }

    private func inner(_ operand: Operand) -> Int? { operand.value.flatMap { producers[$0] } }
}
