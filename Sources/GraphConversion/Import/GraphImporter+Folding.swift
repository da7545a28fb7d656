import NeuralGraph
import ONNX
import Operators

// What is known when the file is read.
extension GraphImporter {
    /// Defines the outputs of a node whose inputs are constants.
    ///
    /// - Returns: whether it is such a node.
    mutating func fold(_ node: NodeProto) throws -> Bool {
        if try foldShape(node) { return true }
        if node.operatorType == "Constant" { return try foldTensors(node) }
        guard node.inputs.allSatisfy({ $0.isEmpty || scope.operand($0)?.constant != nil }), node.inputs.contains(where: { !$0.isEmpty })
        else { return false }
        let isPlain = node.inputs.allSatisfy { $0.isEmpty || scope.tensor($0) != nil }
        if isPlain, try foldTensors(node) { return true }
        if !isPlain, try foldMakers(node) { return true }
        return try foldAsSamples(node)
    }

    private mutating func foldTensors(_ node: NodeProto) throws(UnsupportedNode) -> Bool {
        let constants = node.inputs.map(scope.tensor)
        guard let result = try ConstantFolding.fold(node, opset: opset, constants: constants, limit: foldable) else { return false }
        // Small results of large constants take their time, too.
        foldable -= min(foldable, constants.reduce(0) { $0 + ($1?.content.count ?? 0) / 4 })
        take(result.elementCount)
        if !result.name.isEmpty { scope.define(result) }
        return true
    }

    private mutating func take(_ elements: Int) { foldable -= min(foldable, elements) }

    private func cost(of elements: ConstantElements, _ shape: [Int]) -> Int {
        (Shape.count(shape) ?? 0) * (elements.tensor == nil ? ConstantEvaluation.costOfSymbol : 1)
    }

    /// What is said of a constant with an empty axis beside long ones.
    private func tooLong(_ shape: PlacedShape) -> String { "a constant of shape \(shape.dimensions) has axes that are too long together" }

    // MARK: Shapes

    /// `Shape` or `Size` of a value or a constant.
    private mutating func foldShape(_ node: NodeProto) throws(UnsupportedNode) -> Bool {
        guard node.isOfONNX, ["Shape", "Size"].contains(node.operatorType), let name = node.inputs.first, let output = node.outputs.first,
            let shape = scope.operand(name)?.shape
        else { return false }
        let whole = shape.dimensions
        if node.operatorType == "Size" {
            guard let count = SymbolicInteger.product(whole) else { throw unsupported(node, "the shape \(whole)") }
            define(output, [count], [])
            return true
        }
        let reader = NodeReader(proto: node, opset: opset, inputShapes: [], constants: [])
        func bound(_ name: String, default fallback: Int) throws(UnsupportedNode) -> Int {
            let given = try reader.int(name, default: fallback)
            return min(max(given < 0 ? given.addingReportingOverflow(whole.count).partialValue : given, 0), whole.count)
        }
        let (start, end) = (try bound("start", default: 0), try bound("end", default: whole.count))
        let part = Array(whole[start..<max(start, end)])
        define(output, part, [part.count])
        return true
    }

    /// Operators by which exporters find the shape that operands are repeated to.
    private static let broadcasting: Set<String> = ["Max", "Min", "Sum", "Add", "Mul"]

    /// Defines the shape of what an element-wise node computes, if nothing else is asked of it.
    mutating func measure(_ node: NodeProto) throws(UnsupportedNode) -> Bool {
        guard node.isOfONNX, Self.broadcasting.contains(node.operatorType), file.isMeasured(node) else { return false }
        let operands = node.inputs.map(scope.operand)
        var translation = AxisTranslation(node, opset: opset, inputs: operands, fixedBatch: fixedBatch)
        try translation.elementwise()
        var shape: [Int] = []
        for (position, operand) in operands.enumerated() {
            let own = translation.views[position] ?? operand?.shape.sample ?? []
            guard let whole = Shape.broadcast(shape, own) else { throw unsupported(node, "the shapes \(shape) and \(own) do not fit") }
            shape = whole
        }
        scope.define(node.outputs[0], shape: PlacedShape(shape, place: translation.outputs[0]))
        return true
    }

