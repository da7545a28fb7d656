import NeuralGraph
import ONNX

/// `ReverseSequence`: of each sequence, so long as it is, the steps in reverse; the rest stays. The sequences are samples, or stand along
/// an axis.
package struct ReverseSequence: Operator {
    package static let onnxNames = ["ReverseSequence"]
    package var onnxName: String { "ReverseSequence" }

    /// Of the steps, in a sample.
    private let timeAxis: Int
    /// Of the sequences; `nil` where each sample is one.
    private let sequenceAxis: Int?

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.reverseSequences() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let rank = try node.batchedShape(0).count
        timeAxis = try node.perSampleAxis(try node.int("time_axis", default: 0), rank: rank)
        let sequences = try node.int("batch_axis", default: 1)
        let lengths = try node.shape(1)
        guard sequences == 0 else {
            sequenceAxis = try node.perSampleAxis(sequences, rank: rank)
            guard node.batch == .invocation || !lengths.isBatched else { throw node.unsupported("its lengths belong to samples") }
            return
        }
        guard lengths.isBatched else { throw node.unsupported("the lengths are a constant for each sample of a batch") }
        sequenceAxis = nil
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let shape = inputs[0]?.dimensions, let lengths = inputs[1]?.dimensions else {
            throw ShapeError("an input is missing")
        }
        guard timeAxis < shape.count, lengths == (sequenceAxis.map { [shape[$0]] } ?? []), sequenceAxis != timeAxis else {
            throw ShapeError("the lengths \(lengths) do not fit \(shape)")
        }
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        node.set("time_axis", .int(node.fileAxis(timeAxis)))
        node.set("batch_axis", .int(sequenceAxis.map { node.fileAxis($0) } ?? 0))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) works on steps")
        links.align(input: 0, shapes, except: [timeAxis])
        if let sequenceAxis { links.link(.output(0, sequenceAxis), .input(1, 0)) }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let (shape, strides) = (shapes.outputs[0], Shape.strides(shapes.outputs[0]))
        return ReverseSequenceKernel(
            count: shape.reduce(1, *), steps: shape[timeAxis], stride: strides[timeAxis],
            sequence: sequenceAxis.map { (strides[$0], shape[$0]) } ?? (1, 1), lanes: shapes.lanes,
            areBatched: shapes.inputs[1]?.isBatched == true)
    }
}

private struct ReverseSequenceKernel: Kernel {
    let count: Int
    let steps: Int
    /// From step to step.
    let stride: Int
    /// From sequence to sequence, and how many there are.
    let sequence: (stride: Int, count: Int)
    let lanes: Int
    /// Whether there are lengths for each lane.
    let areBatched: Bool

    /// For each element and lane: where it stands, and where what comes there does.
    private func forEach(_ lengths: Buffer, _ body: (_ place: Int, _ source: Int) -> Void) {
        for element in 0..<count {
            let (step, own) = (element / stride % steps, element / sequence.stride % sequence.count)
            for lane in 0..<lanes {
                let given = lengths.pointer[areBatched ? own * lanes + lane : own]
                let length = given > 0 ? Int(min(given, Float(steps))) : 0
                let source = step < length ? element + (length - 1 - 2 * step) * stride : element
                body(element * lanes + lane, source * lanes + lane)
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0], let lengths = pass.inputs[1] else { return }
        let y = pass.outputs[0].pointer
        forEach(lengths) { place, source in y[place] = x.pointer[source] }
    }

    func backward(_ pass: BackwardPass) {
        if let gradient = pass.inputGradients[1] { gradient.pointer.update(repeating: 0, count: gradient.count) }
        guard let lengths = pass.inputs[1], let dx = pass.inputGradients[0] else { return }
        let dy = pass.outputGradients[0].pointer
        forEach(lengths) { place, source in dx.pointer[source] = dy[place] }
    }
}
