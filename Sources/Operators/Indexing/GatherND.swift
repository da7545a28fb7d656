import NeuralGraph
import ONNX

/// `GatherND`: of the data the slices that the rows of the indices name, in each sample for itself.
///
/// Data `[B…, D…]` and indices `[B…, I…, K]` give `[B…, I…, …]`: each row of K numbers names a slice by its first K axes behind `B…`. An
/// index beyond its axis gives NaN. The gradient of indices is 0.
package struct GatherND: Operator {
    package static let onnxNames = ["GatherND"]
    package var onnxName: String { "GatherND" }

    /// Axes of a sample that data and indices have in common.
    private let batchAxes: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.gatherND() }

    package static func numberedInputs(_ node: AxisTranslation) -> NumberedInputs {
        node.hasNumberedIndices ? .indices(inRows: true) : .moved([])
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let (data, indices) = (try node.shape(0), try node.shape(1))
        guard data.isBatched || indices.isBatched else { throw node.unsupported("all inputs are constants") }
        batchAxes = try node.int("batch_dims", default: 0) - (data.isBatched ? 1 : 0)
        guard batchAxes >= 0 else { throw node.unsupported("it works across the batch (axis 0)") }
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let data = inputs[0]?.dimensions, let indices = inputs[1]?.dimensions, let width = indices.last else {
            throw ShapeError("an input is missing")
        }
        guard batchAxes < indices.count, width >= 1, batchAxes + width <= data.count,
            data[..<batchAxes] == indices[..<batchAxes]
        else { throw ShapeError("the indices \(indices) do not fit \(data)") }
        guard let count = Shape.count(data), count < Shape.limit else { throw ShapeError("\(data) is too large to select from") }
        return [Array(indices.dropLast()) + data[(batchAxes + width)...]]
    }

    package func write(to node: inout NodeWriter) {
        let countsBatch = node.batch == .axis0 && node.inputShapes[0]?.isBatched == true
        if batchAxes > 0 || countsBatch { node.set("batch_dims", .int(batchAxes + (countsBatch ? 1 : 0))) }
        if countsBatch, node.inputShapes[1]?.isBatched == false { node.repeatForBatch(1) }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) takes some by their places")
        guard let data = shapes.inputs[0]?.dimensions, let indices = shapes.inputs[1]?.dimensions else { return links }
        let width = indices[indices.count - 1]
        for own in 0..<batchAxes { links.link(.output(0, own), .input(0, own)) }
        for own in 0..<(indices.count - 1) { links.link(.output(0, own), .input(1, own)) }
        for own in (batchAxes + width)..<data.count {
            links.link(.output(0, own - batchAxes - width + indices.count - 1), .input(0, own))
        }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let data = shapes.inputs[0], let indices = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        let (strides, steps) = (Shape.strides(data.dimensions), Shape.strides(indices.dimensions))
        let (width, rows) = (indices.dimensions[steps.count - 1], steps.count - 1)
        let inBatch = (0..<rows).map { (index: steps[$0], start: $0 < batchAxes ? strides[$0] : 0) }
        let inSlice = strides[(batchAxes + width)...].map { (index: 0, start: $0) }
        return LookupKernel(
            IndexedPlaces(
                elements: IndexedPlaces.elements(shapes.outputs[0], steps: inBatch + inSlice),
                axes: (batchAxes..<batchAxes + width).map { (data.dimensions[$0], strides[$0]) }, lanes: shapes.lanes,
                areBatched: indices.isBatched),
            isBatched: data.isBatched)
    }
}
