import NeuralGraph

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
    private var parents = [longNumber]
    /// By the lowest number of a class: why it must stay, as a place among the reasons.
    private var barriers: [Int32?] = []
    private var reasons: [String] = []
    /// Classes that a node sums over without a parameter that could be zero there.
    private var summed: Set<Int> = []
    /// Classes that a node measures together with others.
    private var measured: Set<Int> = []
    /// Classes whose values depend on others, too.
    private var mixed: Set<Int> = []

    /// - Parameter links: by node.
    init(_ graph: Graph, _ links: [ChannelLinks]) {
        let long = Self.longAxis(graph)
        for (index, value) in graph.values.enumerated() { number(.value(index), value.shape, long) }
        for (index, parameter) in graph.parameters.enumerated() { number(.parameter(index), parameter.shape, long) }
        barriers = [Int32?](repeating: nil, count: parents.count)
        stop([Self.longNumber], "its units are on an axis, or one goes with them, that is too long to tell them apart")
        for (node, links) in zip(graph.nodes, links) { join(node, links.links) }
        for input in graph.inputs { stop(.value(input), "its units are the network's input") }
        for (node, links) in zip(graph.nodes, links) { note(node, links, graph) }
        for input in graph.unread.inputs { stop(.value(input.value), graph.unread.reason(input.name)) }
        for output in graph.outputs { stop(.value(output), "its units are the network's output") }
    }

    /// The number of all indices on axes that are too long.
    private static let longNumber = 0

    /// The length from which on axes are too long: a small file can make axes of any length, but not of weights.
    private static func longAxis(_ graph: Graph) -> Int {
        var room = 1 << 18 + graph.parameterCount
        let lengths = (graph.values.map(\.shape) + graph.parameters.map(\.shape)).joined().sorted()
        return lengths.first { length in
            room -= length
            return room < 0
        } ?? Int.max
    }

    private mutating func number(_ tensor: Tensor, _ shape: [Int], _ long: Int) {
        axes[tensor] = shape.map { length in
            guard length < long else { return Self.longNumber..<Self.longNumber + 1 }
            let numbers = parents.count..<parents.count + length
            parents += numbers
            return numbers
        }
    }

    /// Of indices.
    var count: Int { parents.count }

    /// The class of each index along an axis.
    mutating func classes(_ tensor: Tensor, _ axis: Int) -> [Int] { numbers(tensor, axis).map { root($0) } }

    /// How many classes that may go there are along an axis.
    mutating func units(_ tensor: Tensor, _ axis: Int) -> Int {
        Set(classes(tensor, axis).filter { barriers[$0] == nil }).count
    }

    func barrier(_ number: Int) -> String? { barriers[number].map { reasons[Int($0)] } }
    func isMeasured(_ number: Int) -> Bool { measured.contains(number) }
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

    private mutating func join(_ node: Node, _ links: [AxisLink]) {
        for link in links {
            guard let tensor = node.tensor(link.axis), let other = node.tensor(link.other) else { continue }
            let (own, others) = (numbers(tensor, link.axis.axis), numbers(other, link.other.axis))
            if own.lowerBound == Self.longNumber || others.lowerBound == Self.longNumber {
                for number in Array(own) + Array(others) { join(number, Self.longNumber) }
                continue
            }
            for (index, number) in others.enumerated() { join(own.lowerBound + link.map.index(of: index), number) }
        }
    }

    private mutating func join(_ number: Int, _ other: Int) {
        let (a, b) = (root(number), root(other))
        if a == b { return }
        let (low, high) = (min(a, b), max(a, b))
        parents[high] = low
        barriers[low] = barriers[low] ?? barriers[high]
    }

    /// Joins what goes together by an option of a choice, and lets nothing go on axes that it leaves without a link.
    mutating func take(_ option: Int, of choice: AxisChoice, _ node: Node) {
        join(node, choice.options[option])
        for place in choice.left(by: option) {
            if let tensor = node.tensor(place) { stop(classes(tensor, place.axis), "it is not chosen") }
        }
    }

    // MARK: What stands in the way

    private mutating func stop(_ tensor: Tensor, _ reason: String) {
        for axis in axes[tensor]?.indices ?? 0..<0 { stop(tensor, axis, reason) }
    }

    private mutating func stop(_ tensor: Tensor, _ axis: Int, _ reason: String) {
        stop(classes(tensor, axis), reason)
    }

    private mutating func stop(_ classes: [Int], _ reason: String) {
        let free = classes.filter { barriers[$0] == nil }
        if free.isEmpty { return }
        if reasons.last != reason { reasons.append(reason) }
        for number in free { barriers[number] = Int32(reasons.count - 1) }
    }

    private mutating func note(_ node: Node, _ links: ChannelLinks, _ graph: Graph) {
        let neighbours = links.neighbours
        for place in node.places(graph) {
            guard let tensor = node.tensor(place) else { continue }
            if let linked = neighbours[place] {
                guard place.side == .output, !node.isMade(linked, links), node.takesOthers(linked) else { continue }
                mixed.formUnion(classes(tensor, place.axis))
            } else if !links.names(place) {
                stop(tensor, place.axis, "\(links.barrier) ('\(node.name)')")
            }
        }
        let ofValues = links.links.filter { node.isOfValues($0.axis) && node.isOfValues($0.other) }
        let own = links.sums.filter { neighbours[$0] == nil && node.isOfValues($0) }
        for place in own + ofValues.map(\.axis).filter(links.sums.contains) { summed.formUnion(classes(of: node, place)) }
        for place in links.measured { measured.formUnion(classes(of: node, place)) }
    }

    private mutating func classes(of node: Node, _ place: AxisPlace) -> [Int] {
        node.tensor(place).map { classes($0, place.axis) } ?? []
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

    fileprivate func isOfValues(_ place: AxisPlace) -> Bool { if case .value = tensor(place) { true } else { false } }

    /// The axes of all operands.
    fileprivate func places(_ graph: Graph) -> [AxisPlace] {
        let shapes = graph.shapes(of: self)
        return shapes.inputs.enumerated().flatMap { position, shape in
            (shape?.dimensions.indices ?? 0..<0).map { AxisPlace.input(position, $0) }
        } + shapes.outputs.enumerated().flatMap { position, shape in shape.indices.map { AxisPlace.output(position, $0) } }
    }

    /// Whether the units on an axis of an output, from what it is linked to, are those of a weight of the node.
    fileprivate func isMade(_ linked: [AxisPlace], _ links: ChannelLinks) -> Bool {
        linked.contains { place in
            guard place.side == .input, case .parameter = inputs[place.position] else { return false }
            return operation.role(ofInput: place.position) == .weight && !links.sums.contains(place)
        }
    }

    /// Whether the units on an axis of an output, from what it is linked to, take in other values, too.
    fileprivate func takesOthers(_ linked: [AxisPlace]) -> Bool {
        let linked = Set(linked.filter { $0.side == .input }.map(\.position))
        return inputs.enumerated().contains { position, input in input.value != nil && !linked.contains(position) }
    }
}

extension ChannelLinks {
    /// What each axis is linked to.
    fileprivate var neighbours: [AxisPlace: [AxisPlace]] {
        links.reduce(into: [:]) { neighbours, link in
            neighbours[link.axis, default: []].append(link.other)
            neighbours[link.other, default: []].append(link.axis)
        }
    }
}
