import CKernels
import NeuralGraph
import ONNX

/// `Equal Less Greater LessOrEqual GreaterOrEqual And Or Xor` with numpy's broadcasting. Truth is 1, untruth 0; there is no
/// gradient.
package struct Comparison: Operator {
    private static let functions: [(name: String, function: CKBinary)] = [
        ("Equal", CK_EQUAL), ("Less", CK_LESS), ("Greater", CK_GREATER), ("LessOrEqual", CK_LESS_OR_EQUAL),
        ("GreaterOrEqual", CK_GREATER_OR_EQUAL), ("And", CK_AND), ("Or", CK_OR), ("Xor", CK_XOR),
    ]
    package static let onnxNames = functions.map(\.name)
    package static let isExactBeyondSmallIntegers = true

    package let onnxName: String
    private let function: CKBinary

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        function = try node.function(in: Self.functions)
        try node.limitInputs(to: 2)
        try node.alignOperands { _ in .statistic }
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }
    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { .bool }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { true }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2 else { throw ShapeError("an input is missing") }
        return [try Shape.broadcast(inputs)]
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package func kernel(for shapes: OperandShapes) -> any Kernel { BinaryKernel(function, shapes) }
}
