import NeuralGraph
import ONNX
import Operators

/// Arithmetic on integers that depend on the batch, element by element with numpy's repetition: what exporters do with shapes.
struct SymbolicArithmetic {
    let node: NodeProto
    /// In the forms that fit each other.
    let inputs: [ConstantTensor]
    /// The most elements that the result may have.
    let limit: Int
    let refusal: (String) -> UnsupportedNode

    /// - Returns: `nil` for other operators.
    func result() throws(UnsupportedNode) -> ConstantTensor? {
        switch node.operatorType {
        case "Add": try binary { $0.adding($1) }
        case "Sub": try binary { $0.subtracting($1) }
        case "Mul": try binary { $0.multiplied(by: $1) }
        case "Div": try binary(quotient)
        case "Mod": try binary(remainder)
        case "Min": try variadic { $0.minimum($1) }
        case "Max": try variadic { $0.maximum($1) }
        case "Equal": try comparison { $0.equals($1) }
        case "Less": try comparison { a, b in a.adding(SymbolicInteger(1)).flatMap { $0.isAtMost(b) } }
        case "LessOrEqual": try comparison { $0.isAtMost($1) }
        case "Greater": try comparison { a, b in b.adding(SymbolicInteger(1)).flatMap { $0.isAtMost(a) } }
        case "GreaterOrEqual": try comparison { $1.isAtMost($0) }
        case "Neg": try unary { SymbolicInteger(0).subtracting($0) }
        case "Abs": try unary { SymbolicInteger(0).isAtMost($0) == true ? $0 : nil }
        case "Identity": inputs.first
        case "Cast": try cast()
        case "Where": try choice()
        case "ReduceProd": try reduced(1) { $0.multiplied(by: $1) }
        case "ReduceSum": try reduced(0) { $0.adding($1) }
        default: nil
        }
    }

    private typealias Binary = (SymbolicInteger, SymbolicInteger) -> SymbolicInteger?

    private func symbols(_ position: Int) throws(UnsupportedNode) -> [SymbolicInteger] {
        guard position < inputs.count, let symbols = inputs[position].symbols else { throw refusal("input \(position) is no integers") }
        return symbols
    }

    private func unary(_ function: (SymbolicInteger) -> SymbolicInteger?) throws(UnsupportedNode) -> ConstantTensor {
        let values = try symbols(0).map(function)
        let known = values.compactMap(\.self)
        guard known.count == values.count else { throw refusal("a result depends on the batch in a way that is not understood") }
        return ConstantTensor(inputs[0].dimensions, .symbols(known, inputs[0].type))
    }

    private func variadic(_ function: Binary) throws(UnsupportedNode) -> ConstantTensor {
        guard inputs.count < 3 else { throw refusal("\(inputs.count) inputs that depend on the batch are not understood") }
        return try inputs.count == 1 ? inputs[0] : binary(function)
    }

    private func binary(_ function: Binary) throws(UnsupportedNode) -> ConstantTensor {
        let (a, b) = (try symbols(0), try symbols(1))
        guard let shape = Shape.broadcast(inputs[0].dimensions, inputs[1].dimensions) else {
            throw refusal("the shapes \(inputs[0].dimensions) and \(inputs[1].dimensions) do not fit")
        }
        try check(shape)
        var values: [SymbolicInteger?] = []
        if !shape.contains(0) {
            Shape.forEach(shape, inputs[0].dimensions, inputs[1].dimensions) { values.append(function(a[$0], b[$1])) }
        }
        let known = values.compactMap(\.self)
        guard known.count == values.count else { throw refusal("a result depends on the batch in a way that is not understood") }
        return ConstantTensor(shape, .symbols(known, inputs[0].type))
    }

    /// Before memory is taken for a result.
    private func check(_ shape: [Int]) throws(UnsupportedNode) {
        guard let count = Shape.count(shape), count <= limit else {
            throw refusal("a constant of shape \(shape) is too large for a file of this size")
        }
    }

    private func comparison(_ function: (SymbolicInteger, SymbolicInteger) -> Bool?) throws(UnsupportedNode) -> ConstantTensor {
        let result = try binary { a, b in function(a, b).map { SymbolicInteger($0 ? 1 : 0) } }
        return ConstantTensor(result.dimensions, .symbols(result.symbols ?? [], .bool))
    }

