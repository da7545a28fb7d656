import NeuralGraph
import ONNX

/// What the network takes: the batch, and the shapes of samples.
extension GraphImporter {
    mutating func readInputs() throws(GraphError) -> [Int] {
        var inputs: [Int] = []
        for input in proto.inputs where !scope.isDefined(input.name) {
            guard !input.name.isEmpty else { throw .input(name: "", reason: "it has no name") }
            let shape = try placedShape(of: input)
            let value = Value(name: input.name, shape: shape.sample, elementType: input.elementType)
            inputs.append(try scope.addValue(value, place: shape.place))
        }
        return inputs
    }

    private mutating func placedShape(of input: ValueInfoProto) throws(GraphError) -> PlacedShape {
        guard input.elementType == .float || input.elementType.isInteger else {
            throw .input(name: input.name, reason: "its element type is \(input.elementType), not float or an integer")
        }
        guard var shape = input.shape, shape.count >= batch.axes else {
            throw .input(name: input.name, reason: "its shape is not known; a batch of samples is needed")
        }
        if let given = shapes.shapes[input.name] {
            guard given.count == shape.count else {
                throw .input(name: input.name, reason: "it has \(shape.count) axes, not \(given.count)")
            }
            shape = given.map { .value($0) }
        }
        let place = try batch == .axis0 ? BatchPlace(axis: batchAxis(shape, of: input)) : nil
        if let place { try fixBatch(shape[place.axis], of: input) }
        var dimensions: [Int] = []
        for (axis, dimension) in shape.enumerated() where axis != place?.axis {
            dimensions.append(try length(dimension, axis, of: input))
        }
        guard Shape.isUsable(dimensions) else {
            throw .input(
                name: input.name,
                reason: "a sample of shape \(dimensions) has more than \(Shape.limit) elements or \(Shape.rankLimit) axes")
        }
        return PlacedShape(dimensions, place: place)
    }

    /// - Parameter shape: with the lengths that are given.
    private func batchAxis(_ shape: [Dimension], of input: ValueInfoProto) throws(GraphError) -> Int {
        guard let batch = shapes.batchName ?? file.batchName, let open = input.shape else { return shape.batchAxis() }
        let axis = shapes.shapes[input.name] == nil ? shape.batchAxis(named: batch) : shape.batchAxis()
        guard case .parameter(let name) = open[axis], name != batch, !name.isEmpty, !name.lowercased().contains("batch"),
            !shapes.sampled.contains(input.name)
        else { return axis }
        throw .input(
            name: input.name,
            reason: "its axis \(axis) is called '\(name)', but others call the batch '\(batch)'; what all samples share must be a "
                + "constant, or the network be given one sample at a time")
    }

    private mutating func fixBatch(_ dimension: Dimension, of input: ValueInfoProto) throws(GraphError) {
        guard case .value(let size) = dimension, size > 0 else { return }
        guard size < Shape.batchLimit else { throw .input(name: input.name, reason: "its batch of \(size) is too large") }
        guard fixedBatch == nil || fixedBatch == size else {
            throw .input(
                name: input.name, reason: "its batch of \(size) is not the \(fixedBatch ?? 0) of another input")
        }
        fixedBatch = size
    }

    private func length(_ dimension: Dimension, _ axis: Int, of input: ValueInfoProto) throws(GraphError) -> Int {
        switch dimension {
        case .value(let size) where size > 0: return size
        case .parameter(let name) where shapes.lengths[name] ?? 0 > 0: return shapes.lengths[name] ?? 0
        case .parameter(let name) where batch == .invocation:
            throw .input(name: input.name, reason: "the length of dimension \(axis), '\(name)', is not given")
        default:
            throw .input(name: input.name, reason: "dimension \(axis) is not fixed; only the batch may be free")
        }
    }
}

extension GraphProto {
    /// What the batch is called: the name of an input's axis that several inputs and outputs have in its place, and others have not as
    /// often.
    package var batchName: String? {
        func names(_ infos: [ValueInfoProto]) -> [String] {
            infos.compactMap(\.shape).compactMap { shape in
                guard !shape.isEmpty, case .parameter(let name) = shape[shape.batchAxis()], !name.isEmpty else { return nil }
                return name
            }
        }
        let stored = Set(initializers.map(\.name))
        let own = names(inputs.filter { !stored.contains($0.name) })
        var counts: [String: Int] = [:]
        for name in own + names(outputs) { counts[name, default: 0] += 1 }
        let most = own.map { counts[$0] ?? 0 }.max() ?? 0
        let found = Set(own.filter { counts[$0] == most })
        return most > 1 && found.count == 1 ? found.first : nil
    }
}

extension GraphProto {
    /// What else the batch may be called: what all inputs that have open axes call one of theirs.
    package var otherBatchNames: [String] {
        let stored = Set(initializers.map(\.name))
        let names = inputs.filter { !stored.contains($0.name) }.compactMap(\.shape).map { shape in
            shape.compactMap { dimension in if case .parameter(let name) = dimension, !name.isEmpty { name } else { nil } }
        }.filter { !$0.isEmpty }
        guard let first = names.first else { return [] }
        return first.filter { name in name != batchName && names.allSatisfy { $0.contains(name) } }
    }
}

extension [Dimension] {
    /// The axis of the batch: the one of this name, the only one that is open, or the only one that is called so; else the first.
    package func batchAxis(named name: String? = nil) -> Int {
        if let name, let axis = firstIndex(of: .parameter(name)) { return axis }
        let open = indices.filter { axis in if case .value(let size) = self[axis] { size <= 0 } else { true } }
        let named = open.filter { axis in
            if case .parameter(let name) = self[axis] { name.lowercased().contains("batch") } else { false }
        }
        return open.count == 1 ? open[0] : named.count == 1 ? named[0] : 0
    }
}
