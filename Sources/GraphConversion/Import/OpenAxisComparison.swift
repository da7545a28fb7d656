import NeuralGraph
import ONNX

// Whether imports of one file with several lengths are the same network.

extension Graph {
    /// What makes another import another network, whatever its nodes are; `nil` if each parameter and each node has one like it.
    func difference(from other: Graph) -> AxisFreedom? {
        for (own, others) in zip(parameters, other.parameters) where own != others && !own.isAlike(others) {
            return .constant(own.name)
        }
        for (own, others) in zip(nodes, other.nodes)
        where own.name != others.name || own.operation.onnxName != others.operation.onnxName || own.inputs != others.inputs {
            return .node(own.name, own.operation.onnxName)
        }
        let areSame = parameters.count == other.parameters.count && nodes.count == other.nodes.count
            && values.map(\.name) == other.values.map(\.name)
            && zip(values, other.values).allSatisfy { $0.shape.count == $1.shape.count }
        return areSame && places.keys == other.places.keys ? nil : .single
    }

    /// The same numbers need their memory once.
    func sharingParameters(with other: Graph) -> Graph {
        var result = self
        for index in parameters.indices where parameters[index] == other.parameters[index] {
            result.parameters[index] = other.parameters[index]
        }
        return result
    }
}

extension Parameter {
    /// Whether both have the same elements as far as both reach. One that is a single element long would be repeated where more are asked
    /// for.
    fileprivate func isAlike(_ other: Parameter) -> Bool {
        guard name == other.name, role == other.role, elementType == other.elementType, shape.count == other.shape.count
        else { return false }
        guard zip(shape, other.shape).allSatisfy({ $0 == $1 || $0 > 1 }) else { return false }
        let common = zip(shape, other.shape).map { min($0, $1) }
        let (own, others, width) = (Shape.strides(shape), Shape.strides(other.shape), common.last ?? 1)
        let rows = common.dropLast().reduce(1, *)
        return (0..<rows).allSatisfy { row in
            var (rest, place, otherPlace) = (row, 0, 0)
            for axis in common.indices.dropLast().reversed() {
                place += rest % common[axis] * own[axis]
                otherPlace += rest % common[axis] * others[axis]
                rest /= common[axis]
            }
            return values[place..<place + width] == other.values[otherPlace..<otherPlace + width]
        }
    }
}

extension [Graph] {
    /// The networks, of one and the same file with several lengths, with what differs among them as open lengths.
    func opened(_ file: GraphProto) -> [Graph] {
        var result = self
        for value in self[0].values.indices {
            let open = Self.open(map { $0.values[value].shape })
            for index in indices { result[index].values[value].openLengths = open }
        }
        let open = self[0].parameters.indices.map { parameter in Self.open(map { $0.parameters[parameter].shape }) }
        let axes = openAxes(file)
        for index in indices {
            for parameter in open.indices { result[index].parameters[parameter].openLengths = open[parameter] }
            result[index].openAxes = axes
            result[index].openAxes.current = index
        }
        return result
    }

    /// What makes the networks, opened, be written differently; `nil` if they are written as one.
    func writtenDifference() -> AxisFreedom? {
        let written = map { $0.exported(elements: .none) }
        return written.dropFirst().lazy.compactMap { written[0].difference(from: $0) }.first
    }

    /// By axis, what of the shapes differs.
    private static func open(_ shapes: [[Int]]) -> [Int: OpenLength] {
        var open: [Int: OpenLength] = [:]
        for axis in shapes[0].indices {
            let lengths = shapes.map { $0[axis] }
            if Set(lengths).count > 1 { open[axis] = OpenLength(tried: lengths) }
        }
        return open
    }

    private func openAxes(_ file: GraphProto) -> OpenAxes {
        var axes = OpenAxes()
        let infos = Dictionary((file.outputs + file.inputs).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for index in self[0].inputs + self[0].outputs {
            let name = self[0].values[index].name
            let shapes = map { $0.placedShape(ofInterface: index).dimensions }
            for axis in shapes[0].indices where Set(shapes.map { $0[axis] }).count > 1 {
                let shape = infos[name]?.shape
                let known = shape.flatMap { $0.count == shapes[0].count ? $0[axis].opened : nil }
                axes.dimensions[name, default: [:]][axis] = known ?? .unknown
            }
        }
        return axes
    }
}

extension Dimension {
    /// As it is written where it is open.
    fileprivate var opened: Dimension { if case .parameter = self { self } else { .unknown } }
}

extension ModelProto {
    /// What makes this network another than that which is written for other lengths.
    fileprivate func difference(from other: ModelProto) -> AxisFreedom? {
        if self == other { return nil }
        let nodes = Dictionary(graph.nodes.flatMap { node in node.inputs.map { ($0, node) } }, uniquingKeysWith: { first, _ in first })
        for (own, others) in zip(graph.nodes, other.graph.nodes) where own != others { return .node(own.readableName, own.operatorType) }
        for (own, others) in zip(graph.initializers, other.graph.initializers) where own != others {
            guard let node = nodes[own.name] else { continue }
            return .node(node.readableName, node.operatorType)
        }
        return .single
    }
}
