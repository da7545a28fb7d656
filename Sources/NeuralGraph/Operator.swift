import ONNX

/// An operator of the network: its shapes, its arithmetic and what pruning must know, side by side in one file each.
///
/// A new operator is one type with this protocol and one line in `OperatorList`.
package protocol Operator: Sendable {
    /// The name of the ONNX operator that this one is written as.
    var onnxName: String { get }

    /// The names of ONNX operators that are read as this one.
    static var onnxNames: [String] { get }

    /// Reads attributes and constant inputs of a node; unusual forms that are not understood are refused.
    init(_ node: inout NodeReader) throws(UnsupportedNode)

    /// Reads a node as this operator, or as another one that is the same thing in this case.
    static func read(_ node: inout NodeReader) throws(UnsupportedNode) -> any Operator

    /// Translates what a node says of axes to operands with the batch in front, and tells where the batch is in its outputs in the file.
    static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode)

    /// Whether a node has outputs that nobody uses for a reason: how many there are says something, too.
    static var needsAllOutputs: Bool { get }

    /// Inputs of which the outputs are elements, moved and no more: any number comes through.
    static var movedInputs: MovedInputs { get }

    /// How a node takes integers that tell the samples of the batch apart by their numbers.
    static func numberedInputs(_ node: AxisTranslation) -> NumberedInputs

    /// Whether the outputs are right for integers of any size that are floats, beyond 2^24 too, as those of a comparison.
    static var isExactBeyondSmallIntegers: Bool { get }

    /// The element type of an output, from those of the inputs.
    func outputType(_ position: Int, inputs: [DataType?]) -> DataType

    /// Whether no element of an output is below 0, if that is so of these inputs.
    func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool

    /// The per-sample shapes of the outputs.
    func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]]

    /// The whole numbers that name places at an input, where it is for that; what another one names is not there, and NaN.
    func places(namedByInput position: Int, _ shapes: NodeShapes) -> Range<Int>?

    /// What the parameter at an input is to this operator.
    func role(ofInput position: Int) -> ParameterRole

    /// What the weight at an input is called, where the operator has more than one.
    func name(ofWeight position: Int) -> String?

    /// Writes the node in opset `NodeWriter.opset`.
    func write(to node: inout NodeWriter)

    /// The axis of a weight of this shape on which the output's channels stand, each once, if there is one.
    func unitAxis(ofWeight shape: [Int]) -> Int?

    /// Multiplications with following addition that a sample takes, as far as they are counted: those of products of matrices and of
    /// convolutions.
    func multiplyAdds(_ shapes: NodeShapes) -> Int

    /// Whether results are integers that are none (NaN) beyond 2^24, and for no other reason.
    var boundsIntegers: Bool { get }

    /// Whether every output is made of inputs alone, with no padding between them.
    var readsOnlyInputs: Bool { get }

    /// The node as a product of the weight at input 1 with what it makes of input 0, if it is one.
    func weightProduct(_ shapes: OperandShapes) -> WeightProduct?

    /// Which channels of inputs, outputs and parameters go together.
    func channelLinks(_ shapes: NodeShapes) -> ChannelLinks

    /// The operator for operands of which only some channels are left.
    ///
    /// - Parameters:
    ///   - kept: the old index of what is left at each new one; `nil` for an axis that stays as it is.
    ///   - shapes: the old ones.
    func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator

    /// For an operator that is one multiplication and one addition per channel: both, from the values of the
    /// parameters at inputs 1 ….
    func channelFactors(_ parameters: [[Float]]) -> (scale: [Float], shift: [Float])?

    /// What the operator does with two operands, if it is one of these operations.
    var arithmetic: ArithmeticKind? { get }

    /// Whether a weight of this shape has kernels for one channel each.
    func isDepthwise(weight shape: [Int]) -> Bool

    /// Whether it is usual that a BatchNormalization behind the operator scales and shifts its units.
    var scalesUnitsBehind: Bool { get }

    /// Whether it is usual that a sum behind the operator, which has no bias of its own, shifts its units on the last axis.
    var shiftsUnitsBehind: Bool { get }

    /// What the results are the probabilities of, if that is what they are.
    var probabilities: Probabilities? { get }

    /// Whether the operator can do element-wise work on its results, and on the gradient of input 0, as it writes them
    /// (see `ForwardPass.epilogue`).
    var takesEpilogue: Bool { get }

    /// The operator as such work of the one before it.
    var asEpilogue: EpilogueKind? { get }

    /// Whether the output is input 0 under another shape.
    var isView: Bool { get }

    /// Whether the gradient of input 0 may be written over input 0 itself, and passes the ReLU that made it if asked to
    /// (see `BackwardPass.dataEpilogue`).
    func gradientMayReplaceInput(_ shapes: OperandShapes) -> Bool

    /// The operator's arithmetic for a node with these shapes.
    func kernel(for shapes: OperandShapes) -> any Kernel
}

