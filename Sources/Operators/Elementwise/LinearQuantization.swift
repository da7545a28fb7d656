import CKernels
import NeuralGraph
import ONNX

/// `QuantizeLinear`, round(x / scale) + zero point kept within the integer type, and `DequantizeLinear`, (x - zero point) *
/// scale, with one scale for the tensor or one for each index on an axis. Rounding has the gradient 0.
package struct LinearQuantization: Operator {
    package static let onnxNames = ["QuantizeLinear", "DequantizeLinear"]

    package let onnxName: String
    /// Without the batch.
    private let axis: Int
    private var scales: [Float]
    private var zeroPoints: [Float]
    /// Of the integers.
    private let type: DataType

    private var quantizes: Bool { onnxName == "QuantizeLinear" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        guard try node.shape(1).sample.reduce(1, *) > 1 else { return try node.elementwise([0]) }
        try node.along(default: 1)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 3)
        let input = try node.batchedShape(0)
        let scaleShape = try node.shape(1).dimensions
        guard let scales = try node.constantFloats(1, "the scale"), !scales.isEmpty else {
            throw node.unsupported("the scale is missing")
        }
        let hasZeroPoint = node.hasInput(2)
        let zeroType = hasZeroPoint ? node.type(2) : try Self.type(withoutZeroPoint: node)
        let zeroPoints = try node.constantNumbers(2, "the zero point") ?? scales.map { _ in 0 }
        guard zeroPoints.count == scales.count, scaleShape.count <= 1 else {
            throw node.unsupported("scales and zero points in blocks")
        }
        type = onnxName == "QuantizeLinear" ? zeroType : node.type(0)
        guard type.integerRange != nil, !hasZeroPoint || zeroType == type else {
            throw node.unsupported("numbers of type \(type), a zero point of type \(zeroType)")
        }
        self.scales = scales
        self.zeroPoints = zeroPoints
        axis = scales.count == 1 ? 0 : try node.perSampleAxis(try node.int("axis", default: 1), rank: input.count)
        guard scales.count == 1 || input[axis] == scales.count else {
            throw node.unsupported("\(scales.count) scales do not fit the shape \(input)")
        }
    }

    /// The integers that a QuantizeLinear makes where no zero point says it (an attribute from opset 21 on).
    private static func type(withoutZeroPoint node: NodeReader) throws(UnsupportedNode) -> DataType {
        let number = try node.int("output_dtype", default: 0)
        guard number != 0 else { return .uint8 }
        guard let type = DataType(rawValue: number) else { throw node.unsupported("output_dtype \(number)") }
        return type
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { quantizes ? type : .float }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, scales.count == 1 || axis < shape.count && shape[axis] == scales.count
        else { throw ShapeError("the input does not fit \(scales.count) scales") }
        return [shape]
    }

    package func write(to node: inout NodeWriter) {
        let shape = scales.count == 1 ? [] : [scales.count]
        if scales.count > 1 { node.set("axis", .int(node.fileAxis(axis))) }
        node.setConstant(1, TensorProto(name: "", dimensions: shape, floats: scales))
        node.setConstant(2, TensorProto(name: "", dimensions: shape, dataType: type, integers: zeroPoints.map { Int($0) }))
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        guard scales.count > 1, let left = kept(.output(0, axis)) else { return self }
        var result = self
        result.scales = left.map { scales[$0] }
        result.zeroPoints = left.map { zeroPoints[$0] }
        return result
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.outputs[0]
        let inner = (scales.count == 1 ? shape[...] : shape[(axis + 1)...]).reduce(shapes.lanes, *)
        let range = type.integerRange ?? 0...0
        return LinearQuantizationKernel(
            bounds: quantizes ? (Float(range.lowerBound), Float(range.upperBound)) : nil, inner: inner, scales: scales,
            zeroPoints: zeroPoints)
    }
}

private struct LinearQuantizationKernel: Kernel {
    /// `nil` to dequantize.
    let bounds: (least: Float, greatest: Float)?
    let inner: Int
    let scales: [Float]
    let zeroPoints: [Float]

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let y = pass.outputs[0].pointer
        for row in 0..<x.count / inner {
            let (scale, zero) = (scales[row % scales.count], zeroPoints[row % scales.count])
            for place in row * inner..<(row + 1) * inner {
                if let bounds {
                    let level = (x.pointer[place] / scale).rounded(.toNearestOrEven) + zero
                    y[place] = min(max(level, bounds.least), bounds.greatest)
                } else {
                    y[place] = (x.pointer[place] - zero) * scale
                }
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        let dy = pass.outputGradients[0].pointer
        for row in 0..<dx.count / inner {
            let scale = bounds == nil ? scales[row % scales.count] : 0
            for place in row * inner..<(row + 1) * inner { dx.pointer[place] = dy[place] * scale }
        }
    }
}
