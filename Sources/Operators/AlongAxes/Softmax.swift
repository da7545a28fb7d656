import CKernels
import NeuralGraph
import ONNX

/// `Softmax` and `LogSoftmax` along one axis of the sample.
///
/// Before opset 13 the operator worked on all axes from `axis` on together; that is the same where at most one of them
/// is longer than 1.
package struct Softmax: Operator {
    package static let onnxNames = ["Softmax", "LogSoftmax"]


    package let onnxName: String
    /// Of the classes, without the batch.
    package let axis: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        if node.opset < 13 { try node.fromAxisOn(default: 1) } else { try node.along(default: -1) }
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 1)
        let input = try node.batchedShape(0)
        let isJoint = node.opset < 13
        let given = try node.int("axis", default: isJoint ? 1 : -1)
        let first = try node.perSampleAxis(given, rank: input.count)
        guard isJoint else {
            axis = first
            return
        }
        let long = (first..<input.count).filter { input[$0] != 1 }
        guard long.count <= 1 else {
            throw node.unsupported(
                "before opset 13 it is taken over all axes from \(given) on together, here \(Array(input[first...])); "
                    + "one axis is supported")
        }
        axis = long.first ?? first
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, axis < shape.count else {
            throw ShapeError("the input has no axis \(axis + 1)")
        }
        return [shape]
    }

    package func write(to node: inout NodeWriter) { node.set("axis", .int(node.fileAxis(axis))) }

    package var probabilities: Probabilities? { .classes(axis: axis) }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .over(axis, shapes, onnxName) }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.outputs[0]
        return SoftmaxKernel(
            isLogarithm: onnxName == "LogSoftmax", outer: Int64(shape[..<axis].reduce(1, *)),
            classes: Int64(shape[axis]), inner: Int64(shape[(axis + 1)...].reduce(shapes.lanes, *)))
    }
}

/// Softmax over the middle axis of `[outer, classes, inner]`; lanes are part of what is inside.
private struct SoftmaxKernel: Kernel {
    let isLogarithm: Bool
    let outer: Int64
    let classes: Int64
    let inner: Int64

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        ck_softmax_forward(isLogarithm, outer, classes, inner, x.pointer, pass.outputs[0].pointer)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(outputs: true) }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        ck_softmax_gradient(
            isLogarithm, outer, classes, inner, pass.outputs[0].pointer, pass.outputGradients[0].pointer, dx.pointer)
    }
}
