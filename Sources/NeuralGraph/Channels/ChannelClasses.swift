/// A tensor of a graph.
package enum Tensor: Sendable, Hashable {
    case value(Int)
    case parameter(Int)
}

extension Graph {
    /// Of a value per sample, of a parameter in full.
    package func shape(of tensor: Tensor) -> [Int] {
        switch tensor {
        case .value(let index): values[index].shape
        case .parameter(let index): parameters[index].shape
        }
    }
}

/// The indices along all axes of a graph's tensors, in classes: all of a class must go when one of them goes (Fang et al.,
/// "DepGraph: towards any structural pruning", 2023, with single indices in place of whole axes).
struct ChannelClasses {
    /// By tensor and axis: the numbers of the axis' indices.
    private var axes: [Tensor: [Range<Int>]] = [:]
    /// By number: another one of its class, at last the lowest of it.
    private var parents: [Int] = []
    /// By the lowest number of a class: why it must stay.
    private var barriers: [Int: String] = [:]
    /// Classes that a node sums over without a parameter that could be zero there.
    private var summed: Set<Int> = []
    /// Classes whose values depend on others, too.
    private var mixed: Set<Int> = []

    /// - Parameter links: by node.
    init(_ graph: Graph, _ links: [ChannelLinks]) {
        for (index, value) in graph.values.enumerated() { number(.value(index), value.shape) }
        for (index, parameter) in graph.parameters.enumerated() { number(.parameter(index), parameter.shape) }
        for (node, links) in zip(graph.nodes, links) { join(node, links) }
        for input in graph.inputs { stop(.value(input), "its units are the network's input") }
        for (node, links) in zip(graph.nodes, links) { note(node, links, graph) }
        for input in graph.unread.inputs { stop(.value(input.value), graph.unread.reason(input.name)) }
        for output in graph.outputs { stop(.value(output), "its units are the network's output") }
    }

    private mutating func number(_ tensor: Tensor, _ shape: [Int]) {
        axes[tensor] = shape.map { length in
            let numbers = parents.count..<parents.count + length
            parents += numbers
            return numbers
        }
    }

    /// The class of each index along an axis.
    mutating func classes(_ tensor: Tensor, _ axis: Int) -> [Int] { numbers(tensor, axis).map { root($0) } }

    func barrier(_ number: Int) -> String? { barriers[number] }
    func isSummed(_ number: Int) -> Bool { summed.contains(number) }
    func isMixed(_ number: Int) -> Bool { mixed.contains(number) }

    private func numbers(_ tensor: Tensor, _ axis: Int) -> Range<Int> { axes[tensor]?[axis] ?? 0..<0 }

    private mutating func root(_ number: Int) -> Int {
        var root = number
        while parents[root] != root { root = parents[root] }
        var next = number
        while next != root { (next, parents[next]) = (parents[next], root) }
        return root
    }

    private mutating func join(_ node: Node, _ links: ChannelLinks) {
        for link in links.links {
            guard let tensor = node.tensor(link.axis), let other = node.tensor(link.other) else { continue }
            let own = numbers(tensor, link.axis.axis)
            for (index, number) in numbers(other, link.other.axis).enumerated() {
                let (a, b) = (root(own.lowerBound + link.map.index(of: index)), root(number))
                parents[max(a, b)] = min(a, b)
            }
        }
    }

    // MARK: What stands in the way

    private mutating func stop(_ tensor: Tensor, _ reason: String) {
        for axis in axes[tensor]?.indices ?? 0..<0 { stop(tensor, axis, reason) }
    }

    private mutating func stop(_ tensor: Tensor, _ axis: Int, _ reason: String) {
        for number in classes(tensor, axis) where barriers[number] == nil { barriers[number] = reason }
    }

    private mutating func note(_ node: Node, _ links: ChannelLinks, _ graph: Graph) {
        let named = Set(links.links.flatMap { [$0.axis, $0.other] })
        for place in node.places(graph) {
            guard let tensor = node.tensor(place) else { continue }
            if !named.contains(place) {
                stop(tensor, place.axis, "\(links.barrier) ('\(node.name)')")
            } else if place.side == .output, !node.isMade(place, links), node.takesOthers(place, links) {
                mixed.formUnion(classes(tensor, place.axis))
            }
        }
        for link in links.links where links.sums.contains(link.axis) {
            guard let tensor = node.tensor(link.axis), case .value = tensor, case .value = node.tensor(link.other) else { continue }
            summed.formUnion(classes(tensor, link.axis.axis))
        }
    }
}

extension Node {
    func tensor(_ place: AxisPlace) -> Tensor? {
        switch place.side {
        case .output: return .value(outputs[place.position])
        case .input:
            switch inputs[place.position] {
            case .value(let value): return .value(value)
            case .parameter(let parameter): return .parameter(parameter)
            case .omitted: return nil
            }
        }
    }

    /// The axes of all operands.
    fileprivate func places(_ graph: Graph) -> [AxisPlace] {
        let shapes = graph.shapes(of: self)
        return shapes.inputs.enumerated().flatMap { position, shape in
            (shape?.dimensions.indices ?? 0..<0).map { AxisPlace.input(position, $0) }
        } + shapes.outputs.enumerated().flatMap { position, shape in shape.indices.map { AxisPlace.output(position, $0) } }
    }

    /// Whether the units on an axis of an output are those of a weight of the node.
    fileprivate func isMade(_ output: AxisPlace, _ links: ChannelLinks) -> Bool {
        links.neighbours(of: output).contains { place in
            guard place.side == .input, case .parameter = inputs[place.position] else { return false }
            return operation.role(ofInput: place.position) == .weight && !links.sums.contains(place)
        }
    }

    /// Whether the units on an axis of an output take in values that are not linked to them.
    fileprivate func takesOthers(_ output: AxisPlace, _ links: ChannelLinks) -> Bool {
        let linked = Set(links.neighbours(of: output).filter { $0.side == .input }.map(\.position))
        return inputs.enumerated().contains { position, input in input.value != nil && !linked.contains(position) }
    }
}

extension ChannelLinks {
    fileprivate func neighbours(of place: AxisPlace) -> [AxisPlace] {
        links.compactMap { $0.axis == place ? $0.other : $0.other == place ? $0.axis : nil }
    }
}
