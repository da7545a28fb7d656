import CKernels
import NeuralGraph
import ONNX

/// `Add Sub Mul Div Pow Mod PRelu BitwiseAnd BitwiseOr BitwiseXor`, element by element, with numpy's broadcasting: value with value, or
/// value with constant.
///
/// A constant belongs to all samples: its axes are aligned with the end of the sample's, `[1, C, 1, 1]` is `[C, 1, 1]`.
/// Constants that are added are biases, those that multiply or divide are scales, as is the slope of a PRelu; both are trained.
package struct Arithmetic: Operator {
    private static let functions: [(name: String, function: CKBinary)] = [
        ("Add", CK_ADD), ("Sub", CK_SUBTRACT), ("Mul", CK_MULTIPLY), ("Div", CK_DIVIDE), ("Pow", CK_POWER),
        ("Mod", CK_REMAINDER), ("PRelu", CK_PRELU), ("BitwiseAnd", CK_BITWISE_AND), ("BitwiseOr", CK_BITWISE_OR),
        ("BitwiseXor", CK_BITWISE_XOR),
    ]
    package static let onnxNames = functions.map(\.name)

    package let onnxName: String
    private let function: CKBinary
    /// Where results are integers.
    private let integers: IntegerResults?

    package static func numberedInputs(_ node: AxisTranslation) -> NumberedInputs {
        guard node.inputCount == 2 else { return .moved([]) }
        switch node.node.operatorType {
        case "Add": return .sum
        case "Sub": return .difference
        case "Mul":
            let others = [0, 1].filter { !(node.inputs[$0]?.constant?.tensor?.dataType.isInteger ?? false) }
            return others.count == 1 ? .product(of: others[0]) : .moved([])
        default: return .moved([])
        }
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        let named = try node.function(in: Self.functions)
        try node.limitInputs(to: 2)
        integers = IntegerResults(node.type(0))
        let isTruncated = onnxName == "Mod" ? try node.int("fmod", default: 0) != 0 : false
        switch named {
        case CK_DIVIDE where node.type(0).isInteger: function = CK_INTEGER_DIVIDE
        case CK_REMAINDER where isTruncated: function = CK_FMOD
        default: function = named
        }
        let role = Self.role(function)
        try node.alignOperands { _ in role }
    }

    private static func role(_ function: CKBinary) -> ParameterRole {
        switch function {
        case CK_ADD, CK_SUBTRACT: .bias
        case CK_MULTIPLY, CK_DIVIDE, CK_PRELU: .scale
        default: .statistic
        }
    }

    package func role(ofInput position: Int) -> ParameterRole { Self.role(function) }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2 else { throw ShapeError("an input is missing") }
        return [try Shape.broadcast(inputs)]
    }

    package func write(to node: inout NodeWriter) {
        switch function {
        case CK_FMOD: node.set("fmod", .int(1))
        case CK_BITWISE_AND, CK_BITWISE_OR, CK_BITWISE_XOR: node.require(opset: 18)
        default: break
        }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package var arithmetic: ArithmeticKind? {
        switch onnxName {
        case "Add": .sum
        case "Mul": .product
        case "Div": .quotient
        default: nil
        }
    }

    package var asEpilogue: EpilogueKind? { function == CK_ADD && integers == nil ? .addition : nil }

    /// Quotients and remainders are never beyond 2^24; there are none of a division by 0.
    package var boundsIntegers: Bool { integers != nil && ![CK_INTEGER_DIVIDE, CK_REMAINDER, CK_FMOD].contains(function) }

    package func kernel(for shapes: OperandShapes) -> any Kernel { BinaryKernel(function, shapes, integers: integers) }
}

extension Shape {
    /// The shape of an element-wise operation on all of these operands.
    static func broadcast(_ inputs: [OperandShape?]) throws(ShapeError) -> [Int] {
        var result: [Int] = []
        for input in inputs {
            guard let shape = input?.dimensions else { throw ShapeError("an input is missing") }
            guard let next = broadcast(result, shape) else { throw ShapeError("the shapes \(result) and \(shape) do not fit") }
            result = next
        }
        return result
    }
}
