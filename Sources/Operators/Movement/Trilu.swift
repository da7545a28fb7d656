import NeuralGraph
import ONNX

/// `Trilu`: of every matrix (the last two axes) the triangle above or below a diagonal; zeros elsewhere.
package struct Trilu: ElementMovingOperator {
    package static let onnxNames = ["Trilu"]
    package var onnxName: String { "Trilu" }

    private let takesUpper: Bool
    /// How far above the main one the diagonal is.
    private let diagonal: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.onLastAxes(2) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        guard try node.batchedShape(0).count >= 2 else { throw node.unsupported("its matrices go across the batch") }
        takesUpper = try node.int("upper", default: 1) != 0
        let given = try node.constantIntegers(1, "k")?.first ?? 0
        diagonal = min(max(given, -Shape.limit), Shape.limit)
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, shape.count >= 2 else { throw ShapeError("the input is no matrix") }
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        if !takesUpper { node.set("upper", .int(0)) }
        node.setConstant(1, TensorProto(name: "", dimensions: [], int64s: [diagonal]))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) works on rows and columns")
        let rank = shapes.outputs[0].count
        links.align(input: 0, shapes, except: [rank - 2, rank - 1])
        return links
    }

    package func map(_ input: [Int]) -> ElementMap {
        let (rows, columns) = (input[input.count - 2], input[input.count - 1])
        return ElementMap(
            places: [
                (0..<input.reduce(1, *)).map { place in
                    let distance = place % columns - place / columns % rows
                    return takesUpper == (distance > diagonal) || distance == diagonal ? place : nil
                }
            ])
    }
}
