import NeuralGraph
import ONNX

/// `Gather` of slices along an axis by constant indices: a selection of the sample's own elements. `Compress` by a constant condition is
/// one too.
///
/// With computed indices it is a `Lookup`.
package struct Gather: ElementMovingOperator {
    package static let onnxNames = ["Gather", "Compress"]
    package static let movedInputs = MovedInputs.first
    package var onnxName: String { "Gather" }

    /// Without the batch.
    private let axis: Int
    /// Not negative.
    private var indices: [Int]
    /// The shape of the indices.
    private var shape: [Int]

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        guard node.node.operatorType == "Compress" else { return try node.gather() }
        // Without an axis it takes elements of all axes together.
        let x = try node.shape(0)
        guard node.has(attribute: "axis") || x.place == nil && x.rank == 1 else {
            throw node.unsupported("it takes elements of all axes together")
        }
        try node.along(default: 0)
    }

    package static func numberedInputs(_ node: AxisTranslation) -> NumberedInputs {
        node.node.operatorType == "Gather" && node.hasNumberedIndices ? .indices(inRows: false) : .moved([0])
    }

    package static func read(_ node: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        if node.proto.operatorType == "Compress" { return try Gather(compressing: &node) }
        return node.isConstant(1) ? try Gather(&node) : try Lookup(&node)
    }

    package init(axis: Int, indices: [Int]) {
        self.axis = axis
        self.indices = indices
        shape = [indices.count]
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let input = try node.batchedShape(0)
        axis = try node.perSampleAxis(try node.int("axis", default: 0), rank: input.count)
        shape = try node.shape(1).dimensions
        let given = try node.constantIntegers(1, "indices") ?? []
        let length = input[axis]
        if let outside = given.first(where: { !(-length..<length).contains($0) }) {
            throw node.unsupported("the index \(outside) is outside of the \(length) on its axis")
        }
        indices = given.map { $0 < 0 ? $0 + length : $0 }
    }

    /// The slices for which a condition holds; those behind its end are left out.
    private init(compressing node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let input = try node.batchedShape(0)
        axis = try node.perSampleAxis(try node.int("axis", default: 0), rank: input.count)
        let condition = try node.constantIntegers(1, "the condition") ?? []
        let taken = condition.indices.filter { condition[$0] != 0 }
        guard let last = taken.last, last < input[axis] else {
            throw node.unsupported("the condition takes nothing, or more than the \(input[axis]) on its axis")
        }
        indices = taken
        shape = [taken.count]
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let input = inputs[0]?.dimensions, axis < input.count, indices.allSatisfy({ $0 < input[axis] }) else {
            throw ShapeError("the indices do not fit the input")
        }
        return [Array(input[..<axis]) + shape + Array(input[(axis + 1)...])]
    }

    package func write(to node: inout NodeWriter) {
        let length = node.inputShapes[0]?.dimensions[axis] ?? 0
        let isOpen = node.openLengths(ofInput: 0)[axis] != nil
        // All in their order are all whatever the length of an axis that is open.
        if isOpen, indices.elementsEqual(0..<length) { return node.writeReshape() }
        node.set("axis", .int(node.fileAxis(axis)))
        // So is the last one the last.
        node.setConstant(1, TensorProto(name: "", dimensions: shape, int64s: isOpen && indices == [length - 1] ? [-1] : indices))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) takes some by their places")
        for own in shapes.inputs[0]?.dimensions.indices ?? 0..<0 where own != axis {
            links.link(.output(0, own < axis ? own : own - 1 + shape.count), .input(0, own))
        }
        if let longAxis { links.link(.input(0, axis), .output(0, axis + longAxis), .places(indices)) }
        return links
    }

    /// The only one of the axes of the indices that may be longer than 1.
    private var longAxis: Int? {
        let long = shape.indices.filter { shape[$0] != 1 }
        return long.count > 1 ? nil : long.first ?? shape.indices.first
    }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        guard let longAxis, let length = shapes.inputs[0]?.dimensions[axis] else { return self }
        var places = [Int](repeating: 0, count: length)
        for (place, old) in (kept(.input(0, axis)) ?? Array(0..<length)).enumerated() { places[old] = place }
        var result = self
        result.indices = (kept(.output(0, axis + longAxis)) ?? Array(indices.indices)).map { places[indices[$0]] }
        result.shape[longAxis] = result.indices.count
        return result
    }

    package func map(_ input: [Int]) -> ElementMap {
        let strides = Shape.strides(input)
        return ElementMap(
            places: input.indices.map { own in
                own == axis ? indices.map { $0 * strides[axis] } : (0..<input[own]).map { $0 * strides[own] }
            })
    }
}
