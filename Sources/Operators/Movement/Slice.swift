import NeuralGraph
import ONNX

/// `Slice`: a range of indices on some axes of the sample, also in steps and backwards.
package struct Slice: ElementMovingOperator {
    package static let onnxNames = ["Slice"]
    package static let movedInputs = MovedInputs.first
    package var onnxName: String { "Slice" }

    /// As in the file: `start` and `end` may count from the end of the axis and lie beyond it.
    private struct Cut: Sendable {
        /// Without the batch.
        let axis: Int
        let start: Int
        let end: Int
        let step: Int

        /// What is taken from an axis of this length.
        func taken(from length: Int) -> (first: Int, count: Int) {
            func resolve(_ index: Int, _ range: ClosedRange<Int>) -> Int {
                min(max(index < 0 ? index + length : index, range.lowerBound), range.upperBound)
            }
            let range = step > 0 ? 0...length : -1...length - 1
            let first = resolve(start, range)
            let way = step > 0 ? resolve(end, range) - first : first - resolve(end, range)
            return (first, max(0, (way + abs(step) - 1) / abs(step)))
        }
    }

    private var cuts: [Cut]

    /// What a node takes, as in the file.
    package static func cuts(_ node: AxisTranslation) throws(UnsupportedNode) -> [AxisTranslation.Cut] {
        func integers(_ position: Int, _ name: String) throws(UnsupportedNode) -> [SymbolicInteger]? {
            node.opset < 10 ? try node.ints(name)?.map(SymbolicInteger.init) : try node.integers(position, name)
        }
        guard let starts = try integers(1, "starts"), let ends = try integers(2, "ends") else {
            throw node.unsupported("starts or ends are missing")
        }
        let axes = try integers(3, "axes")?.compactMap(\.number) ?? Array(0..<starts.count)
        let steps = try integers(4, "steps") ?? starts.map { _ in SymbolicInteger(1) }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw node.unsupported("starts, ends, axes and steps are not of one length")
        }
        return axes.indices.map { .init(axis: axes[$0], start: starts[$0], end: ends[$0], step: steps[$0]) }
    }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let cuts = try node.slice(cuts(node))
        if cuts.isEmpty { return node.becomeIdentity() }
        guard node.opset >= 10 else {
            for (name, values) in [("starts", cuts.map(\.start)), ("ends", cuts.map(\.end)), ("axes", cuts.map(\.axis))] {
                node.set(name, .ints(values))
            }
            return
        }
        for (index, values) in [cuts.map(\.start), cuts.map(\.end), cuts.map(\.axis), cuts.map(\.step)].enumerated() {
            node.give(index + 1, values)
        }
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: node.opset < 10 ? 1 : 5)
        let rank = try node.batchedShape(0).count
        let starts = try Self.integers(&node, 1, "starts")
        let ends = try Self.integers(&node, 2, "ends")
        guard let starts, let ends else { throw node.unsupported("starts or ends are missing") }
        let axes = try Self.integers(&node, 3, "axes") ?? Array(0..<starts.count)
        let steps = try Self.integers(&node, 4, "steps") ?? [Int](repeating: 1, count: starts.count)
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw node.unsupported("starts, ends, axes and steps are not of one length")
        }
        var cuts: [Cut] = []
        for (index, given) in axes.enumerated() {
            let (start, end, step) = (starts[index], ends[index], steps[index])
            let axis = try node.perSampleAxis(given, rank: rank)
            guard step != 0, !cuts.contains(where: { $0.axis == axis }) else {
                throw node.unsupported("axis \(given) is given twice or in steps of 0")
            }
            // Lengths of axes are far below: a step beyond the limit takes one index.
            let bounded = min(max(step, -Shape.limit), Shape.limit)
            cuts.append(Cut(axis: axis, start: start, end: end, step: bounded))
        }
        self.cuts = cuts
    }

    /// Attributes before opset 10, constant inputs since.
    private static func integers(
        _ node: inout NodeReader, _ position: Int, _ name: String
    ) throws(UnsupportedNode) -> [Int]? {
        if node.opset < 10 { return try node.ints(name) }
        return try node.constantIntegers(position, name)
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard var shape = inputs[0]?.dimensions else { throw ShapeError("the input is missing") }
        for cut in cuts {
            guard cut.axis < shape.count else { throw ShapeError("the input has no axis \(cut.axis + 1)") }
            shape[cut.axis] = cut.taken(from: shape[cut.axis]).count
        }
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        node.setConstant(1, cuts.map(\.start))
        node.setConstant(2, cuts.map(\.end))
        node.setConstant(3, cuts.map { node.fileAxis($0.axis) })
        node.setConstant(4, cuts.map(\.step))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) in steps")
        for (axis, length) in (shapes.inputs[0]?.dimensions ?? []).enumerated() {
            if let cut = cuts.first(where: { $0.axis == axis }) {
                guard cut.step == 1 else { continue }
                links.link(.input(0, axis), .output(0, axis), .part(from: cut.taken(from: length).first))
            } else {
                links.link(.input(0, axis), .output(0, axis))
            }
        }
        return links
    }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        result.cuts = cuts.map { cut in
            guard let left = kept(.input(0, cut.axis)), let length = shapes.inputs[0]?.dimensions[cut.axis] else { return cut }
            let (first, count) = cut.taken(from: length)
            let start = left.count { $0 < first }
            return Cut(axis: cut.axis, start: start, end: start + left.count { (first..<first + count).contains($0) }, step: 1)
        }
        return result
    }

    package func map(_ input: [Int]) -> ElementMap {
        let strides = Shape.strides(input)
        return ElementMap(
            places: input.indices.map { axis in
                guard let cut = cuts.first(where: { $0.axis == axis }) else {
                    return (0..<input[axis]).map { $0 * strides[axis] }
                }
                let (first, count) = cut.taken(from: input[axis])
                return (0..<count).map { (first + $0 * cut.step) * strides[axis] }
            })
    }
}
