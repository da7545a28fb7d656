import NeuralGraph
import ONNX

/// `Split` of a sample along an axis into parts, one output each.
package struct Splitting: Operator {
    package static let onnxNames = ["Split"]
    package static let needsAllOutputs = true
    package static let movedInputs = MovedInputs.first
    package var onnxName: String { "Split" }

    /// Without the batch.
    private let axis: Int
    private var lengths: [Int]

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.along(default: 0) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let input = try node.batchedShape(0)
        axis = try node.perSampleAxis(try node.int("axis", default: 0), rank: input.count)
        let length = input[axis]
        let given = node.opset < 13 ? try node.ints("split") : try node.constantIntegers(1, "split")
        if let given {
            guard given.allSatisfy({ (0...length).contains($0) }), given.reduce(0, +) == length else {
                throw node.unsupported("the parts \(given) are not the \(length) on its axis")
            }
            lengths = given
            return
        }
        let parts = try node.int("num_outputs", default: node.proto.outputs.count)
        guard (1...max(1, length)).contains(parts) else { throw node.unsupported("\(parts) parts of \(length)") }
        let most = (length + parts - 1) / parts
        lengths = (0..<parts).map { max(0, min(most, length - $0 * most)) }
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { inputs.first.flatMap(\.self) ?? .float }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, axis < shape.count, shape[axis] == lengths.reduce(0, +) else {
            throw ShapeError("the input does not fit the parts \(lengths)")
        }
        return lengths.map { length in
            var part = shape
            part[axis] = length
            return part
        }
    }

    package func write(to node: inout NodeWriter) {
        node.set("axis", .int(node.fileAxis(axis)))
        node.setConstant(1, lengths)
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: onnxName)
        var before = 0
        for (output, shape) in shapes.outputs.enumerated() {
            for own in shape.indices { links.link(.input(0, own), .output(output, own), own == axis ? .part(from: before) : .same) }
            before += shape[axis]
        }
        return links
    }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        result.lengths = lengths.indices.map { kept(.output($0, axis))?.count ?? lengths[$0] }
        return result
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let input = shapes.inputs[0]?.dimensions ?? []
        return SplitKernel(
            outer: input[..<axis].reduce(1, *), inner: input[(axis + 1)...].reduce(shapes.lanes, *), lengths: lengths)
    }
}

private struct SplitKernel: Kernel {
    let outer: Int
    let inner: Int
    let lengths: [Int]

    /// For each piece that stands together: the output, where it is there and in the input, and how many floats.
    private func forEach(_ body: (_ output: Int, _ own: Int, _ whole: Int, _ count: Int) -> Void) {
        let total = lengths.reduce(0, +) * inner
        var before = 0
        for (output, length) in lengths.enumerated() {
            let count = length * inner
            for row in 0..<outer { body(output, row * count, row * total + before, count) }
            before += count
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        forEach { output, own, whole, count in
            (pass.outputs[output].pointer + own).update(from: x.pointer + whole, count: count)
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        forEach { output, own, whole, count in
            (dx.pointer + whole).update(from: pass.outputGradients[output].pointer + own, count: count)
        }
    }
}
