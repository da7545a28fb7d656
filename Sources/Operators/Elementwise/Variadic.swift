import CKernels
import NeuralGraph
import ONNX

/// `Max Min Sum Mean` of any number of inputs, from the first to the last, with numpy's broadcasting.
///
/// The gradient of a maximum or minimum goes to every input that is the result.
package struct Variadic: Operator {
    private static let functions: [(name: String, function: CKBinary)] = [
        ("Max", CK_MAXIMUM), ("Min", CK_MINIMUM), ("Sum", CK_ADD), ("Mean", CK_ADD),
    ]
    package static let onnxNames = functions.map(\.name)

    package let onnxName: String
    private let function: CKBinary

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        function = try node.function(in: Self.functions)
        let role = Self.role(function)
        try node.alignOperands { _ in role }
    }

    private static func role(_ function: CKBinary) -> ParameterRole { function == CK_ADD ? .bias : .statistic }

    package func role(ofInput position: Int) -> ParameterRole { Self.role(function) }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        [try Shape.broadcast(inputs)]
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let output = shapes.outputs[0]
        let whole = OperandShape(output, isBatched: true)
        return VariadicKernel(
            function: function, factor: onnxName == "Mean" ? 1 / Float(shapes.inputs.count) : 1,
            runs: shapes.inputs.map {
                BroadcastRuns(whole, $0 ?? whole, output: output, lanes: shapes.lanes)
            })
    }
}

private struct VariadicKernel: Kernel {
    let function: CKBinary
    /// Of the whole result.
    let factor: Float
    /// Of the output with each input.
    let runs: [BroadcastRuns]

    func forward(_ pass: ForwardPass) {
        let y = pass.outputs[0]
        for (input, runs) in runs.enumerated() {
            guard let x = pass.inputs[input] else { continue }
            runs.loop.forEach { position, _, offset in
                let (start, source) = (y.pointer + position * runs.length, x.pointer + offset)
                if input > 0 {
                    ck_binary(function, Int64(runs.length), start, 1, source, runs.bStride, start)
                } else {
                    ck_binary(CK_MAXIMUM, Int64(runs.length), source, runs.bStride, source, runs.bStride, start)
                }
            }
        }
        if factor != 1 { ck_scale(Int64(y.count), factor, y.pointer) }
    }

    func backward(_ pass: BackwardPass) {
        let (y, dy) = (pass.outputs[0].pointer, pass.outputGradients[0].pointer)
        for (input, runs) in runs.enumerated() {
            guard let x = pass.inputs[input], let dx = pass.inputGradients[input] else { continue }
            dx.pointer.update(repeating: 0, count: dx.count)
            runs.loop.forEach { position, _, offset in
                let start = position * runs.length
                ck_binary_gradient(
                    function, false, Int64(runs.length), x.pointer + offset, runs.bStride, y + start, 1, y + start,
                    dy + start, dx.pointer + offset)
            }
            if factor != 1 { ck_scale(Int64(dx.count), factor, dx.pointer) }
        }
    }
}