    mutating func define(_ name: String, _ integers: [SymbolicInteger], _ shape: [Int], place: BatchPlace? = nil) {
        let numbers = integers.compactMap(\.number)
        let isKnown = numbers.count == integers.count
        scope.define(
            name, isKnown ? .tensor(TensorProto(name: name, dimensions: shape, int64s: numbers)) : .symbols(integers, .int64),
            PlacedShape(shape, place: place))
    }

    // MARK: What is made of lengths that depend on the batch

    private mutating func foldMakers(_ node: NodeProto) throws(UnsupportedNode) -> Bool {
        guard node.isOfONNX, let output = node.outputs.first else { return false }
        switch node.operatorType {
        case "ConstantOfShape": try foldConstantOfShape(node, output)
        case "Range": try foldRange(node, output)
        default: return false
        }
        return true
    }

    /// The same number everywhere, for each sample.
    private mutating func foldConstantOfShape(_ node: NodeProto, _ output: String) throws(UnsupportedNode) {
        guard let operand = scope.operand(node.inputs[0]), let lengths = try? operand.constant?.integers(),
            let shape = PlacedShape(lengths)
        else { throw unsupported(node, "the shape depends on the batch in a way that is not understood") }
        guard Shape.isWithinLimits(shape.sample) else { throw unsupported(node, tooLong(shape)) }
        let list = TensorProto(name: "", dimensions: [shape.sample.count], int64s: shape.sample)
        let sample = try ConstantFolding.fold(node, opset: opset, constants: [list], limit: foldable)
        guard let sample else { throw unsupported(node, "its value is not one number") }
        take(sample.elementCount)
        scope.define(output, .tensor(sample), shape)
    }

    private var tooMany: String { "it is too long for a file of this size" }

    /// Numbers from one on; as many as the batch has samples are the samples' own.
    private mutating func foldRange(_ node: NodeProto, _ output: String) throws(UnsupportedNode) {
        let refusal = unsupported(node, "its length depends on the batch in a way that is not understood")
        let ends = node.inputs.compactMap { name in (try? scope.operand(name)?.constant?.integers())?.first }
        guard ends.count == 3, let way = ends[1].subtracting(ends[0]), let step = ends[2].number, step != 0 else { throw refusal }
        if let number = way.number {
            let (whole, overflow) = number.dividedReportingOverflow(by: step)
            guard !overflow, whole < foldable / ConstantEvaluation.costOfSymbol else { throw unsupported(node, tooMany) }
            let count = max(0, number % step == 0 || (number < 0) != (step < 0) ? whole : whole + 1)
            take(count * ConstantEvaluation.costOfSymbol)
            let all = (0..<count).compactMap { ends[0].adding(SymbolicInteger($0 * step)) }
            return define(output, all, [count])
        }
        guard let whole = way.factorOfBatch, step > 0, whole > 0, whole % step == 0 else { throw refusal }
        let factor = whole / step
        guard factor <= foldable / ConstantEvaluation.costOfSymbol else { throw unsupported(node, tooMany) }
        take(factor * ConstantEvaluation.costOfSymbol)
        let all = (0..<factor).compactMap { index in
            SymbolicInteger.sample.multiplied(by: SymbolicInteger(whole)).flatMap { $0.adding(SymbolicInteger(index * step)) }
                .flatMap { $0.adding(ends[0]) }
        }
        let place = BatchPlace(axis: 0, inner: factor)
        define(output, all, place.own, place: place)
    }

    // MARK: Operators on constants

    /// Runs the operator on constants as if they were samples.
    private mutating func foldAsSamples(_ node: NodeProto) throws -> Bool {
        guard node.isOfONNX, let type = OperatorList.type(named: node.operatorType) else { return false }
        let translated = try translated(node, type, areSamples: true)
        // Small results of large constants take their time, too.
        take(translated.constants.reduce(0) { $0 + ($1?.tensor?.content.count ?? 0) / 4 })
        guard let results = try ConstantEvaluation.results(translated, limit: &foldable) else { return false }
        for (position, result) in results.enumerated() where !node.outputs[position].isEmpty {
            let shape = PlacedShape(result.shape, place: translated.places[position])
            guard Shape.isWithinLimits(shape.sample) else { throw unsupported(node, tooLong(shape)) }
            take(cost(of: result.elements, result.shape))
            scope.define(
                node.outputs[position], result.elements, shape)
        }
        return true
    }
}
