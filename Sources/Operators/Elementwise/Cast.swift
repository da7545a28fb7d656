import CKernels
import NeuralGraph
import ONNX

/// `Cast` between floats, integers and truth values. Floats lose what is behind the point; every number but 0 is true.
package struct Cast: Operator {
    package static let onnxNames = ["Cast"]
    package var onnxName: String { "Cast" }

    private let target: DataType
    /// `nil` where the number stays as it is.
    private let function: CKUnary?
    /// Where numbers may be none of the type.
    private let integers: IntegerResults?

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.elementwise([0]) }

    package static func numberedInputs(_ node: AxisTranslation) -> NumberedInputs { .moved([0]) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 1)
        _ = try node.batchedShape(0)
        let number = try node.int("to", default: 0)
        guard let target = DataType(rawValue: number), target == .float || target.isInteger else {
            throw node.unsupported("values are cast to float, integers and bool only, not to type \(number)")
        }
        self.target = target
        integers = IntegerResults.wraps(from: node.type(0), to: target) ? IntegerResults(target) : nil
        switch (node.type(0), target) {
        case (.bool, _): function = nil
        case (_, .bool): function = CK_TRUTH
        case (.float, .float): function = nil
        case (.float, _): function = CK_TRUNCATE
        default: function = nil
        }
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { target }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { inputs[0] && integers == nil }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions else { throw ShapeError("the input is missing") }
        return [shape]
    }

    package func write(to node: inout NodeWriter) { node.set("to", .int(target.rawValue)) }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package var isView: Bool { function == nil && integers == nil }

    package var boundsIntegers: Bool { integers != nil }

    package func kernel(for shapes: OperandShapes) -> any Kernel { CastKernel(function: function, integers: integers) }
}

private struct CastKernel: Kernel {
    let function: CKUnary?
    let integers: IntegerResults?

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        if let function {
            ck_unary_forward(function, 0, 0, Int64(x.count), x.pointer, pass.outputs[0].pointer)
        } else {
            pass.outputs[0].pointer.update(from: x.pointer, count: x.count)
        }
        integers?.take(pass.outputs[0].pointer, count: x.count)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        if function == nil {
            dx.pointer.update(from: pass.outputGradients[0].pointer, count: dx.count)
        } else {
            dx.pointer.update(repeating: 0, count: dx.count)
        }
    }
}
