import CKernels
import ONNX

/// What an operator of `OperatorList` makes of constants when a file is read: its kernel runs once, on one invocation.
///
/// Operators that only move elements are run on the places of the elements, so that integers of any size come through.
struct ConstantEvaluation {
    /// Operators that move what stands at their first input, or at all of them.
    private static let movesFirst: Set<String> = ["Slice", "Expand", "Tile", "Split", "GatherElements"]
    private static let movesAll: Set<String> = ["Concat"]
    /// Operators that only compare, and hand on, so that powers of two beyond 2^24 are no danger.
    private static let compares: Set<String> = ["Equal", "Where"]

    private static func moves(_ name: String) -> Bool { movesFirst.contains(name) || movesAll.contains(name) }

    private let reader: NodeReader
    private let operation: any Operator
    private let tensors: [TensorProto?]
    private let shapes: OperandShapes
    /// That are summed, where the operator multiplies matrices.
    private let terms: Int

    /// The outputs of a node, all of whose inputs are constants; `nil` for operators that cannot be run.
    ///
    /// - Parameter limit: elements that may be made of constants. Products of matrices take as much of it as they have terms.
    static func results(
        _ node: NodeProto, opset: Int, constants: [String: TensorProto], limit: inout Int
    ) throws(UnsupportedNode) -> [TensorProto]? {
        guard ["", "ai.onnx"].contains(node.domain), let type = OperatorList.type(named: node.operatorType),
            type.readsInvocations, !node.inputs.isEmpty,
            node.inputs.allSatisfy({ $0.isEmpty || constants[$0] != nil })
        else { return nil }
        let isEmpty = node.inputs.contains { constants[$0]?.dimensions.contains(0) ?? false }
        guard moves(node.operatorType) || !isEmpty else { return nil }
        let evaluation = try Self(node, opset: opset, type, node.inputs.map { constants[$0] }, limit: limit)
        let results = try evaluation.results()
        limit -= results == nil ? 0 : evaluation.terms
        return results
    }

