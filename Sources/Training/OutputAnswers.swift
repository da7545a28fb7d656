import NeuralGraph

/// The answers of an output, and how they were found.
package struct OutputAnswers: Sendable, Equatable {
    package let form: AnswerForm
    /// Of a sample; `nil` where each number is an answer.
    package let classAxis: Int?
    package let origin: Origin

    package enum Origin: Sendable, Equatable {
        /// Each number of a sigmoid is an answer.
        case sigmoid
        case softmax
        /// The units of the last layer are the classes.
        case units
        /// As ONNX lays out images, `[classes, height, width]`, and sequences, `[positions, classes]`.
        case layout
        /// The recipe.
        case given
    }

    init(form: AnswerForm, classAxis: Int?, origin: Origin) {
        self.form = form
        self.classAxis = classAxis
        self.origin = origin
    }

    init(shape: [Int], classAxis: Int, _ origin: Origin) {
        self.init(form: AnswerForm(shape: shape, classAxis: classAxis), classAxis: classAxis < 0 ? nil : classAxis, origin: origin)
    }
}

extension Graph {
    /// The axis of a value's samples on which the units of the last layer before it stand; `nil` where what is between does not keep
    /// them apart.
    func unitAxis(of value: Int) -> Int? {
        var walk = UnitWalk(self)
        return walk.axis(value)
    }

    /// Whether a value depends on the weight of any layer.
    package func dependsOnWeights(_ value: Int) -> Bool {
        let producers = producers
        var waiting = [value]
        var seen = Set(waiting)
        while let next = waiting.popLast() {
            guard let node = producers[next].map({ nodes[$0] }) else { continue }
            if !node.parameters(of: .weight).isEmpty { return true }
            waiting += node.inputs.compactMap(\.value).filter { seen.insert($0).inserted }
        }
        return false
    }
}

/// Follows the axes of a value back to the layer whose units stand on one of them.
private struct UnitWalk {
    let graph: Graph
    let producers: [Int?]
    /// Values to look at, the next one last: for each axis the one of the output that it becomes, if it is told apart there.
    private var waiting: [(value: Int, axes: [Int?])] = []
    private var seen: Set<Int> = []

    init(_ graph: Graph) {
        self.graph = graph
        producers = graph.producers
    }

    mutating func axis(_ output: Int) -> Int? {
        waiting = [(output, graph.values[output].shape.indices.map { $0 })]
        while let (value, axes) = waiting.popLast() {
            guard seen.insert(value).inserted, let index = producers[value] else { continue }
            let node = graph.nodes[index]
            guard let position = node.outputs.firstIndex(of: value) else { continue }
            let links = node.operation.channelLinks(graph.shapes(of: node)).links
            if node.parameters(of: .weight).isEmpty {
                follow(node, position, links, axes)
            } else if let axis = unitAxis(node, position, links, axes) {
                return axis
            }
        }
        return nil
    }

    /// The first input comes next.
    private mutating func follow(_ node: Node, _ position: Int, _ links: [AxisLink], _ axes: [Int?]) {
        for (input, operand) in node.inputs.enumerated().reversed() {
            guard case .value(let source) = operand else { continue }
            let own = graph.values[source].shape.indices.map { axis in
                linked(.input(input, axis), links, node, position).flatMap { axes[$0] }
            }
            if own.contains(where: { $0 != nil }) { waiting.append((source, own)) }
        }
    }

    /// Of the axes of a weight that go on in the output the last one: those before are there for other matrices or kernels.
    private func unitAxis(_ node: Node, _ position: Int, _ links: [AxisLink], _ axes: [Int?]) -> Int? {
        for weight in node.parameters(of: .weight) {
            let own = graph.parameters[weight.parameter].shape.indices
            let found = own.compactMap { linked(.input(weight.position, $0), links, node, position) }
            if let axis = found.last { return axes[axis] }
        }
        return nil
    }

    /// The axis of the output at `position` that has the indices of an input's axis in their order, or some of them.
    private func linked(_ place: AxisPlace, _ links: [AxisLink], _ node: Node, _ position: Int) -> Int? {
        for link in links {
            for (one, other) in [(link.axis, link.other), (link.other, link.axis)] where one == place {
                guard other.side == .output, other.position == position else { continue }
                let length = graph.values[node.outputs[position]].shape[other.axis]
                if link.map.keepsIndicesApart(length) { return other.axis }
            }
        }
        return nil
    }
}

extension AxisMap {
    /// Whether an index of an axis goes with at most one of the other, which has this length.
    fileprivate func keepsIndicesApart(_ length: Int) -> Bool {
        switch self {
        case .same, .part, .places: true
        // The weights of several gates, or of kernels, one behind the other.
        case .repeated(let every), .repeatedBlocks(of: 1, let every), .steps(of: 1, let every, stride: 1): every == length
        case .blocks(of: 1): true
        case .blocks, .repeatedBlocks, .steps: false
        }
    }
}
