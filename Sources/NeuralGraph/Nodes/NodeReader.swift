import ONNX

/// A node of an ONNX file as its operator reads it: attributes, shapes of inputs, constant inputs.
///
/// Constant inputs that an operator takes in (`constantIntegers`, `constantFloats`) are no inputs of the graph's node
/// any more; those it leaves become parameters.
package struct NodeReader {
    package let proto: NodeProto
    package let opset: Int
    package let inputShapes: [OperandShape?]
    /// Element types, of constants too.
    package let inputTypes: [DataType?]
    /// Of the network. The node itself has a batch in front in any case.
    package let batch: Batch
    /// The constants among the inputs.
    private(set) var constants: [TensorProto?]
    package private(set) var absorbed: Set<Int> = []
    package private(set) var replaced: [Int: Parameter] = [:]

    package init(
        proto: NodeProto, opset: Int, inputShapes: [OperandShape?], constants: [TensorProto?],
        inputTypes: [DataType?] = [], batch: Batch = .axis0
    ) {
        self.proto = proto
        self.opset = opset
        self.inputShapes = inputShapes
        self.constants = constants
        self.inputTypes = inputTypes
        self.batch = batch
    }

    /// The type of a required input.
    package func type(_ position: Int) -> DataType {
        inputTypes.indices.contains(position) ? inputTypes[position] ?? .float : .float
    }

    package var inputCount: Int { proto.inputs.count }

    package func hasInput(_ position: Int) -> Bool {
        position < proto.inputs.count && !proto.inputs[position].isEmpty
    }

    /// The same node, whose batch is what stands in front of the samples of values.
    package func ofInnerSamples() -> NodeReader {
        let shapes = inputShapes.map { shape in
            shape.map { $0.isBatched ? OperandShape(Array($0.dimensions.dropFirst()), isBatched: true) : $0 }
        }
        return NodeReader(
            proto: proto, opset: opset, inputShapes: shapes, constants: constants, inputTypes: inputTypes, batch: .axis0)
    }

    /// Refuses an input that is there but depends on the sample.
    package func requireConstant(_ position: Int) throws(UnsupportedNode) {
        guard hasInput(position), let shape = inputShapes[position], shape.isBatched else { return }
        throw unsupported("input \(position) is computed, not constant")
    }

    package func isConstant(_ position: Int) -> Bool { position < constants.count && constants[position] != nil }

    /// The node's name, or that of its first output.
    package var name: String { proto.readableName }

    package func unsupported(_ reason: String) -> UnsupportedNode {
        UnsupportedNode(node: name, operation: proto.operatorType, opset: opset, reason: reason)
    }

    /// What the node's operator stands for in the list of a family of operators.
    package func function<Function>(in family: [(name: String, function: Function)]) throws(UnsupportedNode) -> Function {
        guard let entry = family.first(where: { $0.name == proto.operatorType }) else { throw unsupported("unknown operator") }
        return entry.function
    }

    /// Refuses a node with more inputs than its operator has.
    package func limitInputs(to count: Int) throws(UnsupportedNode) {
        guard proto.inputs.count <= count else {
            throw unsupported("it has \(proto.inputs.count) inputs, not \(count)")
        }
    }

    /// The shape of a required input.
    package func shape(_ position: Int) throws(UnsupportedNode) -> OperandShape {
        guard position < inputShapes.count, let shape = inputShapes[position] else {
            throw unsupported("input \(position) is missing")
        }
        return shape
    }

    /// The shape of an input that must depend on the sample.
    package func batchedShape(_ position: Int) throws(UnsupportedNode) -> [Int] {
        let shape = try shape(position)
        guard shape.isBatched else { throw unsupported("input \(position) is a constant") }
        return shape.dimensions
    }

    /// An axis of a batched input as the engine counts (without the batch); the batch axis itself is refused.
    package func perSampleAxis(_ axis: Int, rank: Int) throws(UnsupportedNode) -> Int {
        guard (-rank - 1...rank).contains(axis) else { throw unsupported("axis \(axis) is outside of rank \(rank + 1)") }
        let own = axis < 0 ? axis + rank : axis - 1
        guard own >= 0 else { throw unsupported("it works across the batch (axis 0)") }
        return own
    }
}

// MARK: - Attributes

extension NodeReader {
    private func attribute(_ name: String) -> AttributeValue? {
        proto.attributes.first { $0.name == name }?.value
    }

    package func has(_ name: String) -> Bool { attribute(name) != nil }

    package func int(_ name: String, default fallback: Int) throws(UnsupportedNode) -> Int {
        switch attribute(name) {
        case nil: return fallback
        case .int(let value)?: return value
        default: throw unsupported("attribute '\(name)' is no integer")
        }
    }

    package func float(_ name: String, default fallback: Float) throws(UnsupportedNode) -> Float {
        switch attribute(name) {
        case nil: return fallback
        case .float(let value)?: return value
        default: throw unsupported("attribute '\(name)' is no float")
        }
    }

    package func ints(_ name: String) throws(UnsupportedNode) -> [Int]? {
        switch attribute(name) {
        case nil: return nil
        case .ints(let values)?: return values
        default: throw unsupported("attribute '\(name)' is no list of integers")
        }
    }

    package func floats(_ name: String) throws(UnsupportedNode) -> [Float]? {
        switch attribute(name) {
        case nil: return nil
        case .floats(let values)?: return values
        default: throw unsupported("attribute '\(name)' is no list of floats")
        }
    }