    private init(
        _ node: NodeProto, opset: Int, _ type: any Operator.Type, _ constants: [TensorProto?], limit: Int
    ) throws(UnsupportedNode) {
        let all = constants.map { $0.map { OperandShape($0.dimensions, isBatched: true) } }
        var reader = NodeReader(
            proto: node, opset: opset, fixedBatch: nil, inputShapes: all, constants: constants,
            inputTypes: constants.map { $0?.dataType }, batch: .invocation)
        operation = try type.read(&reader)
        tensors = constants.indices.map { reader.absorbed.contains($0) ? nil : constants[$0] }
        for tensor in tensors.compactMap(\.self) where tensor.dataType != .float && !tensor.dataType.isInteger {
            throw reader.unsupported("the constant '\(tensor.name)' is of type \(tensor.dataType)")
        }
        let inputs = all.indices.map { reader.absorbed.contains($0) ? nil : all[$0] }
        let outputs: [[Int]]
        do { outputs = try operation.outputShapes(inputs) } catch { throw reader.unsupported(error.message) }
        guard outputs.count == node.outputs.count else {
            throw reader.unsupported("it has \(node.outputs.count) outputs, not \(outputs.count)")
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

    private func results() throws(UnsupportedNode) -> [TensorProto]? {
        let name = reader.proto.operatorType
        guard Self.moves(name) else { return try computed(name) }
        let moved = tensors.indices.filter { $0 == 0 || Self.movesAll.contains(name) }
        var source: [ConstantTensor] = []
        var numbers: [[Float]] = []
        var before = 0
        for (position, tensor) in tensors.enumerated() {
            guard let tensor else {
                numbers.append([])
                continue
            }
            guard moved.contains(position) else {
                numbers.append(try reader.numbers(tensor))
                continue
            }
            source.append(try ConstantTensor(tensor, of: reader))
            let count = tensor.elementCount
            guard before + count <= 1 << 24 else { throw reader.unsupported("constants of more than 2^24 elements") }
            numbers.append((before..<before + count).map { Float($0) })
            before += count
        }
        guard let whole = ConstantTensor.joined(source) else { throw reader.unsupported("its inputs are of different types") }
        guard let places = run(numbers) else { return nil }
        var results: [TensorProto] = []
        for (index, output) in places.enumerated() {
            // What an index outside gives.
            guard !output.contains(where: \.isNaN) else { throw reader.unsupported("an index is outside of its input") }
            let tensor = whole.picked(output.map { Int($0) }, shapes.outputs[index])
            results.append(try tensor.tensor(named: reader.proto.outputs[index], of: reader))
        }
        return results
    }

    private func computed(_ name: String) throws(UnsupportedNode) -> [TensorProto]? {
        var numbers: [[Float]] = []
        for tensor in tensors {
            guard let tensor else {
                numbers.append([])
                continue
            }
            numbers.append(try reader.numbers(tensor, exactOnly: Self.compares.contains(name)))
        }
        guard let found = run(numbers) else { return nil }
        let types = reader.inputTypes
        var results: [TensorProto] = []
        for (index, numbers) in found.enumerated() {
            let type = operation.outputType(index, inputs: types)
            if let outside = numbers.first(where: { !type.holds($0) }) {
                throw reader.unsupported("its result \(outside) is no \(type)")
            }
            results.append(
                TensorProto(
                    name: reader.proto.outputs[index], dimensions: shapes.outputs[index], dataType: type, numbers: numbers))
        }
        return results
    }

    /// The numbers of the outputs.
    private func run(_ inputs: [[Float]]) -> [[Float]]? {
        // Beside an empty axis, the others may be of any length.
        if shapes.outputs.allSatisfy({ $0.contains(0) }) { return shapes.outputs.map { _ in [] } }
        let kernel = operation.kernel(for: shapes)
        guard kernel.memory.packedForward == 0 else { return nil }
        var memory = inputs.flatMap(\.self)
        var places: [BufferPlace?] = []
        var offset = 0
        for input in inputs {
            places.append(input.isEmpty ? nil : BufferPlace(.values, offset: offset, count: input.count))
            offset += input.count
        }
        var outputs: [BufferPlace] = []
        for shape in shapes.outputs {
            let count = shape.reduce(1, *)
            outputs.append(BufferPlace(.values, offset: memory.count, count: count))
            memory += [Float](repeating: 0, count: count)
        }
        let retained = memory.count
        memory += [Float](repeating: 0, count: kernel.memory.retained)
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        memory.withUnsafeMutableBufferPointer { memory in
            guard let base = memory.baseAddress else { return }
            let pass = PassMemory(parameters: base)
            places.withUnsafeBufferPointer { places in
                outputs.withUnsafeBufferPointer { outputs in
                    kernel.forward(
                        ForwardPass(
                            inputs: OptionalBuffers(places, in: pass), outputs: Buffers(outputs, in: pass),
                            packedForward: base, retained: base + retained,
                            epilogue: CKEpilogue(addend: nil, relu: false, mask: nil),
                            part: CKPart(index: 0, count: 1)))
                }
            }
        }
        return outputs.map { Array(memory[$0.offset..<$0.offset + $0.count]) }
    }
}

extension ConstantTensor {
    /// The elements of all, in their order, as a list; `nil` when their types differ.
    fileprivate static func joined(_ tensors: [ConstantTensor]) -> ConstantTensor? {
        guard let first = tensors.first else { return nil }
        switch first.elements {
        case .floats:
            let floats = tensors.compactMap(\.floats)
            guard floats.count == tensors.count else { return nil }
            return ConstantTensor([floats.reduce(0) { $0 + $1.count }], .floats(floats.flatMap(\.self)))
        case .integers(_, let type):
            var all: [Int] = []
            for tensor in tensors {
                guard case .integers(let values, type) = tensor.elements else { return nil }
                all += values
            }
            return ConstantTensor([all.count], .integers(all, type))
        }
    }
}
