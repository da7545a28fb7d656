import NeuralGraph
import ONNX

/// `Concat`: values one behind the other along an axis of the sample.
package struct Concat: Operator {
    package static let onnxNames = ["Concat"]
    package static let movedInputs = MovedInputs.all
    package var onnxName: String { "Concat" }

    /// Without the batch.
    private let axis: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.concatenate() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        let input = try node.shape(0)
        for position in 0..<node.inputCount { _ = try node.shape(position) }
        guard node.has("axis") else { throw node.unsupported("axis is missing") }
        axis = try node.perSampleAxis(try node.int("axis", default: 1), rank: input.dimensions.count)
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { inputs.allSatisfy(\.self) }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        let shapes = inputs.compactMap { $0?.dimensions }
        guard var result = shapes.first, axis < result.count else {
            throw ShapeError("the inputs have no axis \(axis + 1)")
        }
        for shape in shapes.dropFirst() {
            var other = shape
            guard other.count == result.count else { throw ShapeError("the shapes \(shapes) do not fit") }
            other[axis] = result[axis]
            guard other == result else { throw ShapeError("the shapes \(shapes) do not fit on axis \(axis + 1)") }
            let (sum, overflow) = result[axis].addingReportingOverflow(shape[axis])
            guard !overflow else { throw ShapeError("the axes \(axis + 1) of the shapes \(shapes) are too long together") }
            result[axis] = sum
        }
        return [result]
    }

    package func write(to node: inout NodeWriter) {
        node.set("axis", .int(node.fileAxis(axis)))
        for (position, shape) in node.inputShapes.enumerated() where shape?.isBatched == false { node.repeatForBatch(position) }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: onnxName)
        var before = 0
        for (input, shape) in shapes.inputs.enumerated() {
            links.align(input: input, shapes, except: [axis])
            links.link(.output(0, axis), .input(input, axis), .part(from: before))
            before += shape?.dimensions[axis] ?? 0
        }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let output = shapes.outputs[0]
        let inner = output[(axis + 1)...].reduce(shapes.lanes, *)
        let outer = output[..<axis].reduce(1, *)
        var blocks: [ConcatKernel.Block] = []
        var before = 0
        for (input, shape) in shapes.inputs.enumerated() {
            guard let length = shape?.dimensions[axis] else { continue }
            for row in 0..<outer {
                blocks.append(
                    ConcatKernel.Block(
                        input: input, isConstant: shape?.isBatched == false,
                        whole: (row * output[axis] + before) * inner, own: row * length * inner, count: length * inner))
            }
            before += length
        }
        return ConcatKernel(lanes: shapes.lanes, blocks: blocks)
    }
}

private struct ConcatKernel: Kernel {
    /// What of an input stands together: where it does in the output and in the input, and how many floats.
    struct Block {
        let input: Int
        /// One number stands for all lanes.
        let isConstant: Bool
        let whole: Int
        let own: Int
        let count: Int
    }

    let lanes: Int
    let blocks: [Block]

    func forward(_ pass: ForwardPass) {
        let y = pass.outputs[0].pointer
        for block in blocks {
            guard let x = pass.inputs[block.input] else { continue }
            guard block.isConstant else {
                (y + block.whole).update(from: x.pointer + block.own, count: block.count)
                continue
            }
            for element in 0..<block.count / lanes {
                let number = x.pointer[block.own / lanes + element]
                (y + block.whole + element * lanes).update(repeating: number, count: lanes)
            }
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    func backward(_ pass: BackwardPass) {
        let dy = pass.outputGradients[0].pointer
        for block in blocks {
            guard !block.isConstant, let dx = pass.inputGradients[block.input] else { continue }
            (dx.pointer + block.own).update(from: dy + block.whole, count: block.count)
        }
    }
}