    /// One of a few words.
    package func choice<Choice: RawRepresentable<String>>(
        _ name: String, default fallback: Choice
    ) throws(UnsupportedNode) -> Choice {
        let word = try string(name, default: fallback.rawValue)
        guard let choice = Choice(rawValue: word) else { throw unsupported("\(name) '\(word)'") }
        return choice
    }

    package func strings(_ name: String) throws(UnsupportedNode) -> [String]? {
        switch attribute(name) {
        case nil: return nil
        case .strings(let values)?: return values.map { String(decoding: $0, as: UTF8.self) }
        default: throw unsupported("attribute '\(name)' is no list of strings")
        }
    }

    package func string(_ name: String, default fallback: String) throws(UnsupportedNode) -> String {
        switch attribute(name) {
        case nil: return fallback
        case .string(let bytes)?: return String(decoding: bytes, as: UTF8.self)
        default: throw unsupported("attribute '\(name)' is no string")
        }
    }
}

// MARK: - Constant inputs

extension NodeReader {
    /// Takes in a constant integer input; `nil` when it is not given.
    package mutating func constantIntegers(_ position: Int, _ what: String) throws(UnsupportedNode) -> [Int]? {
        guard let tensor = try absorb(position, what) else { return nil }
        do { return try tensor.integers() } catch { throw unsupported("\(what) is not readable: \(error)") }
    }

    /// Takes in a constant float input; `nil` when it is not given.
    package mutating func constantFloats(_ position: Int, _ what: String) throws(UnsupportedNode) -> [Float]? {
        guard let tensor = try absorb(position, what) else { return nil }
        do { return try tensor.floats() } catch { throw unsupported("\(what) is not readable: \(error)") }
    }

    /// Takes in a constant input of floats or of integers up to 2^24; `nil` when it is not given.
    package mutating func constantNumbers(_ position: Int, _ what: String) throws(UnsupportedNode) -> [Float]? {
        guard let tensor = try absorb(position, what) else { return nil }
        return try numbers(tensor)
    }

    private mutating func absorb(_ position: Int, _ what: String) throws(UnsupportedNode) -> TensorProto? {
        guard hasInput(position) else { return nil }
        guard let tensor = constants[position] else { throw unsupported("\(what) is computed, not constant") }
        absorbed.insert(position)
        return tensor
    }

    /// The constant at an input as a parameter, for operators that change it (a transposed weight, say).
    package func parameter(_ position: Int, role: ParameterRole) throws(UnsupportedNode) -> Parameter {
        guard hasInput(position), let tensor = constants[position] else {
            throw unsupported("input \(position) is computed, not constant")
        }
        let values = try numbers(tensor)
        guard !values.isEmpty, Shape.count(tensor.dimensions) == values.count else {
            throw unsupported(
                "the constant '\(tensor.name)' of shape \(tensor.dimensions) has \(values.count) elements")
        }
        let isInteger = tensor.dataType.isInteger
        return Parameter(
            name: tensor.name, shape: tensor.dimensions, values: values, role: isInteger ? .statistic : role,
            elementType: isInteger ? tensor.dataType : .float)
    }

    /// The elements of a constant as the engine holds them.
    ///
    /// - Parameter exactOnly: whether integers beyond 2^24 will do that are floats.
    package func numbers(_ tensor: TensorProto, exactOnly: Bool = false) throws(UnsupportedNode) -> [Float] {
        do {
            guard tensor.dataType.isInteger else { return try tensor.floats() }
            let integers = try tensor.integers()
            let large = integers.first { $0.magnitude > 1 << 24 && !(exactOnly && Int(exactly: Float($0)) == $0) }
            guard let large else { return integers.map { Float($0) } }
            throw unsupported("the constant '\(tensor.name)' has the integer \(large), beyond 2^24")
        } catch let error as UnsupportedNode {
            throw error
        } catch {
            throw unsupported("the constant '\(tensor.name)' is not readable as numbers: \(error)")
        }
    }

    /// The constant at an input as a parameter whose axes end where those of a sample of rank `rank` end: an axis of
    /// length 1 in the place of the batch is dropped.
    package func alignedParameter(
        _ position: Int, role: ParameterRole, rank: Int
    ) throws(UnsupportedNode) -> Parameter {
        var parameter = try parameter(position, role: role)
        let shape = parameter.shape
        if batch == .invocation { return parameter }
        if shape.count == rank + 1 {
            guard shape[0] == 1 else {
                throw unsupported(
                    "the constant '\(parameter.name)' of shape \(shape) has a row for each sample of a batch")
            }
            parameter.shape.removeFirst()
        }
        guard parameter.shape.count <= rank else {
            throw unsupported("the constant '\(parameter.name)' of shape \(shape) has more axes than the other input")
        }
        return parameter
    }

    /// Uses `parameter` in place of the constant at an input.
    package mutating func replaceParameter(_ position: Int, by parameter: Parameter) {
        replaced[position] = parameter
    }
}

extension DataType {
    /// Whether the elements are integers or truth values.
    package var isInteger: Bool { self == .bool || integerRange != nil }

    /// Whether a number of the engine is one of this type.
    package func holds(_ number: Float) -> Bool {
        guard let range = integerRange else { return true }
        return Int(exactly: number).map(range.contains) ?? false
    }
}
