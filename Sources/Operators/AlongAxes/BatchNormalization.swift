import CKernels
import NeuralGraph
import ONNX

/// `BatchNormalization` as it stands in a trained network: y[c] = (x[c] - mean[c]) / sqrt(variance[c] + epsilon) *
/// scale[c] + bias[c] with the statistics in the file, which retraining does not change.
///
/// Inputs: x `[C, …]`, scale, bias, mean, variance, all of these `[C]`.
package struct BatchNormalization: Operator {
    package static let onnxNames = ["BatchNormalization"]
    package var onnxName: String { "BatchNormalization" }

    private let epsilon: Float

    package init(epsilon: Float) { self.epsilon = epsilon }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.samplesInFront() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 5)
        let input = try node.batchedShape(0)
        guard !input.isEmpty else { throw node.unsupported("its input has no channels") }
        guard try node.int("training_mode", default: 0) == 0, node.proto.outputs.count == 1 else {
            throw node.unsupported("it measures the batch (training mode); the statistics of the file are needed")
        }
        guard try node.int("spatial", default: 1) == 1 else {
            throw node.unsupported("spatial = 0 normalizes every element by itself")
        }
        for position in 1...4 { try node.requireConstant(position) }
        epsilon = try node.float("epsilon", default: 1e-5)
    }

    package func role(ofInput position: Int) -> ParameterRole {
        switch position {
        case 1: .scale
        case 2: .bias
        default: .statistic
        }
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs.first??.dimensions, inputs.count == 5 else { throw ShapeError("an input is missing") }
        for parameter in inputs.dropFirst() where parameter?.dimensions != [shape[0]] {
            throw ShapeError("a parameter of shape \(parameter?.dimensions ?? []) does not fit \(shape[0]) channels")
        }
        return [shape]
    }

    package func write(to node: inout NodeWriter) { node.set("epsilon", .float(epsilon)) }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks.elementwise(NodeShapes(inputs: [shapes.inputs[0]], outputs: shapes.outputs), onnxName)
        for parameter in 1...4 { links.link(.output(0, 0), .input(parameter, 0)) }
        return links
    }

    package func channelFactors(_ parameters: [[Float]]) -> (scale: [Float], shift: [Float])? {
        guard parameters.count == 4, parameters.allSatisfy({ $0.count == parameters[0].count }) else { return nil }
        let scale = zip(parameters[0], parameters[3]).map { $0 / ($1 + epsilon).squareRoot() }
        let shift = parameters[1].indices.map { parameters[1][$0] - parameters[2][$0] * scale[$0] }
        return (scale, shift)
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        BatchNormalizationKernel(
            epsilon: epsilon, channels: shapes.outputs[0][0],
            count: shapes.outputs[0].dropFirst().reduce(shapes.lanes, *))
    }
}

private struct BatchNormalizationKernel: Kernel {
    let epsilon: Float
    let channels: Int
    /// Floats of a channel.
    let count: Int

    var memory: KernelMemory {
        KernelMemory(packedForward: 2 * channels, packedGradient: 3 * channels, scratch: channels * count)
    }

    /// Forward: scale / deviation, bias - mean * scale / deviation.
    /// Backward: scale / deviation; 1 / deviation, -mean / deviation (which give x normalized).
    func pack(_ pass: PackingPass) {
        guard let scale = pass.inputs[1], let bias = pass.inputs[2], let mean = pass.inputs[3],
            let variance = pass.inputs[4]
        else { return }
        for channel in 0..<channels {
            let deviation = (variance.pointer[channel] + epsilon).squareRoot()
            let factor = scale.pointer[channel] / deviation
            pass.packedForward[channel] = factor
            pass.packedForward[channels + channel] = bias.pointer[channel] - mean.pointer[channel] * factor
            guard let gradient = pass.packedGradient else { continue }
            gradient[channel] = factor
            gradient[channels + channel] = 1 / deviation
            gradient[2 * channels + channel] = -mean.pointer[channel] / deviation
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        ck_affine_forward(
            Int64(channels), Int64(count), x.pointer, pass.packedForward, pass.packedForward + channels,
            pass.outputs[0].pointer)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(inputs: wanted[1] ? [0] : []) }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0] else { return }
        let count = Int64(count)
        let dy = pass.outputGradients[0].pointer
        if let dx = pass.inputGradients[0] {
            ck_affine_forward(Int64(channels), count, dy, pass.packedGradient, nil, dx.pointer)
        }
        if let scale = pass.inputGradients[1] {
            ck_affine_forward(
                Int64(channels), count, x.pointer, pass.packedGradient + channels, pass.packedGradient + 2 * channels,
                pass.scratch)
            ck_row_sums(Int64(channels), count, dy, pass.scratch, scale.pointer)
        }
        if let bias = pass.inputGradients[2] { ck_row_sums(Int64(channels), count, dy, nil, bias.pointer) }
    }
}
