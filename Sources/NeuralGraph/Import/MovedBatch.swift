import ONNX

/// Values whose batch is on another axis than 0, as recurrent operators of layout 0 have it. What is between a `Transpose` that
/// moves the batch and one that moves it back is read as if the batch were in front all the time.
struct MovedBatch {
    /// By name in the file.
    private var places: [String: Place] = [:]

    private struct Place {
        /// Of the batch.
        let axis: Int
        /// Of the node that moved it, for what does not expect it there.
        let refusal: UnsupportedNode

        /// Where an axis is when the batch is in front.
        func inFront(_ other: Int) -> Int { other == axis ? 0 : other < axis ? other + 1 : other }
    }

    /// The axis of the batch of a value.
    func axis(_ name: String) -> Int { places[name]?.axis ?? 0 }

    /// Refuses a value that must have the batch in front.
    func requireInFront(_ name: String) throws(UnsupportedNode) {
        if let place = places[name] { throw place.refusal }
    }

    /// The reader of the node for inputs and outputs with the batch in front; `nil` where they have it there.
    mutating func inFront(_ reader: NodeReader) throws(UnsupportedNode) -> NodeReader? {
        let node = reader.proto
        guard ["", "ai.onnx"].contains(node.domain), !node.inputs.isEmpty, !node.outputs.isEmpty else { return nil }
        if node.operatorType == "Transpose" { return try transposed(reader) }
        let moved = node.inputs.indices.filter { places[node.inputs[$0]] != nil }
        guard let first = moved.first, let place = places[node.inputs[first]] else { return nil }
        var result: NodeReader?
        switch node.operatorType {
        case "LSTM", "GRU", "RNN": result = try recurrent(reader, place)
        case "Squeeze" where moved == [0]: result = try squeezed(reader, place)
        case "Reshape" where moved == [0]: result = try reshaped(reader, place)
        case "Gather" where moved == [0]: result = try gathered(reader, place)
        case let name where moved == [0] && (name == "Identity" || Unary.onnxNames.contains(name)):
            take(node.outputs[0], place.axis, place)
            result = reader
        default: break
        }
        guard let result else { throw place.refusal }
        return result
    }

    private mutating func take(_ output: String, _ axis: Int, _ place: Place) {
        if axis != 0, !output.isEmpty { places[output] = Place(axis: axis, refusal: place.refusal) }
    }

    // MARK: Operators

    private mutating func transposed(_ reader: NodeReader) throws(UnsupportedNode) -> NodeReader? {
        try reader.limitInputs(to: 1)
        var node = reader.proto
        let rank = try reader.batchedShape(0).count + 1
        let order = try reader.ints("perm") ?? Array((0..<rank).reversed())
        let batch = axis(node.inputs[0])
        guard order.sorted() == Array(0..<rank), let target = order.firstIndex(of: batch), batch != 0 || target != 0,
            let place = places[node.inputs[0]] ?? Self.place(movedBy: reader)
        else { return nil }
        take(node.outputs[0], target, place)
        let own = [0] + order.filter { $0 != batch }.map(place.inFront)
        guard own == Array(0..<rank) else { return reader.setting("perm", .ints(own)) }
        node.operatorType = "Identity"
        node.attributes = []
        return reader.reading(node)
    }

    /// The place in front, with what `Transpose` has to say against leaving it.
    private static func place(movedBy reader: NodeReader) -> Place? {
        var reader = reader
        do {
            _ = try Transpose(&reader)
            return nil
        } catch {
            return Place(axis: 0, refusal: error)
        }
    }

    /// All values, that is the sequence and initial states, must have the batch where layout 0 has it.
    private mutating func recurrent(_ reader: NodeReader, _ place: Place) throws(UnsupportedNode) -> NodeReader? {
        let node = reader.proto
        let values = node.inputs.indices.filter { reader.inputShapes[$0]?.isBatched == true }
        guard values.allSatisfy({ axis(node.inputs[$0]) == 1 }), try reader.int("layout", default: 0) == 0 else { return nil }
        for (position, output) in node.outputs.enumerated() { take(output, position == 0 ? 2 : 1, place) }
        return reader.setting("layout", .int(1))
    }

    private mutating func squeezed(_ reader: NodeReader, _ place: Place) throws(UnsupportedNode) -> NodeReader? {
        try reader.limitInputs(to: 2)
        var (node, given) = (reader.proto, reader)
        let rank = try reader.batchedShape(0).count + 1
        guard let axes = try given.axes() else { return nil }
        let whole = Set(axes.map { $0 < 0 ? $0 + rank : $0 }).sorted()
        guard whole.allSatisfy((0..<rank).contains) else { return nil }
        take(node.outputs[0], place.axis - whole.count { $0 < place.axis }, place)
        node.inputs = [node.inputs[0]]
        return reader.reading(node).setting("axes", .ints(whole.map(place.inFront)))
    }

    /// The axes before that of the batch must stay as they are.
    private mutating func reshaped(_ reader: NodeReader, _ place: Place) throws(UnsupportedNode) -> NodeReader? {
        var given = reader
        let shape = try reader.batchedShape(0)
        guard try reader.int("allowzero", default: 0) == 0, let target = try given.constantIntegers(1, "the shape"),
            target.count > place.axis, zip(target, shape[..<place.axis]).allSatisfy({ $0 == 0 || $0 == $1 })
        else { return nil }
        take(reader.proto.outputs[0], place.axis, place)
        let moved = [target[place.axis]] + target[..<place.axis] + target[(place.axis + 1)...]
        return reader.reading(
            reader.proto, constants: [nil, TensorProto(name: "", dimensions: [moved.count], int64s: moved)])
    }

    private mutating func gathered(_ reader: NodeReader, _ place: Place) throws(UnsupportedNode) -> NodeReader? {
        let rank = try reader.batchedShape(0).count + 1
        let indices = try reader.shape(1)
        let given = try reader.int("axis", default: 0)
        let axis = given < 0 ? given + rank : given
        guard !indices.isBatched, (0..<rank).contains(axis) else { return nil }
        take(reader.proto.outputs[0], place.axis + (axis < place.axis ? indices.dimensions.count - 1 : 0), place)
        return reader.setting("axis", .int(place.inFront(axis)))
    }
}

extension NodeReader {
    /// With another value of an attribute.
    fileprivate func setting(_ name: String, _ value: AttributeValue) -> NodeReader {
        var node = proto
        node.attributes.removeAll { $0.name == name }
        node.attributes.append(AttributeProto(name, value))
        return reading(node)
    }
}
