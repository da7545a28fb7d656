import CKernels
import NeuralGraph
import ONNX

/// `Gather` and `GatherElements` by indices that depend on the sample: of a constant (an embedding), or of a value.
///
/// An index beyond the axis gives NaN. The gradient of indices is 0.
package struct Lookup: Operator {
    package static let onnxNames = ["GatherElements"]
    package static let movedInputs = MovedInputs.first

    package let onnxName: String
    /// Of a sample of the data; of constants in full.
    private let axis: Int
    private let isConstant: Bool
    /// The data are an embedding: a matrix of trained numbers, of which rows are taken.
    private let isEmbedding: Bool

    private var takesElements: Bool { onnxName == "GatherElements" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.gatherElements() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 2)
        let (data, indices) = (try node.shape(0), try node.shape(1))
        let given = try node.int("axis", default: 0)
        isConstant = !data.isBatched
        isEmbedding = isConstant && onnxName == "Gather" && data.dimensions.count >= 2 && node.type(0) == .float
        guard data.isBatched || indices.isBatched else { throw node.unsupported("all inputs are constants") }
        axis = isConstant ? given : try node.perSampleAxis(given, rank: data.dimensions.count)
    }

    package func places(namedByInput position: Int, _ shapes: NodeShapes) -> Range<Int>? {
        guard position == 1, let length = shapes.inputs[0]?.dimensions[axis] else { return nil }
        return -length..<length
    }

    package func role(ofInput position: Int) -> ParameterRole { position == 0 && isEmbedding ? .weight : .statistic }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { inputs[0] }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let data = inputs[0]?.dimensions, let indices = inputs[1]?.dimensions, axis < data.count
        else { throw ShapeError("an input is missing") }
        guard let count = Shape.count(data), count < Shape.limit else { throw ShapeError("\(data) is too large to select from") }
        guard takesElements else { return [Array(data[..<axis]) + indices + Array(data[(axis + 1)...])] }
        guard data.count == indices.count, zip(data, indices).enumerated().allSatisfy({ $0 == axis || $1.0 >= $1.1 })
        else { throw ShapeError("the indices \(indices) do not fit \(data)") }
        return [indices]
    }

    package func write(to node: inout NodeWriter) {
        guard !takesElements else {
            node.set("axis", .int(node.fileAxis(axis)))
            for position in 0..<2 where node.inputShapes[position]?.isBatched == false { node.repeatForBatch(position) }
            return
        }
        node.set("axis", .int(isConstant ? axis : node.fileAxis(axis)))
        guard isConstant, axis > 0, node.batch == .axis0 else { return }
        // The axes of the constant before that of the indices come before the batch.
        node.transposeOutput(0, [axis] + (0...node.outputShapes[0].count).filter { $0 != axis })
    }

    /// The width of an embedding goes with what is looked up.
    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) takes some by their places")
        guard !takesElements, let data = shapes.inputs[0]?.dimensions, let indices = shapes.inputs[1]?.dimensions else { return links }
        for own in data.indices where own != axis {
            links.link(.output(0, own < axis ? own : own - 1 + indices.count), .input(0, own))
        }
        for own in indices.indices { links.link(.output(0, axis + own), .input(1, own)) }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let data = shapes.inputs[0], let indices = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        let (strides, steps) = (Shape.strides(data.dimensions), Shape.strides(indices.dimensions))
        var walk: [(index: Int, start: Int)] = []
        if takesElements {
            walk = shapes.outputs[0].indices.map { (steps[$0], $0 == axis ? 0 : strides[$0]) }
        } else {
            walk = strides[..<axis].map { (0, $0) } + steps.map { ($0, 0) } + strides[(axis + 1)...].map { (0, $0) }
        }
        return LookupKernel(
            IndexedPlaces(
                elements: IndexedPlaces.elements(shapes.outputs[0], steps: walk), axes: [(data.dimensions[axis], strides[axis])],
                lanes: shapes.lanes, areBatched: indices.isBatched),
            isBatched: data.isBatched)
    }
}