extension Operator {
    package static func read(_ node: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        try Self(&node)
    }

    /// Element by element, with numpy's broadcasting.
    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.elementwise() }

    package static var needsAllOutputs: Bool { false }
    package static var movedInputs: MovedInputs { .none }
    package static func numberedInputs(_ node: AxisTranslation) -> NumberedInputs {
        switch movedInputs {
        case .none: .moved([])
        case .first: .moved([0])
        case .all: .moved(Array(node.inputs.indices))
        }
    }
    package static var isExactBeyondSmallIntegers: Bool { false }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { inputs.first.flatMap(\.self) ?? .float }
    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { false }
    package var boundsIntegers: Bool { false }
    package func places(namedByInput position: Int, _ shapes: NodeShapes) -> Range<Int>? { nil }
    package func role(ofInput position: Int) -> ParameterRole { .bias }
    package func name(ofWeight position: Int) -> String? { nil }
    package func write(to node: inout NodeWriter) {}
    package func unitAxis(ofWeight shape: [Int]) -> Int? { nil }
    package func multiplyAdds(_ shapes: NodeShapes) -> Int { 0 }
    package var readsOnlyInputs: Bool { true }
    package func weightProduct(_ shapes: OperandShapes) -> WeightProduct? { nil }
    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        ChannelLinks(barrier: "\(onnxName) does not keep channels apart")
    }
    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator { self }
    package func channelFactors(_ parameters: [[Float]]) -> (scale: [Float], shift: [Float])? { nil }
    package var arithmetic: ArithmeticKind? { nil }
    package func isDepthwise(weight shape: [Int]) -> Bool { false }
    package var scalesUnitsBehind: Bool { false }
    package var shiftsUnitsBehind: Bool { false }
    package var probabilities: Probabilities? { nil }
    package var takesEpilogue: Bool { false }
    package var asEpilogue: EpilogueKind? { nil }
    package var isView: Bool { false }
    package func gradientMayReplaceInput(_ shapes: OperandShapes) -> Bool { false }
}

/// An operator whose arithmetic needs nothing that depends on shapes.
extension Operator where Self: Kernel {
    package func kernel(for shapes: OperandShapes) -> any Kernel { self }
}

/// The shape of a node's input: per sample when it is batched, full when it is a parameter.
package struct OperandShape: Sendable, Equatable {
    package let dimensions: [Int]
    package let isBatched: Bool

    package init(_ dimensions: [Int], isBatched: Bool) {
        self.dimensions = dimensions
        self.isBatched = isBatched
    }

    package var count: Int { dimensions.reduce(1, *) }
}

/// Shapes of a node in a plan, and the samples per pass.
package struct OperandShapes: Sendable {
    package let lanes: Int
    package let inputs: [OperandShape?]
    package let outputs: [[Int]]

    package init(lanes: Int, inputs: [OperandShape?], outputs: [[Int]]) {
        self.lanes = lanes
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// Which of its inputs an operator only moves elements of.
package enum MovedInputs: Sendable { case none, first, all }

/// Operations on two numbers that mean something to the graph.
package enum ArithmeticKind: Sendable { case sum, product, quotient }

/// Probabilities, or their logarithms, that an operator gives.
package enum Probabilities: Sendable, Equatable {
    /// Of classes along an axis of a sample.
    case classes(axis: Int)
    /// Each of a yes.
    case yes
}

/// Element-wise operators that a layer can take along.
package enum EpilogueKind: Sendable { case addition, relu }
