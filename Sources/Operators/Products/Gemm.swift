import CKernels
import NeuralGraph
import ONNX

/// `Gemm`, a fully connected layer: y[m] = b[m] + sum over k of w[m, k] * x[k] for each sample. Weights `[M, K]`.
///
/// Whatever `transB`, `alpha` and `beta` the file has, the weight is brought into this form when it is read.
/// A `MatMul` of a sample's vector with a constant matrix is the same thing without bias.
package struct Gemm: ConvolutionKernelOperator {
    package static let onnxNames = ["Gemm"]
    package var onnxName: String { "Gemm" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.samplesInFront() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 3)
        let input = try node.batchedShape(0)
        guard input.count == 1 else { throw node.unsupported("its input has rank \(input.count + 1), not 2") }
        guard try node.int("transA", default: 0) == 0 else { throw node.unsupported("transA across the batch") }
        let alpha = try node.float("alpha", default: 1)
        let beta = try node.float("beta", default: 1)
        var weight = try node.parameter(1, role: .weight)
        guard weight.shape.count == 2 else { throw node.unsupported("its weight has rank \(weight.shape.count), not 2") }
        if try node.int("transB", default: 0) == 0 { weight = weight.transposed() }
        if alpha != 1 { weight.values = weight.values.map { $0 * alpha } }
        node.replaceParameter(1, by: weight)
        guard node.hasInput(2) else { return }
        var bias = try node.parameter(2, role: .bias)
        guard let values = bias.broadcast(to: weight.shape[0]) else {
            throw node.unsupported("its bias \(bias.shape) does not fit \(weight.shape[0]) outputs")
        }
        bias.shape = [weight.shape[0]]
        bias.values = beta == 1 ? values : values.map { $0 * beta }
        node.replaceParameter(2, by: bias)
    }

    package func role(ofInput position: Int) -> ParameterRole { position == 1 ? .weight : .bias }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let x = inputs[0]?.dimensions, let w = inputs[1]?.dimensions else {
            throw ShapeError("input or weight is missing")
        }
        guard x == [w[1]] else { throw ShapeError("the input \(x) does not fit the weight \(w) (outputs, inputs)") }
        return [[w[0]]]
    }

    package func write(to node: inout NodeWriter) { node.set("transB", .int(1)) }

    package func unitAxis(ofWeight shape: [Int]) -> Int? { 0 }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: onnxName)
        links.linkUnits(shapes)
        links.sum(.input(0, 0), .input(1, 1))
        return links
    }

    package func kernelShape(_ shapes: OperandShapes) -> CKConvolution {
        CKConvolution(outputs: shapes.outputs[0][0], inputs: shapes.inputs[0]?.count ?? 0, lanes: shapes.lanes)
    }
}

extension Parameter {
    /// A matrix with rows and columns exchanged.
    func transposed() -> Parameter {
        var values = [Float](repeating: 0, count: count)
        for row in 0..<shape[0] {
            for column in 0..<shape[1] { values[column * shape[0] + row] = self.values[row * shape[1] + column] }
        }
        return Parameter(name: name, shape: [shape[1], shape[0]], values: values, role: role)
    }

    /// One value for each of `count` outputs, from `[count]`, `[1, count]`, `[1]` or a scalar.
    func broadcast(to count: Int) -> [Float]? {
        if self.count == 1 { return [Float](repeating: values[0], count: count) }
        return self.count == count && shape.last == count ? values : nil
    }
}
