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
    /// It was not understood with a length that is greater than all numbers of the file that may be one, but with lengths up to this.
    case upTo(Int)
    /// The network takes too few other lengths than that of the samples, as far as it was tried.
    case single
    /// The network takes no other length that was tried, or was not understood with one: the last of them, and why.
    case refused(length: Int, reason: String)
    /// A constant has other elements for another length.
    case constant(String)
    /// A node is another for another length: its name and operator.
    case node(String, String)
    /// It was not looked at, since none is to stay open.
    case unwanted
    /// What all tries together may take was taken by those of other axes.
    case untried
}

/// Finds out which open axes can stay open: the file is imported with other lengths, too, and where the network that is written of it is
/// the same each time, it is the same for any length that the file's own network takes.
///
/// A file may choose by a length, as by the lesser of it and 512. So one of the lengths is greater than all whole numbers of the file that
/// may be such a bound.
package struct OpenAxisSearch {
    /// Gives the network with other lengths, with at most a number of elements made of constants, of which it takes what it made.
    package typealias Importing = (_ shapes: InputShapes, _ foldable: inout Int) throws -> Graph

    private let base: Graph
    private let importing: Importing
    private let file: GraphProto
    private let shapes: InputShapes
    /// All that the file leaves open.
    private let axes: [OpenAxis]
    /// What tries may still take, in elements that are made or copied.
    private var work: Int
    /// The last lengths that the network was not read with, and why.
    private var refusal: (shapes: InputShapes, error: GraphError)?

    /// - Parameters:
    ///   - base: the network with the lengths of the samples.
    ///   - shapes: these lengths.
    ///   - importing: gives the network with others.
    ///   - work: what all tries may take together, in elements that are made or copied. A try is begun as long as some is left.
    ///     The default is that of a few seconds.
    package init(
        _ base: Graph, of file: GraphProto, shapes: InputShapes, work: Int = 1 << 30, importing: @escaping Importing
    ) {
        self.base = base
        self.file = file
        self.shapes = shapes
        axes = file.openAxes(of: base, shapes)
        self.work = work
        self.importing = importing
    }

    /// Axes tried one by one; more are tried together only.
    private static let most = 6
    /// What a node takes to read, to compare and to write, as so many elements.
    private static let nodeWork = 1 << 13

    /// - Parameter wanted: which axes may stay open.
    /// - Returns: the network that is written with open axes, and what became of each.
    package func found(_ wanted: (OpenAxis) -> Bool) -> (graph: Graph, axes: [(axis: OpenAxis, freedom: AxisFreedom)]) {
        var search = self
        let tried = axes.filter(wanted)
        let (graph, freedoms) = search.together(tried) ?? search.oneByOne(tried)
        return (graph, axes.map { axis in (axis, tried.firstIndex(of: axis).map { freedoms[$0] } ?? .unwanted) })
    }

    /// All axes at once, each with a length of its own. That a network takes those with the same length only is no proof that it is the
    /// same with others: one that pads an image to a square is another one for each shape.
    private mutating func together(_ axes: [OpenAxis]) -> (graph: Graph, freedoms: [AxisFreedom])? {
        guard axes.count > 1, case .open(let graph, let freedoms) = attempt(axes) else { return nil }
        return (graph, freedoms)
    }

    /// Each axis beside those that were found before it; then, as one, those that no operator takes with other lengths than each other's.
    private mutating func oneByOne(_ axes: [OpenAxis]) -> (graph: Graph, freedoms: [AxisFreedom]) {
        var (result, freedoms) = (base, axes.map { _ in AxisFreedom.untried })
        var (kept, bound): ([[Int]], [Int]) = ([], [])
        func joined(_ group: [Int]) -> OpenAxis {
            group.count == 1 ? axes[group[0]] : OpenAxis(name: nil, places: group.flatMap { axes[$0].places })
        }
        func isOpen(_ group: [Int]) -> Bool {
            refusal = nil
            switch attempt((kept + [group]).map(joined)) {
            case .fixed(let reason):
                if group.count == 1 { freedoms[group[0]] = reason }
                return false
            case .open(let graph, let found):
                result = graph
                kept.append(group)
                for (group, freedom) in zip(kept, found) { for number in group { freedoms[number] = freedom } }
                return true
            }
        }
        for number in axes.indices.prefix(Self.most) {
            // The last length is the shortest, which no table ends before: what is against it is against every other one.
            if !isOpen([number]), refusal?.error.isOfShapes == true { bound.append(number) }
        }
        for length in Set(bound.compactMap { shapes.length(of: axes[$0]) }).sorted() {
            let group = bound.filter { shapes.length(of: axes[$0]) == length }
            if group.count > 1 { _ = isOpen(group) }
        }
        return (result, freedoms)
    }

    /// The least lengths that open axes have, each once.
    private var sides: [Int] {
        Set(axes.compactMap(shapes.length)).sorted().prefix(2).map { $0 }
    }

    // MARK: One try

    /// What became of axes that were to stay open beside each other.
    private enum Outcome {
        /// The network that is written, and what each axis may be.
        case open(Graph, [AxisFreedom])
        case fixed(AxisFreedom)
    }

    /// The network with some lengths.
    private typealias Variant = (shapes: InputShapes, graph: Graph)

    private mutating func attempt(_ axes: [OpenAxis]) -> Outcome {
        var variants: [Variant] = [(shapes, base)]
        for choices in [Self.far, Self.near] {
            refusal = nil
            guard let variant = first(choices, axes, besides: variants) else { return .fixed(reason(axes)) }
            variants.append(variant)
            if let difference = Self.difference(variants) { return .fixed(difference) }
        }
        // A network may be another one for what is as long as it is wide.
        for side in sides where axes.contains(where: { shapes.length(of: $0) != side }) {
            guard let square = first([{ _, _ in side }], axes, besides: []) else { continue }
            variants.append(square)
            if let difference = Self.difference(variants) { return .fixed(difference) }
        }
        let opened = variants.map(\.graph).opened(file)
        if let difference = opened.writtenDifference() { return .fixed(difference) }
        let endWithSamples = axesOfTables(axes, opened[0])
        return extended(axes, endWithSamples, variants, opened[0])
    }

    /// Why no other length of the last of these axes was read.
    private func reason(_ axes: [OpenAxis]) -> AxisFreedom {
        guard work > 0 else { return .untried }
        guard let refusal, let axis = axes.last, let length = refusal.shapes.length(of: axis) else { return .single }
        return .refused(length: length, reason: String(refusal.error.description.prefix { $0 != "\n" }))
    }

    private static func difference(_ variants: [Variant]) -> AxisFreedom? {
        variants[0].graph.difference(from: variants[variants.count - 1].graph)
    }

    /// With a length beyond what the file may compare it with, of the axes that no table ends.
    private mutating func extended(_ axes: [OpenAxis], _ endWithSamples: [Bool], _ variants: [Variant], _ opened: Graph) -> Outcome {
        let long = zip(axes, endWithSamples).filter { !$1 }.map(\.0)
        let (bound, tried) = (file.greatestLength, axes.map { axis in variants.compactMap { $0.shapes.length(of: axis) }.max() ?? 0 })
        let isBeyond = zip(tried, endWithSamples).allSatisfy { $1 || $0 > bound }
        if isBeyond { return .open(opened, endWithSamples.map { $0 ? .upToOwn : .open }) }
        guard let longest = first([{ $0 * (bound / $0 + 1 + $1) }], long, besides: []) else {
            return .open(opened, zip(tried, endWithSamples).map { $1 ? .upToOwn : .upTo($0) })
        }
        let all = variants + [longest]
        let written = all.map(\.graph).opened(file)
        if let difference = Self.difference(all) ?? written.writtenDifference() { return .fixed(difference) }
        return .open(written[0], endWithSamples.map { $0 ? .upToOwn : .open })
    }

    /// For which axes constants have other lengths: each axis alone gets another one.
    private mutating func axesOfTables(_ axes: [OpenAxis], _ opened: Graph) -> [Bool] {
        let tables = opened.parameters.indices.filter { !opened.parameters[$0].openLengths.isEmpty }
        guard !tables.isEmpty else { return axes.map { _ in false } }
        guard axes.count > 1 else { return [true] }
        let found = axes.map { axis in
            guard let alone = first(Self.far, [axis], besides: [(shapes, base)])?.graph, alone.parameters.count == base.parameters.count
            else { return true }
            return tables.contains { alone.parameters[$0].shape != base.parameters[$0].shape }
        }
        return found.contains(true) ? found : axes.map { _ in true }
    }

    /// The network with the first lengths of which each is another than its axis has in all `variants`, and that it takes.
    private mutating func first(_ choices: [Lengths], _ axes: [OpenAxis], besides variants: [Variant]) -> Variant? {
        for lengths in choices {
            guard let changed = shapes.changing(axes, lengths), work > 0 else { continue }
            let isNew = axes.allSatisfy { axis in variants.allSatisfy { $0.shapes.length(of: axis) != changed.length(of: axis) } }
            guard isNew else { continue }
            work -= base.nodes.count * Self.nodeWork + base.parameters.reduce(0) { $0 + $1.values.count }
            var foldable = max(work, 0)
            defer { work = min(work, foldable) }
            do {
                return (changed, try importing(changed, &foldable).sharingParameters(with: base))
            } catch {
                refusal = (error as? GraphError).flatMap { $0.isAboutNode ? (changed, $0) : nil }
            }
        }
        return nil
    }

    /// From a length and the number of its axis.
    private typealias Lengths = @Sendable (Int, Int) -> Int

    /// Other lengths for that of the samples, by which all that follows from it is another, in the order in which they are tried: multiples
    /// of what networks halve; half as long, where a table of positions ends with the samples.
    private static let far: [Lengths] = [{ 2 * $0 + 32 * $1 }, { $0 + 32 * (1 + $1) }, { $0 / 2 - $1 }]
    /// Next to it, where what is rounded or padded differs; another multiple, where the network takes no others.
    private static let near: [Lengths] = [
        { $0 + 1 + $1 }, { $0 - 1 - $1 }, { $0 + 2 + 2 * $1 }, { $0 - 2 - 2 * $1 }, { 3 * $0 + 64 * $1 }, { $0 + 64 * (1 + $1) },
    ]
}

