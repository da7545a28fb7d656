import NeuralGraph
import ONNX
import Operators

/// A constant whose elements are worked with when a file is read: 32-bit floats, or integers of any type.
struct ConstantTensor {
    enum Elements {
        case floats([Float])
        case integers([Int], DataType)
        /// Integers that may depend on the batch.
        case symbols([SymbolicInteger], DataType)
    }

    let dimensions: [Int]
    let elements: Elements

    init(_ dimensions: [Int], _ elements: Elements) {
        self.dimensions = dimensions
        self.elements = elements
    }

    /// - Throws: `UnsupportedNode` of the node that uses it, for other types.
    init(_ tensor: TensorProto, of reader: NodeReader) throws(UnsupportedNode) {
        dimensions = tensor.dimensions
        do {
            elements = tensor.dataType == .float
                ? .floats(try tensor.floats()) : .integers(try tensor.integers(), tensor.dataType)
        } catch {
            throw reader.unsupported("the constant '\(tensor.name)' is neither floats nor integers: \(error)")
        }
    }

    /// - Throws: `UnsupportedNode`, when an integer is none of its type.
    func tensor(named name: String, of reader: NodeReader) throws(UnsupportedNode) -> TensorProto {
        switch elements {
        case .floats(let values): return TensorProto(name: name, dimensions: dimensions, floats: values)
        case .integers(let values, .bool):
            return TensorProto(name: name, dimensions: dimensions, dataType: .bool, numbers: values.map { $0 == 0 ? 0 : 1 })
        case .integers(let values, let type):
            guard let range = type.integerRange else { throw reader.unsupported("its result is of type \(type)") }
            if let outside = values.first(where: { !range.contains($0) }) {
                throw reader.unsupported("its result \(outside) is no \(type)")
            }
            return TensorProto(name: name, dimensions: dimensions, dataType: type, integers: values)
        case .symbols: throw reader.unsupported("a length that depends on the batch becomes a number")
        }
    }

    /// - Throws: `UnsupportedNode` of the node that uses it, for other types.
    init(_ elements: ConstantElements, _ dimensions: [Int], of reader: NodeReader) throws(UnsupportedNode) {
        switch elements {
        case .tensor(let tensor): try self.init(tensor, of: reader)
        case .symbols(let symbols, let type): self.init(dimensions, .symbols(symbols, type))
        }
    }

    /// - Throws: `UnsupportedNode`, when an integer is none of its type.
    func constant(named name: String, of reader: NodeReader) throws(UnsupportedNode) -> ConstantElements {
        guard case .symbols(let symbols, let type) = elements else { return .tensor(try tensor(named: name, of: reader)) }
        let numbers = symbols.compactMap(\.number)
        guard numbers.count == symbols.count else { return .symbols(symbols, type) }
        return .tensor(try ConstantTensor(dimensions, .integers(numbers, type)).tensor(named: name, of: reader))
    }

    var floats: [Float]? { if case .floats(let values) = elements { values } else { nil } }
    var integers: [Int]? { if case .integers(let values, _) = elements { values } else { nil } }
    var symbols: [SymbolicInteger]? {
        switch elements {
        case .floats: nil
        case .integers(let values, _): values.map(SymbolicInteger.init)
        case .symbols(let values, _): values
        }
    }

    var type: DataType {
        switch elements {
        case .floats: .float
        case .integers(_, let type), .symbols(_, let type): type
        }
    }

    func reshaped(_ dimensions: [Int]) -> ConstantTensor { ConstantTensor(dimensions, elements) }

    /// The elements at these places, as a tensor of this shape.
    func picked(_ places: [Int], _ shape: [Int]) -> ConstantTensor {
        switch elements {
        case .floats(let values): ConstantTensor(shape, .floats(places.map { values[$0] }))
        case .integers(let values, let type): ConstantTensor(shape, .integers(places.map { values[$0] }, type))
        case .symbols(let values, let type): ConstantTensor(shape, .symbols(places.map { values[$0] }, type))
        }
    }

    /// The tensor with other elements at these places; `nil` when the types differ.
    func replacing(_ places: [Int], by updates: ConstantTensor) -> ConstantTensor? {
        switch (elements, updates.elements) {
        case (.floats(var values), .floats(let new)):
            for (place, element) in zip(places, new) { values[place] = element }
            return ConstantTensor(dimensions, .floats(values))
        case (.integers(var values, let type), .integers(let new, let other)) where type == other:
            for (place, element) in zip(places, new) { values[place] = element }
            return ConstantTensor(dimensions, .integers(values, type))
        default: return nil
        }
    }
}

extension Shape {
    /// A walk over the elements of an array of shape `dimensions`, row-major: where each stands in two operands whose
    /// axes are aligned at the end and repeated where their length is 1.
    static func forEach(
        _ dimensions: [Int], _ a: [Int], _ b: [Int], _ body: (_ a: Int, _ b: Int) -> Void
    ) {
        let strides = [a, b].map { BroadcastLoop.strides(of: $0, within: dimensions, unit: 1) }
        forEach(dimensions, strides: (strides[0], strides[1]), body)
    }

    /// The same for operands of which it is known how far apart neighbours stand on each axis.
    static func forEach(
        _ dimensions: [Int], strides: (a: [Int], b: [Int]), _ body: (_ a: Int, _ b: Int) -> Void
    ) {
        guard let length = dimensions.last, let stepA = strides.a.last, let stepB = strides.b.last else { return body(0, 0) }
        var (index, start) = ([Int](repeating: 0, count: dimensions.count - 1), (a: 0, b: 0))
        guard !dimensions.contains(0) else { return }
        while true {
            for step in 0..<length { body(start.a + step * stepA, start.b + step * stepB) }
            // The next row, whose axes count like the digits of a number.
            var axis = index.count - 1
            while axis >= 0 {
                index[axis] += 1
                start = (start.a + strides.a[axis], start.b + strides.b[axis])
                if index[axis] < dimensions[axis] { break }
                start = (start.a - index[axis] * strides.a[axis], start.b - index[axis] * strides.b[axis])
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
