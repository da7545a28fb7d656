import ONNX

/// A node of a file on its way to its operator: what it says of axes is translated to operands that have the batch in front, whatever
/// axis holds the batch in the file.
///
/// Operators see axis 0 as the batch and the axes of a sample behind it. In a network without a batch the whole value is the sample.
package struct AxisTranslation {
    /// As in the file at first; what operators read in the end.
    package private(set) var node: NodeProto
    package let opset: Int
    package let inputs: [NodeOperand?]
    /// What the batch is in the file; 1 also for files that were written with one sample in mind.
    package let fixedBatch: Int?
    /// Constants that take the place of inputs.
    package private(set) var given: [Int: TensorProto] = [:]
    /// The shapes in which samples of inputs are handed on.
    package private(set) var views: [Int: [Int]] = [:]
    /// By output; for outputs without a batch `nil`.
    package private(set) var outputs: [BatchPlace?]
    /// The length of the axis in front of a sample that the operator takes as its batch, if it has one.
    package private(set) var innerBatch: Int?
    /// Whether a shape is read as that of one sample, though it fixes the batch, which is free, at 1.
    package private(set) var isForOneSample = false
    /// Whether inputs behind the first are parameters.
    package private(set) var takesParameters = false

    package init(_ node: NodeProto, opset: Int, inputs: [NodeOperand?], fixedBatch: Int?) {
        self.node = node
        self.opset = opset
        self.inputs = inputs
        self.fixedBatch = fixedBatch
        outputs = node.outputs.map { _ in nil }
    }

    /// Reads attributes as the file has them.
    private var reader: NodeReader {
        NodeReader(proto: node, opset: opset, inputShapes: [], constants: inputs.map { $0?.constant?.tensor })
    }

    package func unsupported(_ reason: String) -> UnsupportedNode { reader.unsupported(reason) }
}

/// An input of a node as it comes from the file.
package struct NodeOperand: Sendable {
    package let shape: PlacedShape
    /// `nil` for what is computed for each sample.
    package let constant: ConstantElements?
    /// What integers have of the numbers of samples in the file; `nil` where they have nothing of them.
    package let numbering: SampleNumbering?

    package init(shape: PlacedShape, constant: ConstantElements?, numbering: SampleNumbering? = nil) {
        self.shape = shape
        self.constant = constant
        self.numbering = numbering
    }
}

// MARK: - What the node says

extension AxisTranslation {
    package var inputCount: Int { node.inputs.count }

    package func has(_ position: Int) -> Bool { position < inputs.count && inputs[position] != nil }

    package func shape(_ position: Int) throws(UnsupportedNode) -> PlacedShape {
        guard position < inputs.count, let operand = inputs[position] else { throw unsupported("input \(position) is missing") }
        return operand.shape
    }

    package func isConstant(_ position: Int) -> Bool { position < inputs.count && inputs[position]?.constant != nil }

    package func int(_ name: String, default fallback: Int) throws(UnsupportedNode) -> Int {
        try reader.int(name, default: fallback)
    }

    package func ints(_ name: String) throws(UnsupportedNode) -> [Int]? { try reader.ints(name) }

    package func floats(_ name: String) throws(UnsupportedNode) -> [Float]? { try reader.floats(name) }

    /// A constant input of floats; `nil` when it is not given.
    package func floats(_ position: Int, _ what: String) throws(UnsupportedNode) -> [Float]? {
        guard has(position) else { return nil }
        guard let tensor = inputs[position]?.constant?.tensor else { throw unsupported("\(what) is computed, not constant") }
        do { return try tensor.floats() } catch { throw unsupported("\(what) is not readable: \(error)") }
    }

    package func string(_ name: String) throws(UnsupportedNode) -> String { try reader.string(name, default: "") }

    package func has(attribute name: String) -> Bool { reader.has(name) }

