/// An axis of an operand of a node: of a value per sample, of a parameter in full.
package struct AxisPlace: Sendable, Hashable {
    package enum Side: Sendable { case input, output }

    package let side: Side
    /// Among the node's inputs or outputs.
    package let position: Int
    package let axis: Int

    package static func input(_ position: Int, _ axis: Int) -> AxisPlace {
        AxisPlace(side: .input, position: position, axis: axis)
    }

    package static func output(_ position: Int, _ axis: Int) -> AxisPlace {
        AxisPlace(side: .output, position: position, axis: axis)
    }
}

/// Indices along one axis of a node that stand or fall with those along another one.
package struct AxisLink: Sendable, Equatable {
    package let axis: AxisPlace
    package let other: AxisPlace
    /// From an index along `other` to the one along `axis`.
    package let map: AxisMap

    package init(axis: AxisPlace, other: AxisPlace, map: AxisMap) {
        self.axis = axis
        self.other = other
        self.map = map
    }
}

/// Which index of one axis an index of another one goes with.
package enum AxisMap: Sendable, Equatable {
    /// The same one.
    case same
    /// The other axis is a part of this one, which begins here.
    case part(from: Int)
    /// Each index of this axis has so many of the other one, side by side.
    case blocks(of: Int)
    /// The other axis repeats this one, which is so long, with so many of its indices for each one.
    case repeatedBlocks(of: Int, every: Int)
    /// The other axis repeats this one, which is so long.
    case repeated(every: Int)
    /// The other axis goes with every so manieth index of this one, from the first to as many as there are, again and again, with so
    /// many of its own indices for each one.
    case steps(of: Int, every: Int, stride: Int)
    /// The other axis has, one after the other, these indices of this one.
    case places([Int])

    package func index(of other: Int) -> Int {
        switch self {
        case .same: other
        case .part(let first): first + other
        case .blocks(let size): other / size
        case .repeatedBlocks(let size, let length): other / size % length
        case .repeated(let length): other % length
        case .steps(let size, let length, let stride): other / size % length * stride
        case .places(let indices): indices[other]
        }
    }
}

/// How an operator ties the axes of its operands together: what must go with a channel that goes.
///
/// An axis that no link names is a barrier: none of its indices can be removed.
package struct ChannelLinks: Sendable {
    private var fixed: [AxisLink] = []
    /// Where there are several ways to link axes.
    package var choices: [AxisChoice] = []
    /// Axes that the operator sums over: what is zero on them may go, and nothing changes.
    package private(set) var sums: Set<AxisPlace> = []
    /// Axes that the operator measures, as a normalization does: over what is left of them it finds another mean or deviation.
    package private(set) var measured: Set<AxisPlace> = []
    /// Axes whose indices are all the same to the operator, so that any may go alone.
    package private(set) var released: Set<AxisPlace> = []
    /// Why the other axes are a barrier.
    package let barrier: String

    /// - Parameter barrier: as in `Conv in 2 groups`.
    package init(barrier: String) { self.barrier = barrier }

    /// Those of the choices among them, where they have been made.
    package var links: [AxisLink] { fixed + choices.flatMap(\.links) }

    package mutating func link(_ axis: AxisPlace, _ other: AxisPlace, _ map: AxisMap = .same) {
        fixed.append(AxisLink(axis: axis, other: other, map: map))
    }

    /// Links an axis with one of these, the first ones with preference.
    package mutating func link(_ axis: AxisPlace, withOneOf others: [(axis: AxisPlace, map: AxisMap)]) {
        choose(axis, oneOf: others.map { [AxisLink(axis: $0.axis, other: axis, map: $0.map)] })
    }

    /// Links axes in one of these ways, the first ones with preference.
    ///
    /// - Parameter axis: the one on which something should be able to go.
    package mutating func choose(_ axis: AxisPlace, oneOf options: [[AxisLink]]) {
        choices.append(AxisChoice(axis: axis, options: options))
    }

    /// Links the channels of the output, on axis 0, to those of a weight at input 1 and a bias at input 2, if there is one.
    package mutating func linkUnits(_ shapes: NodeShapes) {
        for input in 1..<min(shapes.inputs.count, 3) where shapes.inputs[input] != nil { link(.output(0, 0), .input(input, 0)) }
    }

    /// Links two axes of inputs that the operator sums over together.
    package mutating func sum(_ axis: AxisPlace, _ other: AxisPlace, _ map: AxisMap = .same) {
        link(axis, other, map)
        sums.formUnion([axis, other])
    }

    /// Says that the operator sums over an axis by itself.
    package mutating func sum(_ axis: AxisPlace) { sums.insert(axis) }

    /// Says that the operator measures what is on an axis together.
    package mutating func measure(_ axis: AxisPlace) { measured.insert(axis) }

    /// Says that any index of an axis may go alone.
    package mutating func release(_ axis: AxisPlace) { released.insert(axis) }

    /// The same of operands that have their axes elsewhere.
    package func moved(_ place: (AxisPlace) -> AxisPlace) -> ChannelLinks {
        func moved(_ link: AxisLink) -> AxisLink { AxisLink(axis: place(link.axis), other: place(link.other), map: link.map) }
        var result = self
        result.fixed = fixed.map(moved)
        result.choices = choices.map { AxisChoice(axis: place($0.axis), options: $0.options.map { $0.map(moved) }) }
        result.sums = Set(sums.map(place))
        result.measured = Set(measured.map(place))
        result.released = Set(released.map(place))
        return result
    }

    /// Whether the operator says what becomes of an axis, or may still say it.
    package func names(_ place: AxisPlace) -> Bool {
        sums.contains(place) || measured.contains(place) || released.contains(place)
            || fixed.contains { $0.axis == place || $0.other == place } || choices.contains { $0.names(place) }
    }
}

