import CKernels
import NeuralGraph
import ONNX

/// `Identity`, and `Dropout`, which does nothing outside of training. Only left in a graph where the name of a network
/// output hangs on it.
package struct Identity: Operator, Kernel {
    package static let onnxNames = ["Identity", "Dropout"]
    package static let movedInputs = MovedInputs.first
    package var onnxName: String { hasMask ? "Dropout" : "Identity" }

    /// Whether the mask of what is kept, which is everything, is given out too.
    private let hasMask: Bool

    /// What an operator is that changes nothing in the case at hand.
    init() { hasMask = false }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.elementwise([0]) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        _ = try node.batchedShape(0)
        hasMask = node.proto.outputs.count == 2
        let isDropout = node.proto.operatorType == "Dropout"
        try node.limitInputs(to: isDropout && node.opset >= 12 ? 3 : 1)
        _ = try node.constantFloats(1, "the ratio")
        let trains = try node.constantIntegers(2, "training_mode")?.first ?? 0
        guard trains == 0 else { throw node.unsupported("it drops values at random (training_mode)") }
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType {
        position == 1 ? .bool : inputs.first.flatMap(\.self) ?? .float
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions else { throw ShapeError("the input is missing") }
        return hasMask ? [shape, shape] : [shape]
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package var isView: Bool { !hasMask }

    package func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        pass.outputs[0].pointer.update(from: x.pointer, count: x.count)
        if hasMask { pass.outputs[1].pointer.update(repeating: 1, count: x.count) }
    }

    package func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    package func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        dx.pointer.update(from: pass.outputGradients[0].pointer, count: dx.count)
    }
}
