import NeuralGraph
import ONNX
import Operators

/// What an operator of `OperatorList` makes of constants when a file is read: its kernel runs once, on them as one sample.
///
/// Operators that only move elements are run on the places of the elements, so that integers of any size, and those that depend on the
/// batch, come through.
struct ConstantEvaluation {
    private let reader: NodeReader
    private let type: any Operator.Type
    private let operation: any Operator
    private let tensors: [ConstantElements?]
    private let shapes: OperandShapes
    /// That are summed, where the operator multiplies matrices.
    private let terms: Int

    typealias Result = (elements: ConstantElements, shape: [Int])

    /// The outputs of a node, all of whose inputs are constants; `nil` for operators that cannot be run.
    ///
    /// - Parameter limit: elements that may be made of constants. Products of matrices take as much of it as they have terms.
    static func results(_ node: TranslatedNode, limit: inout Int) throws(UnsupportedNode) -> [Result]? {
        if node.places.count == 1 {
            if let result = repeated(node) { return [result] }
            if let result = try symbolic(node, limit: limit) { return [result] }
        }
        guard let type = OperatorList.type(named: node.proto.operatorType) else { return nil }
        let isEmpty = node.shapes.contains { $0?.contains(0) ?? false }
        guard type.movedInputs != .none || !isEmpty else { return nil }
        let evaluation = try Self(node, type, limit: limit)
        let results = try evaluation.results()
        limit -= results == nil ? 0 : evaluation.terms
        return results
    }

    /// What the batch only repeats stays the tensor that it was, under its name.
    private static func repeated(_ node: TranslatedNode) -> Result? {
        guard node.proto.operatorType == "Identity", node.places[0] != nil, case .tensor(let tensor)?? = node.constants.first,
            let shape = node.shapes[0]
        else { return nil }
        return (.tensor(tensor), shape)
    }

    /// How many elements of a constant an integer that depends on the batch counts as: each has lists of its own.
    static let costOfSymbol = 16

    /// Arithmetic on lengths, and on integers that stand in for one sample of a batch.
    private static func symbolic(_ node: TranslatedNode, limit: Int) throws(UnsupportedNode) -> Result? {
        let hasSymbols = node.constants.contains { if case .symbols? = $0 { true } else { false } }
        let isChoice = node.proto.operatorType == "Where"
        guard hasSymbols || isChoice || node.places.contains(where: { $0 != nil }) else { return nil }
        var inputs: [ConstantTensor] = []
        for (constant, shape) in zip(node.constants, node.shapes) {
            guard let constant, let shape, constant.type.isInteger, Shape.count(shape) ?? Int.max <= limit else { return nil }
            inputs.append(try ConstantTensor(constant, shape, of: node.reader).reshaped(shape))
        }
        let arithmetic = SymbolicArithmetic(
            node: node.proto, inputs: inputs, limit: hasSymbols ? limit / costOfSymbol : limit, refusal: node.reader.unsupported)
        guard let result = try arithmetic.result() else { return nil }
        return (try result.constant(named: node.proto.outputs.first ?? "", of: node.reader), result.dimensions)
    }

    private init(_ node: TranslatedNode, _ type: any Operator.Type, limit: Int) throws(UnsupportedNode) {
        let (operation, reader) = try node.read(type)
        self.type = type
        self.operation = operation
        tensors = node.constants.indices.map { reader.absorbed.contains($0) ? nil : node.constants[$0] }
        for tensor in tensors.compactMap({ $0?.tensor }) where tensor.dataType != .float && !tensor.dataType.isInteger {
            throw reader.unsupported("the constant '\(tensor.name)' is of type \(tensor.dataType)")
        }
        let inputs = node.shapes.indices.map { index -> OperandShape? in
            let replaced = reader.replaced[index].map { OperandShape($0.shape, isBatched: false) }
            return reader.absorbed.contains(index) ? nil : replaced ?? node.reader.inputShapes[index]
        }
        let outputs: [[Int]]
        do { outputs = try operation.outputShapes(inputs) } catch { throw reader.unsupported(error.message) }
        guard outputs.count == reader.proto.outputs.count else {
            throw reader.unsupported("it has \(reader.proto.outputs.count) outputs, not \(outputs.count)")
        }
        for shape in outputs {
            guard let count = Shape.count(shape), count <= limit else {
                throw reader.unsupported("a constant of shape \(shape) is too large for a file of this size")
            }
        }
        terms = operation.multiplyAdds(NodeShapes(inputs: inputs, outputs: outputs))
        guard terms <= limit else {
            throw reader.unsupported("a product of constants of \(terms) terms is too large for a file of this size")
        }
        shapes = OperandShapes(lanes: 1, inputs: inputs, outputs: outputs)
        self.reader = reader
    }

