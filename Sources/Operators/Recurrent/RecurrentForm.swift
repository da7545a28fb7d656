import NeuralGraph
import ONNX

/// The forms that `LSTM`, `GRU` and `RNN` have in common.
struct RecurrentForm: Sendable {
    private let direction: String
    /// Layout 1: the batch stands before time.
    let isBatchFirst: Bool
    /// A sample has no axis for a batch; the network's own is in its place.
    let isSample: Bool
    /// What the gates are kept within before their functions are taken.
    let clip: Float?
    /// One direction after the other.
    let activations: [RecurrentActivation]
    private let hasOwnActivations: Bool
    /// The steps of each row of the batch; `nil` if all have the same.
    let lengths: [Int]?
    let outputCount: Int

    /// By direction.
    var isReversed: [Bool] { direction == "bidirectional" ? [false, true] : [direction == "reverse"] }

    /// - Parameter activations: the names of the functions of a direction, where the file does not say.
    init(_ node: inout NodeReader, activations names: [String]) throws(UnsupportedNode) {
        direction = try node.string("direction", default: "forward")
        guard ["forward", "reverse", "bidirectional"].contains(direction) else {
            throw node.unsupported("the direction '\(direction)' is unknown")
        }
        isBatchFirst = try node.int("layout", default: 0) != 0
        let directions = direction == "bidirectional" ? 2 : 1
        activations = try RecurrentActivation.all(node, default: names, directions: directions)
        hasOwnActivations = node.has("activations")
        clip = node.has("clip") ? try node.float("clip", default: 0) : nil
        if let clip, !(clip > 0) { throw node.unsupported("clip \(clip) leaves nothing") }
        let x = try node.batchedShape(0)
        isSample = x.count == 2
        guard x.count == 2 || x.count == 3 else { throw node.unsupported("its input has rank \(x.count), not 3") }
        outputCount = node.proto.outputs.count
        lengths = try Self.lengths(&node, steps: x[isSample ? 0 : isBatchFirst ? 1 : 0], rows: isSample ? nil : x[isBatchFirst ? 0 : 1])
        for position in [1, 2, 3, 7] { try node.requireConstant(position) }
        let hidden = try node.shape(2).dimensions.last ?? 0
        for position in [5, 6] where node.isConstant(position) {
            let rows = isSample ? [] : [x[isBatchFirst ? 0 : 1]]
            try Self.checkState(position, isBatchFirst ? rows + [directions, hidden] : [directions] + rows + [hidden], node)
            try Self.leaveOutZeros(position, isSample: isSample, &node)
        }
        guard try node.int("hidden_size", default: hidden) == hidden else {
            throw node.unsupported("hidden_size is not the \(hidden) of its weights")
        }
    }

