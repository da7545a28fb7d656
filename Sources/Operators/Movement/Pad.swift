import NeuralGraph
import ONNX

/// `Pad` of the axes of a sample, with a constant, mirrored, with what stands at the edge, or going round. Negative pads crop
/// (in mode `constant`).
package struct Pad: ElementMovingOperator {
    package static let onnxNames = ["Pad"]
    package var onnxName: String { "Pad" }

    private enum Mode: String, Sendable {
        case constant, reflect, edge, wrap
    }

    private let mode: Mode
    private let value: Float
    private let type: DataType
    /// Per axis, without the batch.
    private var before: [Int]
    private var after: [Int]

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let x = try node.shape(0)
        let given = node.opset < 11 ? try node.ints("pads") : try node.numbers(1, "pads")
        guard let given else { throw node.unsupported("pads are missing") }
        let axes = try node.numbers(3, "axes") ?? Array(0..<x.rank)
        guard given.count == 2 * axes.count else { throw node.unsupported("\(given.count) pads for \(axes.count) axes") }
        var pads = [Int](repeating: 0, count: 2 * (x.sample.count + 1))
        for (index, axis) in axes.enumerated() {
            let own = try node.axis(axis, rank: x.rank)
            let (start, end) = (given[index], given[axes.count + index])
            guard own != x.place?.axis else {
                guard start == 0, end == 0 else { throw node.unsupported("it adds samples to the batch (axis \(own))") }
                continue
            }
            let place = x.sampleAxes(own).lowerBound + 1
            (pads[place], pads[x.sample.count + 1 + place]) = (start, end)
        }
        node.leaveOut(1)
        node.leaveOut(3)
        node.set("pads", .ints(pads))
        node.place(x.place)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: node.opset < 11 ? 1 : 4)
        let input = try node.batchedShape(0)
        let name = try node.string("mode", default: "constant")
        guard let mode = Mode(rawValue: name) else { throw node.unsupported("mode '\(name)'") }
        self.mode = mode
        type = node.type(0)
        if node.opset < 11 {
            value = try node.float("value", default: 0)
        } else {
            value = try node.constantNumbers(2, "the value")?.first ?? 0
            guard type.holds(value) else { throw node.unsupported("the value \(value) is no \(type)") }
        }
        let rank = input.count + 1
        // For all axes with the batch, beginnings first.
        guard let pads = try node.ints("pads"), pads.count == 2 * rank else { throw node.unsupported("pads are missing") }
        guard pads.allSatisfy({ (-Shape.limit...Shape.limit).contains($0) }) else { throw node.unsupported("pads \(pads)") }
        before = Array(pads[1..<rank])
        after = Array(pads[(rank + 1)...])
        guard mode == .constant || pads.allSatisfy({ $0 >= 0 }) else {
            throw node.unsupported("pads \(pads) are negative in mode '\(name)'")
        }
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, shape.count == before.count else {
            throw ShapeError("the input has not \(before.count + 1) axes")
        }
        if mode == .reflect {
            for (axis, length) in shape.enumerated() where max(before[axis], after[axis]) >= length {
                throw ShapeError("axis \(axis + 1) of length \(length) has not enough to be mirrored")
            }
        }
        return [shape.indices.map { before[$0] + shape[$0] + after[$0] }]
    }

    package func write(to node: inout NodeWriter) {
        node.set("mode", .string(Array(mode.rawValue.utf8)))
        if mode == .wrap { node.require(opset: 19) }
        let batch = [Int](repeating: 0, count: node.batch.axes)
        node.setConstant(1, batch + before + batch + after)
        if mode == .constant {
            node.setConstant(2, TensorProto(name: "", dimensions: [], dataType: type, numbers: [value]))
        }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) adds channels")
        for axis in before.indices {
            if isFixed(axis) {
                links.link(.output(0, axis), .input(0, axis), .part(from: before[axis]))
            } else if before[axis] == 0, after[axis] == 0 {
                links.link(.output(0, axis), .input(0, axis))
            }
        }
        return links
    }

    /// Whether constants are added to an axis, whatever stands on it.
    private func isFixed(_ axis: Int) -> Bool { mode == .constant && before[axis] >= 0 && after[axis] >= 0 }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        for axis in before.indices where isFixed(axis) {
            guard let left = kept(.output(0, axis)), let length = shapes.inputs[0]?.dimensions[axis] else { continue }
            result.before[axis] = left.count { $0 < before[axis] }
            result.after[axis] = left.count { $0 >= before[axis] + length }
        }
        return result
    }

    package var fill: Float { value }

    package func map(_ input: [Int]) -> ElementMap {
        let strides = Shape.strides(input)
        return ElementMap(
            places: input.indices.map { axis in
                (-before[axis]..<input[axis] + after[axis]).map { index in
                    source(index, length: input[axis]).map { $0 * strides[axis] }
                }
            })
    }

    /// The index of the input that stands at `index` (counted from the input's first).
    private func source(_ index: Int, length: Int) -> Int? {
        if (0..<length).contains(index) { return index }
        switch mode {
        case .constant: return nil
        case .reflect: return index < 0 ? -index : 2 * (length - 1) - index
        case .edge: return index < 0 ? 0 : length - 1
        case .wrap: return (index % length + length) % length
        }
    }
}