    /// A constant input of integers, which may depend on the batch; `nil` when it is not given.
    package func integers(_ position: Int, _ what: String) throws(UnsupportedNode) -> [SymbolicInteger]? {
        guard has(position) else { return nil }
        guard let constant = inputs[position]?.constant else { throw unsupported("\(what) is computed, not constant") }
        do { return try constant.integers() } catch { throw unsupported("\(what) is not readable: \(error)") }
    }

    /// A constant input of integers that do not depend on the batch.
    package func numbers(_ position: Int, _ what: String) throws(UnsupportedNode) -> [Int]? {
        guard let integers = try integers(position, what) else { return nil }
        let numbers = integers.compactMap(\.number)
        guard numbers.count == integers.count else { throw unsupported("\(what) depends on the batch: \(integers)") }
        return numbers
    }

    /// An axis of the file, counted from the first.
    package func axis(_ given: Int, rank: Int) throws(UnsupportedNode) -> Int {
        guard (-rank..<rank).contains(given) else { throw unsupported("axis \(given) is outside of rank \(rank)") }
        return given < 0 ? given + rank : given
    }

    /// The axis of a sample that an axis of the file is; that of the batch is refused.
    package func sampleAxis(_ axis: Int, of shape: PlacedShape) throws(UnsupportedNode) -> Int {
        guard axis != shape.place?.axis else { throw unsupported("it works across the batch (axis \(axis))") }
        return shape.sampleAxes(axis).lowerBound
    }
}

// MARK: - What becomes of it

extension AxisTranslation {
    package mutating func set(_ name: String, _ value: AttributeValue) {
        node.attributes.removeAll { $0.name == name }
        node.attributes.append(AttributeProto(name, value))
    }

    package mutating func readForOneSample() { isForOneSample = true }

    package mutating func removeAttribute(_ name: String) { node.attributes.removeAll { $0.name == name } }

    package mutating func rename(_ operatorType: String) { node.operatorType = operatorType }

    /// Gives integers in place of an input.
    package mutating func give(_ position: Int, _ integers: [Int]) {
        give(position, TensorProto(name: "", dimensions: [integers.count], int64s: integers))
    }

    package mutating func give(_ position: Int, _ tensor: TensorProto) {
        while node.inputs.count <= position { node.inputs.append("") }
        // Whatever its name, the input is there.
        if node.inputs[position].isEmpty { node.inputs[position] = (node.outputs.first ?? "") + ".input_\(position)" }
        var named = tensor
        named.name = node.inputs[position]
        given[position] = named
    }

    /// Leaves out an input, and those behind it if there are none after it.
    package mutating func leaveOut(_ position: Int) {
        guard position < node.inputs.count else { return }
        node.inputs[position] = ""
        given[position] = nil
        while node.inputs.last == "" { node.inputs.removeLast() }
    }

    package mutating func view(_ position: Int, as shape: [Int]) {
        views[position] = inputs[position]?.shape.sample == shape ? nil : shape
    }

    package mutating func place(_ place: BatchPlace?) { outputs = outputs.map { _ in place } }

    package mutating func place(_ position: Int, _ place: BatchPlace?) {
        if outputs.indices.contains(position) { outputs[position] = place }
    }

    /// Takes the first input as samples, and others as the operator's parameters.
    ///
    /// - Parameter inner: how many there are in a sample of the network, if that has an axis for them.
    package mutating func takeSamples(inner: Int?) {
        takeParameters()
        innerBatch = inner
    }

    /// Takes inputs behind the first as the operator's parameters, also where the first is a constant.
    package mutating func takeParameters() { takesParameters = true }

    /// Hands operands on in another order.
    package func reorderingInputs(_ order: [Int]) -> AxisTranslation {
        var reordered = node
        reordered.inputs = order.map { node.inputs[$0] }
        return AxisTranslation(reordered, opset: opset, inputs: order.map { inputs[$0] }, fixedBatch: fixedBatch)
    }

    /// Becomes a node that hands its first input on.
    package mutating func becomeIdentity() {
        node.operatorType = "Identity"
        node.inputs = Array(node.inputs.prefix(1))
        node.attributes = []
    }
}
