import NeuralGraph
import ONNX
import Operators

// Integers that are computed for each sample, and have the sample's number in them: indices into the samples of a whole batch.
extension GraphImporter {
    /// Appends a node that takes such integers, or makes them of numbers of samples and of what is computed.
    ///
    /// - Returns: whether it is such a node.
    mutating func appendNumbered(_ node: NodeProto) throws -> Bool {
        let numbered = node.inputs.indices.filter { scope.numbering(node.inputs[$0]) != nil }
        guard !numbered.isEmpty || node.inputs.contains(where: isSampleNumber) else { return false }
        let inputs = numberedInputs(of: node)
        if case .indices(let areInRows) = inputs {
            try append(countingFromFront(node, areInRows: areInRows))
            return true
        }
        guard numbered.allSatisfy(inputs.positions.contains) else { throw refusal(node, numbered) }
        guard !numbered.isEmpty || inputs.positions.count == node.inputs.count else { return false }
        try appendLinear(node, inputs)
        return true
    }

    /// Nodes of several outputs, each of which has numbers of its own, are not understood.
    private func numberedInputs(of node: NodeProto) -> NumberedInputs {
        guard node.isOfONNX, node.outputs.count == 1, let type = OperatorList.type(named: node.operatorType) else { return .moved([]) }
        return type.numberedInputs(AxisTranslation(node, opset: opset, inputs: node.inputs.map(scope.operand), fixedBatch: fixedBatch))
    }

    private func refusal(_ node: NodeProto, _ numbered: [Int]) -> UnsupportedNode {
        unsupported(node, "its input '\(numbered.first.map { node.inputs[$0] } ?? "")' tells samples of the batch apart by their numbers")
    }

    private func isSampleNumber(_ name: String) -> Bool {
        scope.operand(name)?.constant?.sampleNumbers != nil
    }

    private mutating func appendLinear(_ node: NodeProto, _ inputs: NumberedInputs) throws {
        guard let type = OperatorList.type(named: node.operatorType), let output = node.outputs.first else { return }
        let positions = inputs.positions
        let numberings = try positions.map { try numbering(node.inputs[$0], of: node) }
        func results(_ elements: (SampleNumbering) -> [Int], in importer: inout GraphImporter) throws -> [Int] {
            let given = Dictionary(uniqueKeysWithValues: zip(positions, numberings.map(elements)))
            return try importer.elements(of: node, type, given)
        }
        let steps = try results({ $0.steps }, in: &self)
        var mayBeNegative = steps.map { _ in true }
        if inputs.keepsSigns {
            mayBeNegative = try results({ $0.mayBeNegative.map { $0 ? 1 : 0 } }, in: &self).map { $0 != 0 }
        }
        try append(withoutNumbers(node, inputs))
        guard steps.contains(where: { $0 != 0 }) else { return }
        guard !file.outputNames.contains(output) else {
            throw unsupported(node, "the network's output '\(output)' would tell samples of the batch apart by their numbers")
        }
        guard scope.type(output)?.isOfIndices == true else { throw refusal(node, positions) }
        scope.number(output, SampleNumbering(steps: steps, mayBeNegative: mayBeNegative))
    }

    /// What an input has of numbers of samples; computed integers may have nothing of them.
    private mutating func numbering(_ name: String, of node: NodeProto) throws(UnsupportedNode) -> SampleNumbering {
        if let known = scope.numbering(name) { return known }
        guard let operand = scope.operand(name), let count = Shape.count(operand.shape.sample), count <= foldable else {
            throw unsupported(node, "the indices '\(name)' are too many for a file of this size")
        }
        foldable -= count
        if let constant = operand.constant, let numbers = constant.sampleNumbers {
            guard constant.type.isOfIndices, let range = constant.type.integerRange,
                numbers.allSatisfy({ range.contains($0.step) && range.contains($0.rest) })
            else { throw unsupported(node, "the numbers of samples in its input '\(name)' do not fit the type \(constant.type)") }
            return SampleNumbering(steps: numbers.map(\.step), mayBeNegative: numbers.map { $0.rest < 0 })
        }
        let steps = [Int](repeating: 0, count: count)
        if let constant = operand.constant {
            guard let integers = try? constant.tensor?.integers(), integers.count == count else {
                throw unsupported(node, "its input '\(name)' depends on the size of the batch")
            }
            return SampleNumbering(steps: steps, mayBeNegative: integers.map { $0 < 0 })
        }
        let mayBeNegative = scope.value(name).map { !neverNegative.contains($0) } ?? true
        return SampleNumbering(steps: steps, mayBeNegative: steps.map { _ in mayBeNegative })
    }

