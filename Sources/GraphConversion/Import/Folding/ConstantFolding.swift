import Foundation
import NeuralGraph
import ONNX

/// Nodes whose result is known when the file is read.
enum ConstantFolding {
    /// Operators that are understood among constants.
    static let names: Set<String> = [
        "Constant", "ConstantOfShape", "Range", "Shape", "Size",
    ]

    /// The constant that `node` computes, or `nil` if it is none. It has the name of the node's output.
    ///
    /// - Parameters:
    ///   - constants: by input.
    ///   - limit: the most elements that a constant may have which the file does not hold as such.
    static func fold(
        _ node: NodeProto, opset: Int, constants: [TensorProto?], limit: Int
    ) throws(UnsupportedNode) -> TensorProto? {
        let reader = NodeReader(
            proto: node, opset: opset, inputShapes: [], constants: constants)
        if node.operatorType == "Constant" { return try constant(reader) }
        guard var tensor = constants.first.flatMap(\.self), let output = node.outputs.first else { return nil }
        switch node.operatorType {
        case "Identity", "Dropout": break
        case "Transpose": tensor = try transposed(tensor, reader)
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
            tensor.dimensions = try reshaped(tensor.dimensions, reader)
        default:
            // ONNX Runtime had DequantizeLinear for small types in its own domain before ONNX had it.
            guard ["", "ai.onnx", "com.microsoft"].contains(node.domain),
                zip(node.inputs, constants).allSatisfy({ $0.isEmpty || $1 != nil })
            else { return nil }
            return try ConstantArithmetic.result(reader, inputs: constants, limit: limit)
        }
        tensor.name = output
        return tensor
    }

    private static func constant(_ reader: NodeReader) throws(UnsupportedNode) -> TensorProto {
        let output = reader.proto.outputs.first ?? ""
        guard let attribute = reader.proto.attributes.first else { throw reader.unsupported("it has no value") }
        switch attribute.value {
        case .tensor(var tensor):
            tensor.name = output
            return tensor
        case .float(let value): return TensorProto(name: output, dimensions: [], floats: [value])
        case .floats(let values): return TensorProto(name: output, dimensions: [values.count], floats: values)
        case .int(let value): return TensorProto(name: output, dimensions: [], int64s: [value])
        case .ints(let values): return TensorProto(name: output, dimensions: [values.count], int64s: values)
        default: throw reader.unsupported("its value is of a kind that is not understood ('\(attribute.name)')")
        }
    }

    private static func reshaped(_ dimensions: [Int], _ reader: NodeReader) throws(UnsupportedNode) -> [Int] {
        var reader = reader
        let result: [Int]
        switch reader.proto.operatorType {
        case "Flatten": result = try flattened(dimensions, reader)
        case "Reshape": result = try resolved(dimensions, &reader)
        case "Unsqueeze": result = try unsqueezed(dimensions, &reader)
        default: result = try squeezed(dimensions, &reader)
        }
        guard Shape.count(result) == Shape.count(dimensions) else {
            throw reader.unsupported("the shape \(result) does not fit \(dimensions)")
        }
        return result
    }

    private static func flattened(_ dimensions: [Int], _ reader: NodeReader) throws(UnsupportedNode) -> [Int] {
        let axis = try reader.int("axis", default: 1)
        let split = axis < 0 ? axis + dimensions.count : axis
        guard (0...dimensions.count).contains(split), let rows = Shape.count(Array(dimensions[..<split])),
            let columns = Shape.count(Array(dimensions[split...]))
        else { throw reader.unsupported("axis \(axis) of \(dimensions)") }
        return [rows, columns]
    }

    private static func resolved(_ dimensions: [Int], _ reader: inout NodeReader) throws(UnsupportedNode) -> [Int] {
        guard var result = try reader.constantIntegers(1, "the shape") else {
            throw reader.unsupported("the shape is missing")
        }
        if try reader.int("allowzero", default: 0) == 0 {
            for (axis, length) in dimensions.enumerated() where axis < result.count && result[axis] == 0 {
                result[axis] = length
            }
        }
        let known = Shape.count(result.filter { $0 != -1 }) ?? 0
        if let free = result.firstIndex(of: -1), known > 0, let count = Shape.count(dimensions) {
            result[free] = count / known
        }
        return result
    }

    private static func unsqueezed(_ dimensions: [Int], _ reader: inout NodeReader) throws(UnsupportedNode) -> [Int] {
        guard let axes = try reader.axes() else { throw reader.unsupported("axes are missing") }
        var result = dimensions
        for axis in axes.map({ $0 < 0 ? $0 + dimensions.count + axes.count : $0 }).sorted() {
            guard (0...result.count).contains(axis) else { throw reader.unsupported("axes \(axes) of \(dimensions)") }
            result.insert(1, at: axis)
        }
        return result
    }

    private static func squeezed(_ dimensions: [Int], _ reader: inout NodeReader) throws(UnsupportedNode) -> [Int] {
        let axes = try reader.axes()?.map { $0 < 0 ? $0 + dimensions.count : $0 }
        guard axes?.allSatisfy({ dimensions.indices.contains($0) && dimensions[$0] == 1 }) != false else {
            throw reader.unsupported("it removes axes of \(dimensions) that are not 1 long")
        }
        return dimensions.indices.filter { axes?.contains($0) == false || dimensions[$0] != 1 }.map { dimensions[$0] }
    }

    private static func transposed(_ tensor: TensorProto, _ reader: NodeReader) throws(UnsupportedNode) -> TensorProto {
        let rank = tensor.dimensions.count
        let order = try reader.ints("perm") ?? Array((0..<rank).reversed())
        guard order.sorted() == Array(0..<rank) else {
            throw reader.unsupported("perm \(order) is no order of \(rank) axes")
        }
        var result = tensor
        result.dimensions = order.map { tensor.dimensions[$0] }
        guard let count = Shape.count(tensor.dimensions), count > 0 else { return result }
        guard tensor.content.count >= count, tensor.content.count % count == 0 else {
            throw reader.unsupported("the constant '\(tensor.name)' has elements of less than a byte")
        }
        let strides = Shape.strides(tensor.dimensions)
        result.content = permuted(
            [UInt8](tensor.content), width: tensor.content.count / count, dimensions: result.dimensions,
            strides: order.map { strides[$0] })
        return result
    }

    /// The elements (of `width` bytes) of `source` in the order of a walk over `dimensions` with these strides.
    private static func permuted(_ source: [UInt8], width: Int, dimensions: [Int], strides: [Int]) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        Shape.forEach(dimensions, strides: (strides, strides)) { place, _ in
            bytes += source[place * width..<(place + 1) * width]
        }
        return Data(bytes)
    }
}

extension NodeReader {
    /// Axes as attribute (before opset 13) or as constant input 1; no more than anything has.
    fileprivate mutating func axes() throws(UnsupportedNode) -> [Int]? {
        var axes = try ints("axes")
        if axes == nil { axes = try constantIntegers(1, "axes") }
        guard axes?.count ?? 0 <= Shape.rankLimit else { throw unsupported("axes are more than \(Shape.rankLimit)") }
        return axes
    }
}