    private func results() throws(UnsupportedNode) -> [Result]? {
        guard type.movedInputs != .none else { return try computed() }
        var source: [ConstantTensor] = []
        var numbers: [[Float]] = []
        var before = 0
        for (position, tensor) in tensors.enumerated() {
            guard let tensor, let shape = shapes.inputs[position]?.dimensions else {
                numbers.append([])
                continue
            }
            guard position == 0 || type.movedInputs == .all else {
                numbers.append(try floats(tensor))
                continue
            }
            source.append(try ConstantTensor(tensor, shape, of: reader))
            let count = Shape.count(shape) ?? Int.max
            guard count <= 1 << 24, before + count <= 1 << 24 else { throw reader.unsupported("constants of more than 2^24 elements") }
            numbers.append((before..<before + count).map { Float($0) })
            before += count
        }
        guard let whole = ConstantTensor.joined(source) else { throw reader.unsupported("its inputs are of different types") }
        guard let places = run(numbers) else { return nil }
        var results: [Result] = []
        for (index, output) in places.enumerated() {
            // What an index outside gives.
            guard !output.contains(where: \.isNaN) else { throw reader.unsupported("an index is outside of its input") }
            let tensor = whole.picked(output.map { Int($0) }, shapes.outputs[index])
            results.append((try tensor.constant(named: reader.proto.outputs[index], of: reader), shapes.outputs[index]))
        }
        return results
    }

    private func floats(_ elements: ConstantElements, exactOnly: Bool = false) throws(UnsupportedNode) -> [Float] {
        guard let tensor = elements.tensor else { throw reader.unsupported("a length that depends on the batch becomes a number") }
        return try reader.numbers(tensor, exactOnly: exactOnly)
    }

    private func computed() throws(UnsupportedNode) -> [Result]? {
        var numbers: [[Float]] = []
        for tensor in tensors {
            guard let tensor else {
                numbers.append([])
                continue
            }
            if let own = reader.replaced[numbers.count] {
                numbers.append(own.values)
            } else {
                numbers.append(try floats(tensor, exactOnly: type.isExactBeyondSmallIntegers))
            }
        }
        guard let found = run(numbers) else { return nil }
        let types = reader.inputTypes
        var results: [Result] = []
        for (index, numbers) in found.enumerated() {
            let type = operation.outputType(index, inputs: types)
            if let outside = numbers.first(where: { !type.holds($0) }) {
                throw reader.unsupported("its result \(outside) is no \(type)")
            }
            let tensor = TensorProto(
                name: reader.proto.outputs[index], dimensions: shapes.outputs[index], dataType: type, numbers: numbers)
            results.append((.tensor(tensor), shapes.outputs[index]))
        }
        return results
    }

    /// The numbers of the outputs.
    private func run(_ inputs: [[Float]]) -> [[Float]]? {
        // Beside an empty axis, the others may be of any length.
        if shapes.outputs.allSatisfy({ $0.contains(0) }) { return shapes.outputs.map { _ in [] } }
        return ConstantRun(operation.kernel(for: shapes), inputs, outputs: shapes.outputs).outputs()
    }
}

extension ConstantTensor {
    /// The elements of all, in their order, as a list; `nil` when their types differ.
    fileprivate static func joined(_ tensors: [ConstantTensor]) -> ConstantTensor? {
        guard let first = tensors.first else { return nil }
        guard tensors.allSatisfy({ $0.type == first.type }) else { return nil }
        if case .floats = first.elements {
            let floats = tensors.flatMap { $0.floats ?? [] }
            return ConstantTensor([floats.count], .floats(floats))
        }
        let hasSymbols = tensors.contains { $0.integers == nil }
        if hasSymbols {
            let symbols = tensors.flatMap { $0.symbols ?? [] }
            return ConstantTensor([symbols.count], .symbols(symbols, first.type))
        }
        let integers = tensors.flatMap { $0.integers ?? [] }
        return ConstantTensor([integers.count], .integers(integers, first.type))
    }
}