extension ChannelLinks {
    /// For operators that work on each element by itself, with numpy's broadcasting: axes are aligned at the end, and an input's
    /// axis goes with the output's where it is as long.
    package static func elementwise(_ shapes: NodeShapes, _ name: String) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(name) repeats the channel")
        for output in shapes.outputs.indices {
            for input in shapes.inputs.indices { links.align(input: input, output: output, shapes) }
        }
        return links
    }

    /// For operators that work over one axis of the input, and on each place of the others by itself.
    package static func over(_ axis: Int, _ shapes: NodeShapes, _ name: String) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(name) over the channels")
        links.align(input: 0, shapes, except: [axis])
        return links
    }

    /// Links the axes of an input to those of an output of as many axes or more.
    ///
    /// - Parameter excluded: axes of the output that are left a barrier.
    package mutating func align(input: Int, output: Int = 0, _ shapes: NodeShapes, except excluded: Set<Int> = []) {
        guard let own = shapes.inputs[input]?.dimensions else { return }
        let whole = shapes.outputs[output]
        let missing = whole.count - own.count
        guard missing >= 0 else { return }
        for axis in own.indices where own[axis] == whole[missing + axis] && !excluded.contains(missing + axis) {
            link(.output(output, missing + axis), .input(input, axis))
        }
    }
}

/// The shapes of a node's operands: values per sample, parameters in full.
package struct NodeShapes: Sendable {
    package let inputs: [OperandShape?]
    package let outputs: [[Int]]

    package init(inputs: [OperandShape?], outputs: [[Int]]) {
        self.inputs = inputs
        self.outputs = outputs
    }
}

extension Graph {
    package func shapes(of node: Node) -> NodeShapes {
        NodeShapes(inputs: node.inputs.map(operandShape), outputs: node.outputs.map { values[$0].shape })
    }

    /// Of a sample.
    package func multiplyAdds(of node: Node) -> Int { node.operation.multiplyAdds(shapes(of: node)) }

    /// Of a sample.
    package var multiplyAdds: Int { nodes.reduce(0) { $0 + multiplyAdds(of: $1) } }
}
