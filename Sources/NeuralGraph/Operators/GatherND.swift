import ONNX

/// `GatherND`: of the data the slices that the rows of the indices name, in each sample for itself.
///
/// Data `[B…, D…]` and indices `[B…, I…, K]` give `[B…, I…, …]`: each row of K numbers names a slice by its first K axes behind `B…`. An
/// index beyond its axis gives NaN. The gradient of indices is 0.
package struct GatherND: Operator {
    package static let onnxNames = ["GatherND"]
    package static let readsInvocations = true
    package var onnxName: String { "GatherND" }

    /// Axes of a sample that data and indices have in common.
    private let batchAxes: Int
    /// Whether `batch_dims` counts the batch too.
    private let countsBatch: Bool
    /// Whether the indices are constant and those of every sample.
    private let areCommon: Bool

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let (data, indices) = (try node.shape(0), try node.shape(1))
        let given = try node.int("batch_dims", default: 0)
        countsBatch = node.batch == .axis0 && data.isBatched
        guard node.batch == .invocation || indices.isBatched, data.isBatched || indices.isBatched, given >= (countsBatch ? 1 : 0),
            countsBatch || node.batch == .invocation || given == 0
        else { throw node.unsupported("it works across the batch (axis 0)") }
        batchAxes = given - (countsBatch ? 1 : 0)
        areCommon = false
    }

    /// Reads a node whose indices are those of a sample: constant ones are there for all samples, and do not count the batch.
    package init(samplesOf node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let (data, indices) = (try node.shape(0), try node.shape(1))
        guard node.batch == .axis0, data.isBatched, !indices.isBatched, try node.int("batch_dims", default: 0) == 0 else {
            try self.init(&node)
            return
        }
        self.init(batchAxes: 0, countsBatch: false, areCommon: true)
    }

    private init(batchAxes: Int, countsBatch: Bool, areCommon: Bool) {
        self.batchAxes = batchAxes
        self.countsBatch = countsBatch
        self.areCommon = areCommon
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
        let given = batchAxes + (countsBatch ? 1 : 0)
        if given > 0 { node.set("batch_dims", .int(given)) }
        guard areCommon, let data = node.inputShapes[0]?.dimensions, let indices = node.inputShapes[1]?.dimensions else { return }
        node.moveBatch(ofInput: 0, behind: indices[indices.count - 1], rank: data.count)
        node.moveBatch(ofOutput: 0, behind: indices.count - 1, rank: node.outputShapes[0].count)
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