    /// Towards zero; lengths are never below it.
    private func quotient(_ a: SymbolicInteger, _ b: SymbolicInteger) -> SymbolicInteger? {
        if let x = a.number, let y = b.number { return y == 0 || (x == .min && y == -1) ? nil : SymbolicInteger(x / y) }
        if let exact = a.divided(exactlyBy: b) { return exact }
        let zero = SymbolicInteger(0)
        return zero.isAtMost(a) == true && zero.isAtMost(b) == true ? a.dividedRoundingDown(by: b) : nil
    }

    /// With the sign of the divisor, or for `fmod` with that of what is divided, which must be known then.
    private func remainder(_ a: SymbolicInteger, _ b: SymbolicInteger) -> SymbolicInteger? {
        let zero = SymbolicInteger(0)
        guard node.attribute("fmod") ?? .int(0) == .int(0) || zero.isAtMost(a) == true && zero.isAtMost(b) == true else { return nil }
        guard let quotient = a.dividedRoundingDown(by: b), let whole = quotient.multiplied(by: b) else { return nil }
        return a.subtracting(whole)
    }

    private func cast() throws(UnsupportedNode) -> ConstantTensor {
        let values = try symbols(0)
        guard case .int(let number)? = node.attribute("to"), let type = DataType(rawValue: number) else {
            throw refusal("the type to cast to is missing")
        }
        if type.integerRange != nil { return ConstantTensor(inputs[0].dimensions, .symbols(values, type)) }
        let numbers = values.compactMap(\.number)
        if type == .float, numbers.count == values.count {
            return ConstantTensor(inputs[0].dimensions, .floats(numbers.map { Float($0) }))
        }
        guard type == .bool else { throw refusal("a length that depends on the batch becomes a number of type \(type)") }
        return try comparisonWithZero(values)
    }

    private func comparisonWithZero(_ values: [SymbolicInteger]) throws(UnsupportedNode) -> ConstantTensor {
        let truths = values.map { $0.equals(SymbolicInteger(0)).map { SymbolicInteger($0 ? 0 : 1) } }
        let known = truths.compactMap(\.self)
        guard known.count == truths.count else { throw refusal("whether a length is 0 depends on the batch") }
        return ConstantTensor(inputs[0].dimensions, .symbols(known, .bool))
    }

    private func choice() throws(UnsupportedNode) -> ConstantTensor {
        guard inputs.count == 3 else { throw refusal("an input is missing") }
        let shapes = inputs.map(\.dimensions)
        guard let pair = Shape.broadcast(shapes[1], shapes[2]), let shape = Shape.broadcast(shapes[0], pair) else {
            throw refusal("the shapes \(shapes) do not fit")
        }
        try check(shape)
        let (conditions, a, b) = (try symbols(0), try symbols(1), try symbols(2))
        guard conditions.allSatisfy({ $0.number != nil }) else { throw refusal("a condition depends on the batch") }
        let strides = shapes.map { BroadcastLoop.strides(of: $0, within: shape, unit: 1) }
        var places: [(Int, Int)] = []
        if !shape.contains(0) { Shape.forEach(shape, strides: (strides[1], strides[2])) { places.append(($0, $1)) } }
        var values: [SymbolicInteger] = []
        if !shape.contains(0) {
            Shape.forEach(shape, strides: (strides[0], strides[0])) { condition, _ in
                let (x, y) = places[values.count]
                values.append(conditions[condition].number == 0 ? b[y] : a[x])
            }
        }
        return ConstantTensor(shape, .symbols(values, inputs[1].type))
    }

    /// Of a list.
    private func reduced(_ start: Int, _ function: Binary) throws(UnsupportedNode) -> ConstantTensor {
        let isNothing = node.attribute("axes") == nil && node.attribute("noop_with_empty_axes") ?? .int(0) != .int(0)
        if isNothing { return inputs[0] }
        guard inputs[0].dimensions.count == 1 else { throw refusal("it is understood for lists of lengths only") }
        let start: SymbolicInteger? = SymbolicInteger(start)
        let result = try symbols(0).reduce(start) { sum, value in sum.flatMap { function($0, value) } }
        guard let result else { throw refusal("a result is beyond 64 bits") }
        let keepsAxes = node.attribute("keepdims") != .int(0)
        return ConstantTensor(keepsAxes ? [1] : [], .symbols([result], inputs[0].type))
    }
}