    /// What a node makes of these integers in place of its inputs.
    private mutating func elements(of node: NodeProto, _ type: any Operator.Type, _ given: [Int: [Int]]) throws -> [Int] {
        let operands = node.inputs.enumerated().map { position, name -> NodeOperand? in
            guard let operand = scope.operand(name), let integers = given[position] else { return scope.operand(name) }
            let tensor = TensorProto(name: name, dimensions: operand.shape.sample, int64s: integers)
            return NodeOperand(shape: operand.shape, constant: .tensor(tensor))
        }
        let translated = try TranslatedNode(
            node, type, opset: opset, operands: operands, types: operands.map { $0?.constant?.type }, batch: batch, fixedBatch: fixedBatch,
            areSamples: true)
        guard operands.allSatisfy({ $0?.constant != nil }),
            let result = try ConstantEvaluation.results(translated, limit: &foldable)?.first,
            let integers = try result.elements.tensor?.integers()
        else { throw unsupported(node, "it changes numbers of samples in a way that is not understood") }
        foldable -= min(foldable, integers.count)
        return integers
    }

    /// The node with what is left of its inputs without the numbers of samples.
    private mutating func withoutNumbers(_ node: NodeProto, _ inputs: NumberedInputs) -> NodeProto {
        var rest = node
        for position in inputs.positions {
            let name = node.inputs[position]
            guard let operand = scope.operand(name), let constant = operand.constant, let numbers = constant.sampleNumbers else { continue }
            if inputs.mayBeLeftOut(position), numbers.allSatisfy({ $0.rest == 0 }) {
                let other = node.inputs[1 - position]
                guard !addsNoAxes(operand.shape, to: other) else {
                    return NodeProto(name: node.name, operatorType: "Identity", inputs: [other], outputs: node.outputs)
                }
            }
            rest.inputs[position] = unusedName(name + ".own")
            let tensor = TensorProto(
                name: rest.inputs[position], dimensions: operand.shape.sample, dataType: constant.type, integers: numbers.map(\.rest))
            scope.define(tensor.name, .tensor(tensor), operand.shape)
        }
        return rest
    }

    /// Whether the sum with a constant of this shape has the shape that the other one has.
    private func addsNoAxes(_ shape: PlacedShape, to other: String) -> Bool {
        guard let sum = scope.operand(other)?.shape, let place = sum.place, let own = shape.place, sum.rank >= shape.rank else {
            return false
        }
        let aligned = own.moved(to: own.axis + sum.rank - shape.rank)
        return aligned == place && Shape.broadcast(shape.sample, sum.sample) == sum.sample
    }

    // MARK: Indices

    /// The node with indices along the axis of the batch of which none that is below 0 is taken for one from the end: in the file it stands
    /// for a sample before. Those that are not known to be at least 0 are put beyond the end where they are not.
    private mutating func countingFromFront(_ node: NodeProto, areInRows: Bool) throws -> NodeProto {
        let name = node.inputs[1]
        guard let indices = scope.operand(name), let numbering = indices.numbering, let place = scope.operand(node.inputs[0])?.shape.place,
            let type = scope.type(name)
        else { return node }
        guard zip(numbering.steps, numbering.mayBeNegative).contains(where: { $0 != 0 && $1 }) else { return node }
        let row = numbering.steps.prefix(areInRows ? indices.shape.sample.last ?? 1 : 1)
        let shape = areInRows ? [row.count] : []
        // No index of another axis is below the least, which is beyond the beginning of every axis.
        let (least, end) = (-(1 << 24), place.inner)
        guard let range = type.integerRange, range.contains(least), range.contains(end) else {
            throw unsupported(node, "its indices of type \(type) do not reach beyond the \(end) of a sample on the batch's axis")
        }
        func constant(_ word: String, _ integers: [Int]) -> TensorProto {
            TensorProto(name: unusedName(name + word), dimensions: shape, dataType: type, integers: integers)
        }
        let limits = constant(".least", row.map { $0 == 0 ? least : 0 })
        let ends = constant(".end", row.map { $0 == 0 ? least : end })
        scope.define(limits)
        scope.define(ends)
        let (isOutside, checked) = (unusedName(name + ".outside"), unusedName(name + ".checked"))
        try append(NodeProto(name: isOutside, operatorType: "Less", inputs: [name, limits.name], outputs: [isOutside]))
        try append(NodeProto(name: checked, operatorType: "Where", inputs: [isOutside, ends.name, name], outputs: [checked]))
        scope.number(checked, SampleNumbering(steps: numbering.steps, mayBeNegative: numbering.steps.map { _ in false }))
        var node = node
        node.inputs[1] = checked
        return node
    }
}

extension DataType {
    /// Whether indices may be of the type: no other numbers samples.
    fileprivate var isOfIndices: Bool { self == .int32 || self == .int64 }
}

extension ConstantElements {
    /// Integers that are a multiple of the number of their sample and a rest; `nil` for others, and where all are the rest.
    fileprivate var sampleNumbers: [(step: Int, rest: Int)]? {
        guard case .symbols(let symbols, _) = self else { return nil }
        let numbers = symbols.compactMap(\.multipleOfSample)
        return numbers.count == symbols.count ? numbers : nil
    }
}