extension GraphError {
    fileprivate var isOfShapes: Bool { if case .shape = self { true } else { false } }

    fileprivate var isAboutNode: Bool {
        switch self {
        case .shape, .unsupported: true
        default: false
        }
    }
}

extension InputShapes {
    fileprivate func length(of axis: OpenAxis) -> Int? { axis.places.first.flatMap { shapes[$0.input]?[$0.axis] } }

    /// - Parameter length: of the axis with a number, from its own.
    fileprivate func changing(_ axes: [OpenAxis], _ length: (Int, Int) -> Int) -> InputShapes? {
        var result = self
        for (number, axis) in axes.enumerated() {
            for place in axis.places {
                guard let own = shapes[place.input]?[place.axis], own > 0 else { return nil }
                let other = length(own, number)
                guard (1...Shape.limit).contains(other) else { return nil }
                result.shapes[place.input]?[place.axis] = other
            }
        }
        return result
    }
}

// MARK: - What the file says

extension GraphProto {
    /// Axes of inputs that are open, but for the batch.
    fileprivate func openAxes(of graph: Graph, _ shapes: InputShapes) -> [OpenAxis] {
        var found: [(name: String?, places: [OpenAxis.Place])] = []
        for index in graph.inputs {
            let name = graph.values[index].name
            guard let shape = inputs.first(where: { $0.name == name })?.shape, shapes.shapes[name]?.count == shape.count else { continue }
            let batch = graph.placedShape(ofInterface: index).place?.axis
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
}
