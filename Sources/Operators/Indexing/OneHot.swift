import NeuralGraph
import ONNX

/// `OneHot`: along a new axis a number where the index says, another one elsewhere. An index beyond the axis says nothing. There is no
/// gradient.
package struct OneHot: Operator {
    package static let onnxNames = ["OneHot"]
    package var onnxName: String { "OneHot" }

    /// The new axis, of a sample.
    private let axis: Int
    private let depth: Int
    private let off: Float
    private let on: Float
    private let type: DataType

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.newAxis(default: -1) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 3)
        let rank = try node.batchedShape(0).count
        axis = try node.perSampleAxis(try node.int("axis", default: -1), rank: rank + 1)
        guard let depth = try node.constantNumbers(1, "the depth"), depth.count == 1, (1...Float(Shape.limit)).contains(depth[0]) else {
            throw node.unsupported("its depth is no number above 0")
        }
        guard let values = try node.constantNumbers(2, "the values"), values.count == 2 else {
            throw node.unsupported("it has not two values")
        }
        self.depth = Int(depth[0])
        (off, on) = (values[0], values[1])
        type = node.type(2)
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { type }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard var shape = inputs[0]?.dimensions, axis <= shape.count else { throw ShapeError("the input has no axis \(axis)") }
        shape.insert(depth, at: axis)
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        node.set("axis", .int(node.fileAxis(axis)))
        node.setConstant(1, TensorProto(name: "", dimensions: [], int64s: [depth]))
        node.setConstant(2, TensorProto(name: "", dimensions: [2], dataType: type, numbers: [off, on]))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) counts along the axis")
        for own in shapes.inputs[0]?.dimensions.indices ?? 0..<0 { links.link(.output(0, own < axis ? own : own + 1), .input(0, own)) }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        OneHotKernel(depth: depth, inner: shapes.outputs[0][(axis + 1)...].reduce(shapes.lanes, *), off: off, on: on)
    }
}

private struct OneHotKernel: Kernel {
    let depth: Int
    /// Floats side by side behind the new axis.
    let inner: Int
    let off: Float
    let on: Float

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let y = pass.outputs[0]
        y.pointer.update(repeating: off, count: y.count)
        for place in 0..<x.count {
            let index = x.pointer[place]
            guard index >= -Float(depth), index < Float(depth) else { continue }
            let own = Int(index) < 0 ? Int(index) + depth : Int(index)
            y.pointer[(place / inner * depth + own) * inner + place % inner] = on
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        dx.pointer.update(repeating: 0, count: dx.count)
    }
}
