import NeuralGraph
import ONNX

/// `Reshape`, `Flatten`, `Squeeze`, `Unsqueeze`: the same elements in the same order under another per-sample shape.
///
/// The batch must stay what it is. The length of the first axis of a sample is not kept, but follows from the rest, so
/// that channels can be removed before it. Where the whole sample becomes one vector, the node is written as `Flatten`.
package struct Reshape: Operator, Kernel {
    package static let onnxNames = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]
    package static let movedInputs = MovedInputs.first
    package var onnxName: String { tail == [] ? "Flatten" : "Reshape" }

    /// The per-sample shape without its first axis; `nil` for a sample that is a single number without axes.
    private var tail: [Int]?

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        switch node.node.operatorType {
        case "Reshape":
            guard let target = try node.integers(1, "the shape") else { throw node.unsupported("the shape is missing") }
            try node.reshape(target, keepsZero: node.int("allowzero", default: 0) != 0)
        case "Flatten": try node.flatten()
        case "Squeeze": try node.squeeze(axes(node))
        default:
            guard let axes = try axes(node) else { throw node.unsupported("axes are missing") }
            try node.unsqueeze(axes)
        }
    }

    package init(sample: [Int]) { tail = sample.isEmpty ? nil : Array(sample.dropFirst()) }

    /// Reads a `Reshape` to a shape that has the batch in front.
    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        _ = try node.batchedShape(0)
        guard let target = try node.constantIntegers(1, "the shape"), !target.isEmpty else {
            throw node.unsupported("the shape is missing")
        }
        self.init(sample: Array(target.dropFirst()))
    }

    /// Axes as attribute (before opset 13) or as constant input 1.
    private static func axes(_ node: AxisTranslation) throws(UnsupportedNode) -> [Int]? {
        var axes = try node.ints("axes")
        if axes == nil { axes = try node.numbers(1, "axes") }
        guard axes?.count ?? 0 <= Shape.rankLimit else { throw node.unsupported("axes are more than \(Shape.rankLimit)") }
        return axes
    }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { inputs[0] }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let input = inputs[0] else { throw ShapeError("the input is missing") }
        let inner = tail?.reduce(1, *) ?? 1
        guard inner > 0, input.count % inner == 0, tail != nil || input.count == 1 else {
            throw ShapeError("\(input.dimensions) does not fit the shape \(tail.map { [-1] + $0 } ?? [])")
        }
        return [tail.map { [input.count / inner] + $0 } ?? []]
    }

    package func write(to node: inout NodeWriter) {
        let open = node.openLengths(ofOutput: 0)
        if open.keys.contains(where: { $0 > 0 }) { return node.writeReshape() }
        guard node.batch == .axis0 else {
            node.operatorType = "Reshape"
            return node.setConstant(1, tail.map { [-1] + $0 } ?? [])
        }
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

    package func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    package func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        dx.pointer.update(from: pass.outputGradients[0].pointer, count: dx.count)
    }
}

extension NodeWriter {
    /// Writes the node as a `Reshape` of its first input to its output, of which some axes are open: 0 stands for the length of the
    /// input's axis, -1 for one that follows from the others.
    mutating func writeReshape() {
        operatorType = "Reshape"
        let (shape, open) = (outputShapes[0], openLengths(ofOutput: 0))
        let lengths = shape.indices.map { axis -> WrittenLength in
            open[axis] != nil && openLengths(ofInput: 0)[axis] == open[axis] ? .number(0) : .length(axis, of: shape, open)
        }
        let isOne = lengths.count { $0.number == nil } == 1
        let behindBatch = lengths.map { isOne ? .number($0.number ?? -1) : $0 }
        setLengths(1, [WrittenLength](repeating: .number(0), count: batch.axes) + behindBatch)
    }
}
