import Foundation
import ONNX

/// A tensor as constants and the nodes that compute it from them, with operators of ONNX's own domain.
///
/// Values have names of their own here, which mean nothing outside.
struct ConstantExpression {
    /// The opset from which on all operators that are used exist as they are used: Cast, Gather, Div, Mod, CumSum,
    /// ConstantOfShape, ScatterElements, Mul and Reshape.
    static let firstOpset = 11

    private(set) var constants: [TensorProto] = []
    private(set) var nodes: [NodeProto] = []
    /// The value that is the tensor: the one added last.
    private(set) var result = ""

    init() {}

    /// Whether these opsets have the operators.
    static func exist(in opsets: [OperatorSetID]) -> Bool {
        var model = ModelProto()
        model.opsetImports = opsets
        return model.opsetVersion() ?? 1 >= firstOpset
    }

    /// The elements themselves.
    init(elements encoding: TensorEncoding, dimensions: [Int]) {
        constant(
            TensorProto(dimensions: dimensions, dataType: .float, content: Data(littleEndian: encoding.elements)))
    }

    /// Bytes in a model.
    var byteCount: Int {
        var model = ModelProto()
        model.graph.initializers = constants
        model.graph.nodes = nodes
        return model.encodedSize
    }

    /// Bytes in a model of so many elements themselves, which need not be there.
    static func byteCount(elements count: Int, dimensions: [Int]) -> Int {
        var model = ModelProto()
        let bare = TensorProto(name: "1", dimensions: dimensions, dataType: .float, content: Data())
        model.graph.initializers = [bare]
        let rest = bare.encodedSize
        let tensor = rest + (count > 0 ? delimitedSize(4 * count) : 0)
        let graph = model.graph.encodedSize - delimitedSize(rest) + delimitedSize(tensor)
        return model.encodedSize - delimitedSize(model.graph.encodedSize) + delimitedSize(graph)
    }

    /// Bytes of a field of so many bytes, with its number, which is below 16, and its length.
    private static func delimitedSize(_ byteCount: Int) -> Int {
        1 + max(1, (Int.bitWidth - byteCount.leadingZeroBitCount + 6) / 7) + byteCount
    }

    @discardableResult
    mutating func constant(_ tensor: TensorProto) -> String {
        var tensor = tensor
        tensor.name = freshName()
        constants.append(tensor)
        return result
    }

    /// An integer, as a tensor without axes.
    mutating func constant(_ value: Int, _ type: DataType) -> String {
        constant(TensorProto(dimensions: [], dataType: type, integers: [value]))
    }

    mutating func constant(_ list: [Int]) -> String { constant(TensorProto(dimensions: [list.count], int64s: list)) }

    mutating func constant(_ list: [Float]) -> String { constant(TensorProto(dimensions: [list.count], floats: list)) }

    @discardableResult
    mutating func apply(_ type: String, _ inputs: String..., attributes: [AttributeProto] = []) -> String {
        let output = freshName()
        nodes.append(NodeProto(operatorType: type, inputs: inputs, outputs: [output], attributes: attributes))
        return output
    }

    @discardableResult
    mutating func cast(_ value: String, to type: DataType) -> String {
        apply("Cast", value, attributes: [AttributeProto("to", .int(type.rawValue))])
    }

    mutating func reshape(_ value: String, to dimensions: [Int]) {
        let shape = constant(dimensions)
        apply("Reshape", value, shape)
    }

    private mutating func freshName() -> String {
        result = "\(constants.count + nodes.count)"
        return result
    }
}
