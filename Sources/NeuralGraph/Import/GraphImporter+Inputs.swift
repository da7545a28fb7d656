import ONNX

/// What the network takes: the batch, and the shapes of samples.
extension GraphImporter {
    mutating func readInputs() throws(GraphError) -> [Int] {
        var inputs: [Int] = []
        for input in proto.inputs where constants[input.name] == nil {
            guard !input.name.isEmpty else { throw .input(name: "", reason: "it has no name") }
            inputs.append(try addValue(input.name, shape: perSampleShape(of: input), type: input.elementType))
        }
        return inputs
    }

    private mutating func perSampleShape(of input: ValueInfoProto) throws(GraphError) -> [Int] {
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
        if batch == .axis0 { try fixBatch(shape[0], of: input) }
        var dimensions: [Int] = []
        for (axis, dimension) in shape.enumerated().dropFirst(batch.axes) {
            dimensions.append(try length(dimension, axis, of: input))
        }
        guard Shape.isUsable(dimensions) else {
            throw .input(
                name: input.name,
                reason: "a sample of shape \(dimensions) has more than \(Shape.limit) elements or \(Shape.rankLimit) axes")
        }
        return dimensions
    }

    private mutating func fixBatch(_ dimension: Dimension, of input: ValueInfoProto) throws(GraphError) {
        guard case .value(let size) = dimension, size > 0 else { return }
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