    /// With the network's batch in the place of its own, samples have time in front (layout 1). Where its batch holds the network's and
    /// an axis of the sample, such as windows or words, samples have that axis as the batch of their own.
    static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        guard let place = try node.shape(0).place else { return }
        let axis = try node.int("layout", default: 0) != 0 ? 0 : 1
        guard try node.shape(0).rank == 3 else { throw node.unsupported("its input has rank \(try node.shape(0).rank), not 3") }
        guard place.axis == axis else {
            throw node.unsupported("its batch is axis \(axis) (layout \(1 - axis)), that of the network is axis \(place.axis)")
        }
        guard place.own.count <= 1 else { throw node.unsupported("the network's batch is in the middle of its own") }
        for position in [5, 6] where node.has(position) {
            let state = try node.shape(position)
            if state.place == nil, place.own.isEmpty, node.fixedBatch == 1, state.rank == 3, state.sample[axis] == 1 {
                node.view(position, as: Array(state.sample[..<axis] + state.sample[(axis + 1)...]))
            }
            guard state.place == nil || state.place == place else { throw node.unsupported("the batch of its state is on another axis") }
        }
        if place.own.isEmpty { node.set("layout", .int(1)) }
        for position in node.node.outputs.indices { node.place(position, place.moved(to: axis == 0 ? 0 : position == 0 ? 2 : 1)) }
    }

    /// - Parameter rows: of the batch; `nil` where it is the network's.
    private static func lengths(_ node: inout NodeReader, steps: Int, rows: Int?) throws(UnsupportedNode) -> [Int]? {
        guard let given = try node.constantIntegers(4, "sequence_lens") else { return nil }
        if given.allSatisfy({ $0 == steps }) { return nil }
        guard let rows else { throw node.unsupported("sequence_lens has a length for each sample of a batch") }
        guard node.batch == .invocation else { throw node.unsupported("sequence_lens has a length for each of several rows of a sample") }
        guard given.count == rows, given.allSatisfy({ (1...steps).contains($0) }) else {
            throw node.unsupported("sequence_lens \(given) do not fit \(rows) rows of \(steps) steps")
        }
        return given
    }

    /// Zeros, which will be left out, must fit, too. That there is a row for each of several samples is refused as such.
    private static func checkState(_ position: Int, _ expected: [Int], _ node: NodeReader) throws(UnsupportedNode) {
        let given = try node.shape(position).dimensions
        let hasRows = given.count == 3 && expected.count == 2
        guard given != expected, !hasRows || given.last != expected[1] || !given.dropLast().contains(expected[0]) else { return }
        throw node.unsupported("\(RecurrentShape.name(ofInput: position)) has the shape \(given), not \(expected)")
    }

    /// Zeros are where a state begins without being told.
    private static func leaveOutZeros(_ position: Int, isSample: Bool, _ node: inout NodeReader) throws(UnsupportedNode) {
        let state = try node.parameter(position, role: .bias)
        if state.values.allSatisfy({ $0 == 0 }) {
            _ = try node.constantFloats(position, "the initial state")
        } else if isSample, state.shape.count == 3 {
            throw node.unsupported("the initial state '\(state.name)' is a constant with a row for each sample of a batch")
        }
    }

    /// In layout 0, which is the only one that ONNX Runtime has.
    private static func writeTimeFirst(_ node: inout NodeWriter) {
        for position in [5, 6] where position < node.inputShapes.count && node.inputShapes[position]?.isBatched == false {
            node.repeatForBatch(position)
        }
        for position in [0, 5, 6] { node.transposeInput(position, [1, 0, 2]) }
        node.transposeOutput(0, [2, 0, 1, 3])
        for position in node.outputShapes.indices.dropFirst() { node.transposeOutput(position, [1, 0, 2]) }
    }

    /// The rows of a sample become part of the network's batch.
    private func writeRows(to node: inout NodeWriter) {
        func joined(_ shape: [Int], rows: Int) -> [Int] { shape.indices.map { $0 == rows ? -1 : shape[$0] } }
        func axes(_ shape: [Int], rows: Int) -> [Int] { Array(1..<rows + 1) + [0] + (rows + 1...shape.count) }
        for position in [0, 5, 6] where position < node.inputShapes.count {
            guard let shape = node.inputShapes[position] else { continue }
            if !shape.isBatched { node.repeatForBatch(position) }
            let rows = isBatchFirst ? 0 : 1
            if rows > 0 { node.transposeInput(position, axes(shape.dimensions, rows: rows)) }
            node.reshapeInput(position, joined(shape.dimensions, rows: rows))
        }
        for (position, shape) in node.outputShapes.enumerated() {
            let rows = isBatchFirst ? 0 : position == 0 ? 2 : 1
            node.reshapeOutput(position, shape[..<rows] + [-1] + shape[rows...])
            if rows > 0 { node.transposeOutput(position, [rows] + (0...shape.count).filter { $0 != rows }) }
        }
    }

    func write(to node: inout NodeWriter) {
        if direction != "forward" { node.set("direction", .string(Array(direction.utf8))) }
        node.set("hidden_size", .int(node.outputShapes[0].last ?? 0))
        if isSample { Self.writeTimeFirst(&node) } else if isBatchFirst { node.set("layout", .int(1)) }
        if !isSample, node.batch == .axis0 { writeRows(to: &node) }
        if let clip { node.set("clip", .float(clip)) }
        if hasOwnActivations { RecurrentActivation.write(activations, to: &node) }
        if let lengths {
            node.setConstant(4, TensorProto(name: "", dimensions: [lengths.count], dataType: .int32, integers: lengths))
        }
    }
}
