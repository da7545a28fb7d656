import ONNX

/// `Reshape`, `Flatten`, `Squeeze`, `Unsqueeze`: the same elements in the same order under another per-sample shape.
///
/// The batch must stay what it is. The length of the first axis of a sample is not kept, but follows from the rest, so
/// that channels can be removed before it. Where the whole sample becomes one vector, the node is written as `Flatten`.
package struct Reshape: Operator, Kernel {
    package static let onnxNames = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]
    package static let readsInvocations = true
    package var onnxName: String { tail == [] && batch == .axis0 ? "Flatten" : "Reshape" }

    /// The per-sample shape without its first axis; `nil` for a sample that is a single number without axes.
    private var tail: [Int]?
    private let batch: Batch

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        batch = node.batch
        let input = try node.batchedShape(0)
        let shape: [Int]
        switch node.proto.operatorType {
        case "Reshape": shape = try Self.reshaped(input, &node)
        case "Flatten": shape = try Self.flattened(input, node)
        case "Squeeze": shape = try Self.squeezed(input, &node)
        default: shape = try Self.unsqueezed(input, &node)
        }
        tail = shape.isEmpty ? nil : Array(shape.dropFirst())
    }

    private static func reshaped(_ input: [Int], _ node: inout NodeReader) throws(UnsupportedNode) -> [Int] {
        guard let target = try node.constantIntegers(1, "the shape") else {
            throw node.unsupported("the shape is missing")
        }
        let keepsZero = try node.int("allowzero", default: 0) != 0
        if node.batch == .invocation { return try wholly(input, target, keepsZero: keepsZero, node) }
        guard let batch = target.first else { throw node.unsupported("the shape is empty") }
        let count = input.reduce(1, *)
        var rest = Array(target.dropFirst())
        if !keepsZero {
            for axis in rest.indices where rest[axis] == 0 && axis < input.count { rest[axis] = input[axis] }
        }
        let isBatch = batch == 0 && !keepsZero || batch == -1 || batch == node.fixedBatch
        let known = Shape.count(rest.filter { $0 != -1 }) ?? 0
        if let free = rest.firstIndex(of: -1), known > 0, batch != -1 { rest[free] = count / known }
        guard isBatch, Shape.count(rest) == count else {
            throw node.unsupported("the shape \(target) does not keep the batch apart (a sample is \(input))")
        }
        return rest
    }

    /// The shape of a whole invocation.
    private static func wholly(
        _ input: [Int], _ target: [Int], keepsZero: Bool, _ node: NodeReader
    ) throws(UnsupportedNode) -> [Int] {
        var result = target
        if !keepsZero {
            for axis in result.indices where result[axis] == 0 && axis < input.count { result[axis] = input[axis] }
        }
        let count = input.reduce(1, *)
        let known = Shape.count(result.filter { $0 != -1 }) ?? 0
        if let free = result.firstIndex(of: -1), known > 0 { result[free] = count / known }
        guard Shape.count(result) == count else { throw node.unsupported("the shape \(target) does not fit \(input)") }
        return result
    }

    private static func flattened(_ input: [Int], _ node: NodeReader) throws(UnsupportedNode) -> [Int] {
        let axis = try node.int("axis", default: 1)
        if node.batch == .invocation {
            let split = axis < 0 ? axis + input.count : axis
            guard (0...input.count).contains(split) else { throw node.unsupported("axis \(axis) of \(input)") }
            return [input[..<split].reduce(1, *), input[split...].reduce(1, *)]
        }
        let own = axis < 0 ? axis + input.count : axis - 1
        guard input.indices.contains(own) || own == 0, input[..<own].allSatisfy({ $0 == 1 }) else {
            throw node.unsupported("axis \(axis) does not keep the batch apart")
        }
        return [input.reduce(1, *)]
    }

    private static func squeezed(_ input: [Int], _ node: inout NodeReader) throws(UnsupportedNode) -> [Int] {
        guard let axes = try node.axes() else {
            guard node.fixedBatch != 1 else { throw node.unsupported("without axes it also removes the batch of 1") }
            return input.filter { $0 != 1 }
        }
        var removed: Set<Int> = []
        for axis in axes {
            let own = try node.perSampleAxis(axis, rank: input.count)
            guard input[own] == 1 else { throw node.unsupported("axis \(axis) is \(input[own]) long") }
            removed.insert(own)
        }
        return input.indices.filter { !removed.contains($0) }.map { input[$0] }
    }

    private static func unsqueezed(_ input: [Int], _ node: inout NodeReader) throws(UnsupportedNode) -> [Int] {
        guard let axes = try node.axes() else { throw node.unsupported("axes are missing") }
        let rank = input.count + axes.count
        var inserted: [Int] = []
        for axis in axes { inserted.append(try node.perSampleAxis(axis, rank: rank)) }
        guard Set(inserted).count == axes.count else { throw node.unsupported("axes \(axes) name one twice") }
        var result = input
        for axis in inserted.sorted() { result.insert(1, at: axis) }
        return result
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let input = inputs[0] else { throw ShapeError("the input is missing") }
        let inner = tail?.reduce(1, *) ?? 1
        guard input.count % inner == 0, tail != nil || input.count == 1 else {
            throw ShapeError("\(input.dimensions) does not fit the shape \(tail.map { [-1] + $0 } ?? [])")
        }
        return [tail.map { [input.count / inner] + $0 } ?? []]
    }

    package func write(to node: inout NodeWriter) {
        if batch == .invocation { return node.setConstant(1, tail.map { [-1] + $0 } ?? []) }
        guard let tail else { return node.setConstant(1, [-1]) }
        if !tail.isEmpty { node.setConstant(1, [0, -1] + tail) }
    }

    /// Axes are taken together until both shapes have come to the same number of elements; what comes after stands in the same order
    /// within it. An axis goes with one of those that it is divided into or made of: heads of attention, for example, in the midst
    /// of `[3, heads, width]`. Of several axes that become several others, two go together that have a factor in common: a group of
    /// channels, or the channels at one place in all groups, where `[channels, pixels]` becomes `[groups, channels * pixels]`.
    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) joins channels")
        let (input, output) = (shapes.inputs[0]?.dimensions ?? [], shapes.outputs[0])
        for block in ReshapeBlock.all(input, output) { block.link(&links, input, output) }
        return links
    }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        result.tail = tail?.indices.map { kept(.output(0, $0 + 1))?.count ?? shapes.outputs[0][$0 + 1] }
        return result
    }

    package var isView: Bool { true }

    package func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        pass.outputs[0].pointer.update(from: x.pointer, count: x.count)
    }

    package func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        dx.pointer.update(from: pass.outputGradients[0].pointer, count: dx.count)
    }
}
