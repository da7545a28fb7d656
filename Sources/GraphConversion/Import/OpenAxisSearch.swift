import NeuralGraph
import ONNX

/// An axis that a file leaves open, besides the batch; several that it calls the same.
package struct OpenAxis: Equatable, Sendable {
    /// `nil` where the file gives it none.
    package let name: String?
    /// In the file.
    package let places: [Place]

    package struct Place: Equatable, Sendable {
        package let input: String
        package let axis: Int
    }
}

/// Whether the result can take another length of an axis that the file leaves open.
package enum AxisFreedom: Equatable, Sendable {
    case open
    /// Any that is not greater than that of the samples: for these, too, constants have the elements that the file gives them.
    case upToOwn
    /// The network takes no other length than that of the samples, as far as it was tried.
    case single
    /// A constant has other elements for another length.
    case constant(String)
    /// A node is another for another length: its name and operator.
    case node(String, String)
    /// It was not looked at, since none is to stay open.
    case unwanted
}

/// Finds out which open axes can stay open: the file is imported with other lengths, too, and where the network that is written of it is
/// the same each time, it is the same for any length that the file's own network takes.
package struct OpenAxisSearch {
    private let base: Graph
    private let importing: (InputShapes) throws -> Graph
    private let file: GraphProto
    private let shapes: InputShapes

    /// - Parameters:
    ///   - base: the network with the lengths of the samples.
    ///   - shapes: these lengths.
    ///   - importing: gives the network with others.
    package init(_ base: Graph, of file: GraphProto, shapes: InputShapes, importing: @escaping (InputShapes) throws -> Graph) {
        self.base = base
        self.file = file
        self.shapes = shapes
        self.importing = importing
    }

    /// Axes tried one by one; more are tried together only.
    private static let most = 6

    /// - Parameter wanted: which axes may stay open.
    /// - Returns: the network that is written with open axes, and what became of each.
    package func found(_ wanted: (OpenAxis) -> Bool) -> (graph: Graph, axes: [(axis: OpenAxis, freedom: AxisFreedom)]) {
        let all = file.openAxes(of: base, shapes)
        let tried = all.filter(wanted)
        let (graph, freedoms) = together(tried) ?? oneByOne(tried)
        return (graph, all.map { axis in (axis, tried.firstIndex(of: axis).map { freedoms[$0] } ?? .unwanted) })
    }

    /// All axes at once: each with a length of its own, or all with the same, which some networks ask of axes that have several names.
    private func together(_ axes: [OpenAxis]) -> (graph: Graph, freedoms: [AxisFreedom])? {
        guard axes.count > 1 else { return nil }
        for apart in [true, false] {
            if let graph = attempt(axes, apart: apart).graph { return (graph, axes.map { _ in .open }) }
        }
        return nil
    }

    /// Each axis beside those that were found before it.
    private func oneByOne(_ axes: [OpenAxis]) -> (graph: Graph, freedoms: [AxisFreedom]) {
        var (result, kept, freedoms) = (base, [OpenAxis](), [AxisFreedom]())
        for axis in axes {
            guard freedoms.count < Self.most else {
                freedoms.append(.single)
                continue
            }
            let (graph, freedom) = attempt(kept + [axis], apart: true)
            freedoms.append(freedom)
            guard let graph else { continue }
            result = graph
            kept.append(axis)
        }
        return (result, freedoms)
    }

    // MARK: One try

    /// - Parameter apart: whether axes with different names get different lengths.
    private func attempt(_ axes: [OpenAxis], apart: Bool) -> (graph: Graph?, freedom: AxisFreedom) {
        var variants: [Graph] = []
        for choices in [Self.far, Self.near] {
            for lengths in choices {
                guard let changed = shapes.changing(axes, { lengths($0, apart ? $1 : 0) }), let variant = try? importing(changed)
                else { continue }
                if let difference = base.difference(from: variant) { return (nil, difference) }
                variants.append(variant.sharingParameters(with: base))
                break
            }
            guard !variants.isEmpty else { return (nil, .single) }
        }
        let all = ([base] + variants).opened(file)
        let written = all.map { $0.exported(withElements: false) }
        for other in written.dropFirst() {
            if let difference = written[0].difference(from: other) { return (nil, difference) }
        }
        return (all[0], all[0].parameters.contains { !$0.openLengths.isEmpty } ? .upToOwn : .open)
    }

    /// From a length and the number of its axis.
    private typealias Lengths = @Sendable (Int, Int) -> Int

    /// Other lengths for that of the samples, by which all that follows from it is another, in the order in which they are tried: multiples
    /// of what networks halve; half as long, where a table of positions ends with the samples.
    private static let far: [Lengths] = [{ 2 * $0 + 32 * $1 }, { $0 + 32 * (1 + $1) }, { $0 / 2 - $1 }]
    /// Next to it, where what is rounded or padded differs.
    private static let near: [Lengths] = [{ $0 + 1 + $1 }, { $0 - 1 - $1 }]
}

extension InputShapes {
    /// - Parameter length: of the axis with a number, from its own.
    fileprivate func changing(_ axes: [OpenAxis], _ length: (Int, Int) -> Int) -> InputShapes? {
        var result = self
        for (number, axis) in axes.enumerated() {
            for place in axis.places {
                guard let own = shapes[place.input]?[place.axis] else { return nil }
                let other = length(own, number)
                guard (1...Shape.limit).contains(other) else { return nil }
                result.shapes[place.input]?[place.axis] = other
            }
        }
        return result
    }
}

extension GraphProto {
    /// Axes of inputs that are open, but for the batch.
    fileprivate func openAxes(of graph: Graph, _ shapes: InputShapes) -> [OpenAxis] {
        var found: [(name: String?, places: [OpenAxis.Place])] = []
        for index in graph.inputs {
            let name = graph.values[index].name
            guard let shape = inputs.first(where: { $0.name == name })?.shape, shapes.shapes[name]?.count == shape.count else { continue }
            let batch = graph.batch == .axis0 ? (graph.places[name] ?? .front)?.axis : nil
            for (axis, dimension) in shape.enumerated() where axis != batch && dimension.isOpen {
                let place = OpenAxis.Place(input: name, axis: axis)
                if let own = dimension.name, let known = found.firstIndex(where: { $0.name == own }) {
                    found[known].places.append(place)
                } else {
                    found.append((dimension.name, [place]))
                }
            }
        }
        return found.map { OpenAxis(name: $0.name, places: $0.places) }
    }
}

extension Dimension {
    fileprivate var isOpen: Bool { if case .value(let size) = self { size <= 0 } else { true } }

    /// Some exporters call all of them so.
    fileprivate var name: String? { if case .parameter(let name) = self, !["", "?"].contains(name) { name } else { nil } }

    /// As it is written where it is open.
    fileprivate var opened: Dimension { if case .parameter = self { self } else { .unknown } }
}

// MARK: - Comparison

extension Graph {
    /// What makes another import another network, whatever its nodes are; `nil` if each parameter and each node has one like it.
    fileprivate func difference(from other: Graph) -> AxisFreedom? {
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
    fileprivate func sharingParameters(with other: Graph) -> Graph {
        var result = self
        for index in parameters.indices where parameters[index] == other.parameters[index] {
            result.parameters[index] = other.parameters[index]
        }
        return result
    }
}

extension Parameter {
    /// Whether both have the same elements as far as both reach. One that is a single element long would be repeated where more are asked for.
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
    fileprivate func opened(_ file: GraphProto) -> [Graph] {
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
