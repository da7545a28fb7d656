import CKernels
import NeuralGraph
import ONNX

/// `Conv`: y[o] = b[o] + sum over i, kh, kw of w[o, i, kh, kw] * x[i, …]. Weights `[O, I / groups, kH, kW]`; likewise over one
/// or three spatial axes.
package struct Convolution: ConvolutionKernelOperator {
    package static let onnxNames = ["Conv"]
    package var onnxName: String { "Conv" }

    package var window: Window
    package var groups: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.samplesInFront() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 3)
        let input = try node.batchedShape(0)
        let weight = try node.convolutionWeight(input)
        window = try Window(node, input: input, kernel: Array(weight.dropFirst(2)))
        try node.requireKernel(of: weight, window)
        groups = try node.groups(of: weight[0])
    }

    package func role(ofInput position: Int) -> ParameterRole { position == 1 ? .weight : .bias }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let x = inputs[0]?.dimensions, let w = inputs[1]?.dimensions else {
            throw ShapeError("input or weight is missing")
        }
        guard x[0] == w[1] * groups else {
            throw ShapeError("the input has \(x[0]) channels, the weight \(w) in \(groups) groups takes \(w[1] * groups)")
        }
        if inputs.count > 2, let b = inputs[2]?.dimensions, b != [w[0]] {
            throw ShapeError("the bias \(b) does not fit \(w[0]) channels")
        }
        return [[w[0]] + window.trimmed(try window.outputSize(x))]
    }

    package func write(to node: inout NodeWriter) {
        window.write(to: &node)
        if groups != 1 { node.set("group", .int(groups)) }
    }

    package func unitAxis(ofWeight shape: [Int]) -> Int? { 0 }
    package func isDepthwise(weight shape: [Int]) -> Bool { groups > 1 && shape[1] == 1 }
    package var scalesUnitsBehind: Bool { true }
    package var readsOnlyInputs: Bool { window.isUnpadded }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) mixes what is side by side")
        links.linkUnits(shapes)
        let (outputs, inputs) = (shapes.outputs[0][0] / groups, shapes.inputs[1]?.dimensions[1] ?? 1)
        if groups == 1 {
            links.sum(.input(0, 0), .input(1, 1))
        } else if inputs == 1 {
            links.link(.input(0, 0), .output(0, 0), .blocks(of: outputs))
        } else {
            links.choose(.output(0, 0), oneOf: [placesInGroups(inputs, outputs), wholeGroups(inputs, outputs)])
            for axis in [AxisPlace.input(0, 0), .input(1, 1)] { links.sum(axis) }
        }
        return links
    }

    /// Groups stay equally large: a channel goes together with those at its place in the other groups.
    private func placesInGroups(_ inputs: Int, _ outputs: Int) -> [AxisLink] {
        [
            AxisLink(axis: .input(1, 1), other: .input(0, 0), map: .repeated(every: inputs)),
            AxisLink(axis: .output(0, 0), other: .output(0, 0), map: .repeated(every: outputs)),
        ]
    }

    /// All that a group reads goes with all that it makes.
    private func wholeGroups(_ inputs: Int, _ outputs: Int) -> [AxisLink] {
        [
            AxisLink(axis: .output(0, 0), other: .input(0, 0), map: .steps(of: inputs, every: groups, stride: outputs)),
            AxisLink(axis: .output(0, 0), other: .output(0, 0), map: .steps(of: outputs, every: groups, stride: outputs)),
        ]
    }

    /// Where channels go and groups stay as large as they are, there are fewer of them: always so in a depthwise convolution.
    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        if groups > 1, let left = kept(.input(0, 0)), kept(.input(1, 1)) == nil, let inputs = shapes.inputs[1]?.dimensions[1] {
            result.groups = left.count / inputs
        }
        return result
    }

    /// Whether there are three spatial axes, which have kernels of their own.
    private var hasDepth: Bool { window.rank == 3 }

    package var takesEpilogue: Bool { !hasDepth }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard hasDepth else { return convolutionKernel(for: shapes) }
        let (x, y) = (shapes.inputs[0]?.dimensions ?? [], shapes.outputs[0])
        return VolumeConvolutionKernel(
            product: VolumeProduct(window, groups: groups, input: x, output: y, lanes: shapes.lanes), isTransposed: false,
            channels: y[0])
    }

    package func weightProduct(_ shapes: OperandShapes) -> WeightProduct? {
        guard hasDepth else { return WeightProduct(kernelShape(shapes)) }
        let (input, output) = (shapes.inputs[0]?.dimensions ?? [], shapes.outputs[0])
        let tables = window.tapTables(input: Array(input.dropFirst()), output: Array(output.dropFirst()))
        return WeightProduct(tables, groups: groups, input: input, output: output)
    }

    package func kernelShape(_ shapes: OperandShapes) -> CKConvolution {
        let x = shapes.inputs[0]?.dimensions ?? []
        let input = Window.spatial(x)
        let output = Window.spatial(shapes.outputs[0])
        return CKConvolution(
            batch: Int64(shapes.lanes),
            inputChannels: Int64(x[0]), inputHeight: Int64(input[0]), inputWidth: Int64(input[1]),
            outputChannels: Int64(shapes.outputs[0][0]), outputHeight: Int64(output[0]), outputWidth: Int64(output[1]),
            kernelHeight: Int64(window.kernel[0]), kernelWidth: Int64(window.kernel[1]),
            strideHeight: Int64(window.strides[0]), strideWidth: Int64(window.strides[1]),
            padTop: Int64(window.pads[0]), padLeft: Int64(window.pads[1]),
            dilationHeight: Int64(window.dilations[0]), dilationWidth: Int64(window.dilations[1]),
            groups: Int64(groups))
    }
}

/// What convolutions in either direction ask of their nodes.
extension NodeReader {
    /// The shape of the weight, which is constant, as a bias must be.
    func convolutionWeight(_ input: [Int]) throws(UnsupportedNode) -> [Int] {
        let weight = try shape(1)
        guard !weight.isBatched, weight.dimensions.count == input.count + 1 else {
            throw unsupported("its weight must be a constant of rank \(input.count + 1)")
        }
        try requireConstant(2)
        return weight.dimensions
    }

    /// Refuses a window that is not as large as the weight.
    func requireKernel(of weight: [Int], _ window: Window) throws(UnsupportedNode) {
        guard window.trimmed(window.kernel).elementsEqual(weight.dropFirst(2)) else {
            throw unsupported("kernel_shape \(window.trimmed(window.kernel)) is not that of the weight \(weight)")
        }
    }

    /// The groups that the channels on axis 0 of a weight are in.
    func groups(of channels: Int) throws(UnsupportedNode) -> Int {
        let groups = try int("group", default: 1)
        guard groups > 0, groups <= channels, channels % groups == 0 else {
            throw unsupported("\(channels) channels in \(groups) groups")
        }
        return groups
    }
}
