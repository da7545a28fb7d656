import CKernels
import NeuralGraph
import ONNX

/// Functions of one value: `Relu LeakyRelu Clip Sigmoid Tanh Exp Log Sqrt Neg Abs Reciprocal HardSigmoid HardSwish Elu Selu
/// Celu Softplus Softsign Erf ThresholdedRelu Shrink Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Floor Ceil Round Sign IsNaN
/// IsInf Not BitwiseNot`.
package struct Unary: Operator, Kernel, Equatable {
    private static let functions: [(name: String, function: CKUnary)] = [
        ("Relu", CK_RELU), ("LeakyRelu", CK_LEAKY_RELU), ("Clip", CK_CLIP), ("Sigmoid", CK_SIGMOID),
        ("Tanh", CK_TANH), ("Exp", CK_EXP), ("Log", CK_LOG), ("Sqrt", CK_SQRT), ("Neg", CK_NEGATE),
        ("Abs", CK_ABSOLUTE), ("Reciprocal", CK_RECIPROCAL), ("HardSigmoid", CK_HARD_SIGMOID),
        ("HardSwish", CK_HARD_SWISH), ("Elu", CK_ELU), ("Selu", CK_SELU), ("Celu", CK_CELU), ("Softplus", CK_SOFTPLUS),
        ("Softsign", CK_SOFTSIGN), ("Erf", CK_ERF), ("Floor", CK_FLOOR), ("Ceil", CK_CEIL), ("Round", CK_ROUND),
        ("Sign", CK_SIGN), ("Not", CK_NOT), ("ThresholdedRelu", CK_THRESHOLDED_RELU), ("Shrink", CK_SHRINK),
        ("Sin", CK_SIN), ("Cos", CK_COS), ("Tan", CK_TAN), ("Asin", CK_ASIN), ("Acos", CK_ACOS), ("Atan", CK_ATAN),
        ("Sinh", CK_SINH), ("Cosh", CK_COSH), ("Asinh", CK_ASINH), ("Acosh", CK_ACOSH), ("Atanh", CK_ATANH),
        ("IsNaN", CK_IS_NAN), ("IsInf", CK_IS_INFINITE), ("BitwiseNot", CK_AFFINE),
    ]
    package static let onnxNames = functions.map(\.name)

    package let onnxName: String
    private let function: CKUnary
    /// The operator's constants: slope of LeakyRelu; bounds of Clip; bias and lambd of Shrink; whether IsInf means -inf, and inf; alpha and
    /// beta or gamma of others.
    private var a: Float = 0
    private var b: Float = 0
    /// Of Clip's bounds.
    private let type: DataType
    /// Where results are integers that the type may not hold: the least one has no opposite.
    private let integers: IntegerResults?

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        _ = try node.batchedShape(0)
        try node.limitInputs(to: node.proto.operatorType == "Clip" && node.opset >= 11 ? 3 : 1)
        let name = node.proto.operatorType
        onnxName = name
        function = try node.function(in: Self.functions)
        type = node.type(0)
        integers = name == "Neg" || name == "Abs" ? IntegerResults(type) : nil
        switch name {
        case "LeakyRelu":
            a = try node.float("alpha", default: 0.01)
        case "Clip":
            a = try Self.bound(&node, 1, "min") ?? -.greatestFiniteMagnitude
            b = try Self.bound(&node, 2, "max") ?? .greatestFiniteMagnitude
            // Where they cross, the upper bound holds.
            a = min(a, b)
        case "HardSigmoid":
            a = try node.float("alpha", default: 0.2)
            b = try node.float("beta", default: 0.5)
        case "Elu", "Celu", "ThresholdedRelu":
            a = try node.float("alpha", default: 1)
        case "Shrink":
            a = try node.float("bias", default: 0)
            b = try node.float("lambd", default: 0.5)
        case "IsInf":
            a = try node.int("detect_negative", default: 1) != 0 ? 1 : 0
            b = try node.int("detect_positive", default: 1) != 0 ? 1 : 0
        case "BitwiseNot":
            // -1 - x; of unsigned numbers the greatest one minus x.
            guard let range = type.integerRange, range.upperBound <= 1 << 24 || range.lowerBound < 0 else {
                throw node.unsupported("numbers of type \(type)")
            }
            (a, b) = (-1, range.lowerBound < 0 ? -1 : Float(range.upperBound))
        case "Selu":
            a = try node.float("alpha", default: 1.67326319217681884765625)
            b = try node.float("gamma", default: 1.05070102214813232421875)
        default: break
        }
    }

    package static let hardSwish = Unary("HardSwish", CK_HARD_SWISH)
    package static let hardSigmoid = Unary("HardSigmoid", CK_HARD_SIGMOID, 1 / 6, 0.5)
    package static let relu6 = Unary("Clip", CK_CLIP, 0, 6)

    private init(_ onnxName: String, _ function: CKUnary, _ a: Float = 0, _ b: Float = 0) {
        self.onnxName = onnxName
        self.function = function
        self.a = a
        self.b = b
        type = .float
        integers = nil
    }

    /// An attribute before opset 11, a constant input since.
    private static func bound(
        _ node: inout NodeReader, _ position: Int, _ name: String
    ) throws(UnsupportedNode) -> Float? {
        if node.opset < 11 { return node.has(name) ? try node.float(name, default: 0) : nil }
        guard let bound = try node.constantNumbers(position, name)?.first else { return nil }
        guard node.type(0).holds(bound) else { throw node.unsupported("\(name) \(bound) is no \(node.type(0))") }
        return bound
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType {
        onnxName == "IsNaN" || onnxName == "IsInf" ? .bool : inputs.first.flatMap(\.self) ?? .float
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions else { throw ShapeError("the input is missing") }
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        switch onnxName {
        case "LeakyRelu", "Elu", "Celu", "ThresholdedRelu": node.set("alpha", .float(a))
        case "HardSigmoid":
            node.set("alpha", .float(a))
            node.set("beta", .float(b))
        case "Selu":
            node.set("alpha", .float(a))
            node.set("gamma", .float(b))
        case "Clip":
            for (position, bound) in [(1, a), (2, b)] where type == .float || bound.magnitude <= 0x1p24 {
                node.setConstant(position, TensorProto(name: "", dimensions: [], dataType: type, numbers: [bound]))
            }
        case "Shrink":
            node.set("bias", .float(a))
            node.set("lambd", .float(b))
        case "IsInf":
            node.set("detect_negative", .int(Int(a)))
            node.set("detect_positive", .int(Int(b)))
        case "BitwiseNot": node.require(opset: 18)
        default: break
        }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package var probabilities: Probabilities? { function == CK_SIGMOID ? .yes : nil }

    package var asEpilogue: EpilogueKind? { function == CK_RELU ? .relu : nil }

    package func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        ck_unary_forward(function, a, b, Int64(x.count), x.pointer, pass.outputs[0].pointer)
        integers?.take(pass.outputs[0].pointer, count: x.count)
    }

    package func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack {
        switch function {
        case CK_NEGATE, CK_AFFINE: .none
        case CK_SIGMOID, CK_TANH, CK_EXP, CK_SQRT, CK_RECIPROCAL, CK_HARD_SIGMOID, CK_TAN: ValuesReadBack(outputs: true)
        case CK_ELU, CK_SELU, CK_CELU: ValuesReadBack(inputs: [0], outputs: true)
        default: ValuesReadBack(inputs: [0])
        }
    }

    package func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0], let dx = pass.inputGradients[0] else { return }
        ck_unary_gradient(
            function, a, b, Int64(x.count), x.pointer, pass.outputs[0].pointer, pass.outputGradients[0].pointer,
            dx.pointer)
    }
}
