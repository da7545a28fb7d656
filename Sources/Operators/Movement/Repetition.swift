import NeuralGraph
import ONNX

/// `Expand` to a larger shape by numpy's rule, and `Tile`, which puts copies side by side.
package struct Repetition: ElementMovingOperator {
    package static let onnxNames = ["Expand", "Tile"]
    package static let movedInputs = MovedInputs.first

    package let onnxName: String
    /// The shape to expand to, or the copies per axis, of a sample.
    private var counts: [Int]

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        guard let given = try node.integers(1, "the shape") else { throw node.unsupported("the shape is missing") }
        if node.node.operatorType == "Expand" { try node.expand(to: given) } else { try node.tile(given) }
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 2)
        let input = try node.batchedShape(0)
        guard let given = try node.constantIntegers(1, "the shape")?.dropFirst() else { throw node.unsupported("the shape is missing") }
        guard given.allSatisfy({ (1...Shape.limit).contains($0) }) else { throw node.unsupported("the shape \(given)") }
        guard given.count == input.count || onnxName == "Expand" && given.count > input.count else {
            throw node.unsupported("\(given.count) counts of copies for \(input.count) axes")
        }
        counts = Array(given)
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions else { throw ShapeError("the input is missing") }
        if onnxName == "Expand" {
            guard let result = Shape.broadcast(shape, counts) else { throw ShapeError("\(shape) does not fit \(counts)") }
            return [result]
        }
        guard shape.count == counts.count else { throw ShapeError("\(shape) has not \(counts.count) axes") }
        var result: [Int] = []
        for (length, count) in zip(shape, counts) {
            let (product, overflow) = length.multipliedReportingOverflow(by: count)
            guard !overflow else { throw ShapeError("\(count) copies of \(shape)") }
            result.append(product)
        }
        return [result]
    }

    package func write(to node: inout NodeWriter) {
        node.setConstant(1, [Int](repeating: 1, count: node.batch.axes) + counts)
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) repeats the channel")
        guard let input = shapes.inputs[0]?.dimensions else { return links }
        let (output, missing) = (shapes.outputs[0], shapes.outputs[0].count - input.count)
        for axis in output.indices {
            let own = axis < missing ? 1 : input[axis - missing]
            if axis >= missing, own == output[axis] {
                links.link(.output(0, axis), .input(0, axis - missing))
            } else if own == 1 {
                links.release(.output(0, axis))
            } else {
                links.link(.input(0, axis - missing), .output(0, axis), .repeated(every: own))
            }
        }
        return links
    }

    /// As many copies as are left of what is repeated alone.
    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        let (missing, input) = (shapes.outputs[0].count - counts.count, shapes.inputs[0]?.dimensions ?? [])
        for axis in counts.indices where counts[axis] > 1 && (onnxName == "Expand" || input[axis] == 1) {
            result.counts[axis] = kept(.output(0, missing + axis))?.count ?? counts[axis]
        }
        return result
    }

    package func map(_ input: [Int]) -> ElementMap {
        let strides = Shape.strides(input)
        if onnxName == "Tile" {
            return ElementMap(
                places: input.indices.map { axis in
                    (0..<input[axis] * counts[axis]).map { $0 % input[axis] * strides[axis] }
                })
        }
        let output = Shape.broadcast(input, counts) ?? input
        let missing = output.count - input.count
        return ElementMap(
            places: output.indices.map { axis in
                let step = axis < missing || input[axis - missing] == 1 ? 0 : strides[axis - missing]
                return (0..<output[axis]).map { $0 * step }
            })
    }
}
