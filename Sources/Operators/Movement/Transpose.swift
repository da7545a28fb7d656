import NeuralGraph
import ONNX

/// `Transpose` of the axes of a sample; the batch stays in front.
package struct Transpose: ElementMovingOperator {
    package static let onnxNames = ["Transpose"]
    package static let movedInputs = MovedInputs.first
    package var onnxName: String { "Transpose" }

    /// For each axis of the output the one of the input, without the batch.
    package let order: [Int]

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.transpose() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 1)
        let rank = try node.batchedShape(0).count + 1
        let whole = try node.ints("perm") ?? Array((0..<rank).reversed())
        guard whole.sorted() == Array(0..<rank) else {
            throw node.unsupported("perm \(whole) is no order of \(rank) axes")
        }
        guard whole.first == 0 else { throw node.unsupported("perm \(whole) takes the batch from its place in front") }
        order = whole.dropFirst().map { $0 - 1 }
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, shape.count == order.count else {
            throw ShapeError("the input has not \(order.count + 1) axes")
        }
        return [order.map { shape[$0] }]
    }

    package func write(to node: inout NodeWriter) {
        node.set("perm", .ints(Array(0..<node.batch.axes) + order.map { node.fileAxis($0) }))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: onnxName)
        for (axis, own) in order.enumerated() { links.link(.output(0, axis), .input(0, own)) }
        return links
    }

    package func map(_ input: [Int]) -> ElementMap {
        let strides = Shape.strides(input)
        return ElementMap(places: order.map { axis in (0..<input[axis]).map { $0 * strides[axis] } })
    }
}
