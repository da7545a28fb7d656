import NeuralGraph
import ONNX

/// Arithmetic on constants: the operators by which files store weights as integers, as the ONNX operator
/// specification defines them. Every other use of these operators belongs to `OperatorList`.
struct ConstantArithmetic {
    let reader: NodeReader
    /// By input; `nil` for omitted ones.
    let inputs: [TensorProto?]
    /// The most elements that the result may have.
    let limit: Int

    /// What `reader`'s node computes from its inputs; `nil` for other operators.
    static func result(
        _ reader: NodeReader, inputs: [TensorProto?], limit: Int
    ) throws(UnsupportedNode) -> TensorProto? {
        let result = try Self(reader: reader, inputs: inputs, limit: limit).result()
        return try result?.tensor(named: reader.proto.outputs.first ?? "", of: reader)
    }

    private func result() throws(UnsupportedNode) -> ConstantTensor? {
        switch reader.proto.operatorType {
        case "Cast" where !isOfTruth: try cast()
        case "DequantizeLinear": try dequantized()
        case "Add": try elementwise(+) { $0.addingReportingOverflow($1) }
        case "Sub": try elementwise(-) { $0.subtractingReportingOverflow($1) }
        case "Mul": try elementwise(*) { $0.multipliedReportingOverflow(by: $1) }
        case "Div": try elementwise(/) { $0.dividedReportingOverflow(by: $1) }
        case "Mod" where areIntegers: try modulo()
        case "Min" where areIntegers && inputs.count == 2: try elementwise(min) { (min($0, $1), false) }
        case "Max" where areIntegers && inputs.count == 2: try elementwise(max) { (max($0, $1), false) }
        case "CumSum" where areIntegers: try cumulativeSum()
        case "ConstantOfShape": try constantOfShape()
        case "Gather": try gathered()
        case "Range": try range()
        case "ScatterElements": try scattered()
        default: nil
        }
    }

    private var isOfTruth: Bool {
        inputs.first??.dataType == .bool || (try? reader.int("to", default: 0)) == DataType.bool.rawValue
    }

    private var areIntegers: Bool { inputs.first??.dataType.integerRange != nil }

    func input(_ position: Int) throws(UnsupportedNode) -> ConstantTensor {
        guard position < inputs.count, let tensor = inputs[position] else {
            throw reader.unsupported("input \(position) is missing")
        }
        return try ConstantTensor(tensor, of: reader)
    }

    func integers(_ position: Int) throws(UnsupportedNode) -> (dimensions: [Int], values: [Int]) {
        let tensor = try input(position)
        guard let values = tensor.integers else { throw reader.unsupported("input \(position) is no integers") }
        return (tensor.dimensions, values)
    }

    /// Checks a shape that the file makes up, before memory is taken for it.
    func checked(_ shape: [Int]) throws(UnsupportedNode) -> Int {
        guard let count = Shape.count(shape), count <= limit else {
            throw reader.unsupported("a constant of shape \(shape) is too large for a file of this size")
        }
        return count
    }

    func axis(rank: Int, default fallback: Int) throws(UnsupportedNode) -> Int {
        let given = try reader.int("axis", default: fallback)
        let axis = given < 0 ? given + rank : given
        guard (0..<rank).contains(axis) else { throw reader.unsupported("axis \(given) is outside of rank \(rank)") }
        return axis
    }

    func cast() throws(UnsupportedNode) -> ConstantTensor {
        let number = try reader.int("to", default: 0)
        let tensor = try input(0)
        _ = try checked(tensor.dimensions)
        switch (tensor.elements, DataType(rawValue: number)) {
        case (.floats, .float?): return tensor
        case (.floats(let values), let type?) where type.integerRange != nil:
            return ConstantTensor(tensor.dimensions, .integers(values.map(type.integer), type))
        case (.integers(let values, _), .float?):
            return ConstantTensor(tensor.dimensions, .floats(values.map { Float($0) }))
        case (.integers(let values, _), let type?) where type.integerRange != nil:
            return ConstantTensor(tensor.dimensions, .integers(values, type))
        default:
            throw reader.unsupported("constants are cast to integers and float only, not to type \(number)")
        }
    }

    private func elementwise(
        _ onFloats: (Float, Float) -> Float, _ onIntegers: (Int, Int) -> (Int, Bool)
    ) throws(UnsupportedNode) -> ConstantTensor {
        let (a, b) = (try input(0), try input(1))
        guard let shape = Shape.broadcast(a.dimensions, b.dimensions) else {
            throw reader.unsupported("the shapes \(a.dimensions) and \(b.dimensions) do not fit")
        }
        let count = try checked(shape)
        switch (a.elements, b.elements) {
        case (.floats(let x), .floats(let y)):
            var result: [Float] = []
            result.reserveCapacity(count)
            if count > 0 {
                Shape.forEach(shape, a.dimensions, b.dimensions) { result.append(onFloats(x[$0], y[$1])) }
            }
            return ConstantTensor(shape, .floats(result))
        case (.integers(let x, let type), .integers(let y, let other)) where type == other:
            var result: [Int] = []
            result.reserveCapacity(count)
            var overflows = false
            if count > 0 {
                Shape.forEach(shape, a.dimensions, b.dimensions) {
                    let (value, overflow) = onIntegers(x[$0], y[$1])
                    result.append(value)
                    overflows = overflows || overflow
                }
            }
            guard !overflows else { throw reader.unsupported("a result is no \(type), or the divisor is 0") }
            return ConstantTensor(shape, .integers(result, type))
        default: throw reader.unsupported("its inputs are of different types")
        }
    }

    /// With the sign of the divisor, or with `fmod` that of the dividend.
    private func modulo() throws(UnsupportedNode) -> ConstantTensor {
        let isTruncated = try reader.int("fmod", default: 0) != 0
        guard try input(0).integers != nil else { throw reader.unsupported("it is understood for integers only") }
        return try elementwise({ a, _ in a }) { a, b in
            let (rest, overflow) = a.remainderReportingOverflow(dividingBy: b)
            let isOfOtherSign = !isTruncated && rest != 0 && (rest < 0) != (b < 0)
            return (isOfOtherSign ? rest + b : rest, overflow)
        }
    }
}

extension DataType {
    /// The integer that a float becomes, towards zero. ONNX leaves open what becomes of one that is none of the type, such as the logarithm
    /// of zero in a table of distances; here, as on most processors, it is the least integer of the type.
    fileprivate func integer(_ number: Float) -> Int {
        guard let range = integerRange else { return 0 }
        guard number.magnitude < 0x1p63, range.contains(Int(number)) else { return range.lowerBound }
        return Int(number)
    }
}
