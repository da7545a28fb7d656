import NeuralGraph
import ONNX

/// `ScatterElements` and `ScatterND`: a copy of the data in which updates stand, or are added and so on, where indices say, in each sample
/// for itself. Updates take effect in their order. An index beyond its axis has no effect.
///
/// Elements: indices and updates of one shape, each index a place on the axis. ND: indices `[I…, K]`, each row of which names a slice of
/// the data `[D…]` by its first K axes, and updates `[I…, slice…]`. The gradient of a maximum or minimum goes in equal
/// shares to all that are the result.
package struct Scatter: Operator {
    package static let onnxNames = ["ScatterElements", "ScatterND"]

    package let onnxName: String
    /// Of elements; of a sample.
    private let axis: Int
    private let reduction: Reduction

    enum Reduction: String, Sendable { case none, add, mul, max, min }

    private var takesSlices: Bool { onnxName == "ScatterND" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        if node.node.operatorType == "ScatterND" { try node.scatterND() } else { try node.gatherElements(countsBatch: true) }
    }

    /// Reads a node whose indices are those of a sample: constant ones are there for all samples, and do not count the batch.
    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 3)
        let shapes = [try node.shape(0), try node.shape(1), try node.shape(2)]
        guard shapes.contains(where: \.isBatched) else { throw node.unsupported("all inputs are constants") }
        guard node.batch == .invocation || onnxName != "ScatterND" || !shapes[1].isBatched else {
            throw node.unsupported("its indices are computed, not constant")
        }
        reduction = try node.choice("reduction", default: .none)
        let takesElements = onnxName == "ScatterElements"
        axis = takesElements ? try node.perSampleAxis(try node.int("axis", default: 0), rank: shapes[0].dimensions.count) : 0
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 3, let data = inputs[0]?.dimensions, let indices = inputs[1]?.dimensions,
            let updates = inputs[2]?.dimensions
        else { throw ShapeError("an input is missing") }
        guard let count = Shape.count(data), count < Shape.limit else { throw ShapeError("\(data) is too large to change") }
        guard takesSlices else {
            guard data.count == indices.count, indices == updates, axis < data.count,
                zip(data, indices).enumerated().allSatisfy({ $0 == axis || $1.0 >= $1.1 })
            else { throw ShapeError("the indices \(indices) and updates \(updates) do not fit \(data)") }
            return [data]
        }
        guard let width = indices.last, (1...data.count).contains(width), updates == indices.dropLast() + data[width...] else {
            throw ShapeError("the indices \(indices) and updates \(updates) do not fit \(data)")
        }
        return [data]
    }

    package func write(to node: inout NodeWriter) {
        if !takesSlices {
            node.set("axis", .int(node.fileAxis(axis)))
            for position in 0..<3 where node.inputShapes[position]?.isBatched == false { node.repeatForBatch(position) }
        }
        if reduction != .none {
            node.set("reduction", .string(Array(reduction.rawValue.utf8)))
            if reduction == .max || reduction == .min { node.require(opset: 18) }
        }
        if takesSlices, node.batch == .axis0 { writeBatchBehindSlices(&node) }
    }

    /// The indices do not count the batch, so that it has to stand behind the axes that they count.
    private func writeBatchBehindSlices(_ node: inout NodeWriter) {
        for position in [0, 2] where node.inputShapes[position]?.isBatched == false { node.repeatForBatch(position) }
        guard let indices = node.inputShapes[1]?.dimensions, let width = indices.last else { return }
        func behind(_ count: Int, rank: Int) -> [Int] { Array(1..<(count + 1)) + [0] + ((count + 1)..<max(count + 1, rank + 1)) }
        let (rank, rows) = (node.outputShapes[0].count, indices.count - 1)
        node.transposeInput(0, behind(width, rank: rank))
        node.transposeInput(2, behind(rows, rank: rows + rank - width))
        node.transposeOutput(0, [width] + (0..<width) + ((width + 1)..<max(width + 1, rank + 1)))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) changes some by their places")
        guard let data = shapes.inputs[0]?.dimensions, let indices = shapes.inputs[1]?.dimensions else { return links }
        if takesSlices {
            let (width, rows) = (indices[indices.count - 1], indices.count - 1)
            for own in width..<data.count {
                links.link(.output(0, own), .input(0, own))
                links.link(.output(0, own), .input(2, own - width + rows))
            }
            return links
        }
        for own in data.indices where own != axis && data[own] == indices[own] {
            for input in 0..<3 { links.link(.output(0, own), .input(input, own)) }
        }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let data = shapes.inputs[0], let indices = shapes.inputs[1], let updates = shapes.inputs[2] else {
            preconditionFailure("all inputs are needed")
        }
        let (strides, steps) = (Shape.strides(data.dimensions), Shape.strides(indices.dimensions))
        var walk: [(index: Int, start: Int)]
        var axes: [IndexedPlaces.Axis]
        if takesSlices {
            let width = indices.dimensions[steps.count - 1]
            walk = steps.dropLast().map { ($0, 0) } + strides[width...].map { (0, $0) }
            axes = (0..<width).map { (data.dimensions[$0], strides[$0]) }
        } else {
            walk = steps.indices.map { (steps[$0], $0 == axis ? 0 : strides[$0]) }
            axes = [(data.dimensions[axis], strides[axis])]
        }
        return ScatterKernel(
            IndexedPlaces(
                elements: IndexedPlaces.elements(updates.dimensions, steps: walk), axes: axes, lanes: shapes.lanes,
                areBatched: indices.isBatched),
            reduction, data: data, updates: updates)
    }
}
