import NeuralGraph
import ONNX

/// `Hardmax`: 1 at the first greatest element along an axis, 0 elsewhere. There is no gradient.
///
/// Before opset 13 the operator worked on all axes from `axis` on together; that is the same where at most one of them is longer than 1.
package struct Hardmax: Operator {
    package static let onnxNames = ["Hardmax"]
    package var onnxName: String { "Hardmax" }

    /// Of a sample.
    private let axis: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try Softmax.translate(&node) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) { axis = try Softmax(&node).axis }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, axis < shape.count else { throw ShapeError("the input has no axis \(axis + 1)") }
        return [shape]
    }

    package func write(to node: inout NodeWriter) { node.set("axis", .int(node.fileAxis(axis))) }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .over(axis, shapes, onnxName) }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.outputs[0]
        return HardmaxKernel(length: shape[axis], inner: shape[(axis + 1)...].reduce(shapes.lanes, *))
    }
}

private struct HardmaxKernel: Kernel {
    let length: Int
    /// Floats side by side behind the axis.
    let inner: Int

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let y = pass.outputs[0].pointer
        y.update(repeating: 0, count: x.count)
        for column in 0..<x.count / length {
            let start = column / inner * length * inner + column % inner
            var best = 0
            for place in 1..<max(length, 1) where x.pointer[start + place * inner] > x.pointer[start + best * inner] { best = place }
            y[start + best * inner] = 1
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        dx.pointer.update(repeating: 0, count: dx.count)
    }
}
