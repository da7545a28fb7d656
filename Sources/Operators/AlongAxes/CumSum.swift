import CKernels
import NeuralGraph
import ONNX

/// `CumSum` along an axis of the sample, from either end, with or without the element itself.
package struct CumSum: Operator {
    package static let onnxNames = ["CumSum"]
    package var onnxName: String { "CumSum" }

    /// Without the batch.
    private let axis: Int
    private let isExclusive: Bool
    private let isReversed: Bool
    /// Where results are integers.
    private let integers: IntegerResults?

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let x = try node.shape(0)
        guard let given = try node.numbers(1, "axis")?.first else { throw node.unsupported("axis is missing") }
        node.give(1, [try node.sampleAxis(node.axis(given, rank: x.rank), of: x) + 1])
        node.place(x.place)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let rank = try node.batchedShape(0).count
        guard let given = try node.constantIntegers(1, "axis")?.first else { throw node.unsupported("axis is missing") }
        axis = try node.perSampleAxis(given, rank: rank)
        isExclusive = try node.int("exclusive", default: 0) != 0
        isReversed = try node.int("reverse", default: 0) != 0
        integers = IntegerResults(node.type(0))
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, axis < shape.count else { throw ShapeError("the input has no such axis") }
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        if isExclusive { node.set("exclusive", .int(1)) }
        if isReversed { node.set("reverse", .int(1)) }
        node.setConstant(1, TensorProto(name: "", dimensions: [], int64s: [node.fileAxis(axis)]))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .over(axis, shapes, onnxName) }

    package var boundsIntegers: Bool { integers != nil }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.outputs[0]
        return CumSumKernel(
            outer: shape[..<axis].reduce(1, *), length: shape[axis], inner: shape[(axis + 1)...].reduce(shapes.lanes, *),
            isExclusive: isExclusive, isReversed: isReversed, integers: integers)
    }
}

private struct CumSumKernel: Kernel {
    let outer: Int
    let length: Int
    let inner: Int
    let isExclusive: Bool
    let isReversed: Bool
    let integers: IntegerResults?

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        sum(x.pointer, pass.outputs[0].pointer, isReversed: isReversed)
        integers?.take(pass.outputs[0].pointer, count: pass.outputs[0].count)
    }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        sum(pass.outputGradients[0].pointer, dx.pointer, isReversed: !isReversed)
    }

    private func sum(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, isReversed: Bool) {
        for row in 0..<outer {
            for step in 0..<length {
                let index = isReversed ? length - 1 - step : step
                let own = y + (row * length + index) * inner
                let source = x + (row * length + index) * inner
                guard step > 0 else {
                    if isExclusive { own.update(repeating: 0, count: inner) } else { own.update(from: source, count: inner) }
                    continue
                }
                let neighbour = isReversed ? inner : -inner
                own.update(from: own + neighbour, count: inner)
                ck_accumulate(Int64(inner), isExclusive ? source + neighbour : source, own)
            }
        }
    }
}
