import CKernels
import NeuralGraph
import ONNX

/// `ConvTranspose`, the gradient of a convolution's data as an operator: y[o] = b[o] + sum over i, kh, kw of
/// w[i, o, kh, kw] * x[i, …]. Weights `[I, O / groups, kH, kW]`; likewise over one or three spatial axes.
package struct TransposedConvolution: Operator {
    package static let onnxNames = ["ConvTranspose"]
    package var onnxName: String { "ConvTranspose" }

    /// That of the convolution which takes y to x.
    private let window: Window
    /// Rows and columns of y behind those that the kernel reaches.
    private let outputPadding: [Int]
    private var groups: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.samplesInFront() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 3)
        let input = try node.batchedShape(0)
        let weight = try node.convolutionWeight(input)
        var window = try Window(unpadded: node, input: input, kernel: Array(weight.dropFirst(2)))
        try node.requireKernel(of: weight, window)
        let (pads, extra) = try Self.padding(node, Array(input.dropFirst()), window)
        window.pad(pads)
        self.window = window
        outputPadding = window.rank > 1 ? extra : [0] + extra
        groups = try node.groups(of: weight[0])
    }

    /// What is cut from the output on either side, and what is added behind, so that it has the size that the node asks for.
    private static func padding(
        _ node: NodeReader, _ input: [Int], _ window: Window
    ) throws(UnsupportedNode) -> (pads: [Int], extra: [Int]) {
        var extra = try node.ints("output_padding") ?? input.map { _ in 0 }
        guard extra.count == input.count, extra.allSatisfy({ (0...65536).contains($0) }) else {
            throw node.unsupported("output_padding \(extra)")
        }
        let mode = try node.string("auto_pad", default: "NOTSET")
        let strides = window.trimmed(window.strides)
        guard let wanted = try wantedSize(node, mode, zip(input, strides).map { $0 * $1 }) else {
            let none = [Int](repeating: 0, count: 2 * input.count)
            return (mode == "VALID" ? none : try Window.givenPads(node, rank: input.count), extra)
        }
        let spans = zip(window.trimmed(window.kernel), window.trimmed(window.dilations)).map { ($0 - 1) * $1 + 1 }
        var totals: [Int] = []
        for axis in input.indices {
            let reach = (input[axis] - 1) * strides[axis] + spans[axis] + extra[axis]
            totals.append(max(0, reach - wanted[axis]))
            // What only `auto_pad` asks for is not reached by a kernel smaller than the stride.
            if node.has("output_shape") { extra[axis] += max(0, wanted[axis] - reach) }
        }
        let small = totals.map { $0 / 2 }
        let large = totals.map { $0 - $0 / 2 }
        return (mode == "SAME_UPPER" ? small + large : large + small, extra)
    }

    /// The spatial size of the output, where the node gives that instead of pads.
    private static func wantedSize(
        _ node: NodeReader, _ mode: String, _ same: [Int]
    ) throws(UnsupportedNode) -> [Int]? {
        guard ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(mode) else {
            throw node.unsupported("auto_pad '\(mode)'")
        }
        guard let given = try node.ints("output_shape") else { return mode.hasPrefix("SAME") ? same : nil }
        guard given.count == same.count, given.allSatisfy({ (1...Shape.limit).contains($0) }) else {
            throw node.unsupported("output_shape \(given)")
        }
        return given
    }

    package func role(ofInput position: Int) -> ParameterRole { position == 1 ? .weight : .bias }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let x = inputs[0]?.dimensions, let w = inputs[1]?.dimensions else {
            throw ShapeError("input or weight is missing")
        }
        guard x[0] == w[0] else { throw ShapeError("the input has \(x[0]) channels, the weight \(w) takes \(w[0])") }
        let (channels, overflow) = w[1].multipliedReportingOverflow(by: groups)
        guard !overflow else { throw ShapeError("the weight \(w) in \(groups) groups") }
        if inputs.count > 2, let b = inputs[2]?.dimensions, b != [channels] {
            throw ShapeError("the bias \(b) does not fit \(channels) channels")
        }
        return [[channels] + window.trimmed(try outputSize(x))]
    }

    private func outputSize(_ input: [Int]) throws(ShapeError) -> [Int] {
        let size = Window.spatial(input)
        let count = size.count
        try window.checkTables(size)
        let output = size.indices.map { axis -> Int in
            let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1 + outputPadding[axis]
            return (size[axis] - 1) * window.strides[axis] + span - window.pads[axis] - window.pads[axis + count]
        }
        try window.checkTables(output)
        guard output.allSatisfy({ $0 > 0 }) else { throw ShapeError("the pads \(window.pads) leave nothing of the output") }
        return output
    }

    package func write(to node: inout NodeWriter) {
        window.write(to: &node)
        if outputPadding.contains(where: { $0 != 0 }) { node.set("output_padding", .ints(window.trimmed(outputPadding))) }
        if groups != 1 { node.set("group", .int(groups)) }
    }

    package func unitAxis(ofWeight shape: [Int]) -> Int? { groups == 1 ? 1 : shape[1] == 1 ? 0 : nil }

    package func multiplyAdds(_ shapes: NodeShapes) -> Int {
        (shapes.inputs[0]?.dimensions.dropFirst() ?? []).reduce(shapes.inputs[1]?.count ?? 0, *)
    }

    /// What is the same everywhere in x is not so in y.
    package var readsOnlyInputs: Bool { false }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) mixes what is side by side")
        guard let weight = shapes.inputs[1]?.dimensions else { return links }
        if shapes.inputs.count > 2, shapes.inputs[2] != nil { links.link(.output(0, 0), .input(2, 0)) }
        let (inputs, outputs) = (weight[0] / groups, weight[1])
        if groups > 1, inputs == 1 {
            links.link(.input(0, 0), .output(0, 0), .blocks(of: outputs))
            links.link(.input(1, 0), .output(0, 0), .blocks(of: outputs))
            return links
        }
        links.sum(.input(0, 0), .input(1, 0))
        links.link(.input(1, 1), .output(0, 0), .repeated(every: outputs))
        // Groups stay equally large: a channel goes together with those at its place in the other groups.
        if groups > 1 { links.link(.input(0, 0), .input(0, 0), .repeated(every: inputs)) }
        return links
    }

    /// Where every input channel is a group, there are as many groups as channels.
    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        var result = self
        if groups > 1, shapes.inputs[1]?.dimensions[0] == groups { result.groups = kept(.input(0, 0))?.count ?? groups }
        return result
    }

    package var takesEpilogue: Bool { window.rank < 3 }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let (x, y) = (shapes.inputs[0]?.dimensions ?? [], shapes.outputs[0])
        if window.rank == 3 {
            let product = VolumeProduct(window, groups: groups, input: y, output: x, lanes: shapes.lanes)
            return VolumeConvolutionKernel(product: product, isTransposed: true, channels: y[0])
        }
        let (input, output) = (Window.spatial(x), Window.spatial(y))
        return TransposedConvolutionKernel(
            CKConvolution(
                batch: Int64(shapes.lanes),
                inputChannels: Int64(y[0]), inputHeight: Int64(output[0]), inputWidth: Int64(output[1]),
                outputChannels: Int64(x[0]), outputHeight: Int64(input[0]), outputWidth: Int64(input[1]),
                kernelHeight: Int64(window.kernel[0]), kernelWidth: Int64(window.kernel[1]),
                strideHeight: Int64(window.strides[0]), strideWidth: Int64(window.strides[1]),
                padTop: Int64(window.pads[0]), padLeft: Int64(window.pads[1]),
                dilationHeight: Int64(window.dilations[0]), dilationWidth: Int64(window.dilations[1]),
                groups: Int64(groups)))
    }
}

private struct TransposedConvolutionKernel: Kernel {
    /// The convolution that takes y to x.
    private let product: ConvolutionProduct
    /// Of y.
    private let channels: Int64

    init(_ shape: CKConvolution) {
        product = ConvolutionProduct(shape)
        channels = shape.inputChannels
    }

    var memory: KernelMemory {
        var memory = product.memory
        swap(&memory.packedForward, &memory.packedGradient)
        return memory
    }

    var mostParts: Int { max(1, product.multiplyAdds / Self.leastPart) }

    func pack(_ pass: PackingPass) {
        guard let weight = pass.inputs[1] else { return }
        product.packGradient(weight.pointer, into: pass.packedForward)
        if pass.passesGradientOn, let gradient = pass.packedGradient { product.packForward(weight.pointer, into: gradient) }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let bias = pass.inputs.count > 2 ? pass.inputs[2]?.pointer : nil
        product.transposed(
            x.pointer, packed: pass.packedForward, bias: bias, epilogue: pass.epilogue, part: pass.part,
            into: pass.outputs[0].pointer)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .factors(wanted) }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0] else { return }
        let dy = pass.outputGradients[0]
        if let dx = pass.inputGradients[0] {
            product.forward(
                dy.pointer, packed: pass.packedGradient, bias: nil, epilogue: pass.dataEpilogue,
                part: CKPart(index: 0, count: 1), into: dx.pointer)
        }
        if let dw = pass.inputGradients[1] {
            product.weightGradient(dy.pointer, x.pointer, into: dw.pointer, bias: nil, scratch: pass.scratch)
        }
        if pass.inputGradients.count > 2, let db = pass.inputGradients[2] {
            ck_row_sums(channels, Int64(dy.count) / channels, dy.pointer, nil, db.pointer)
        }
    }
}
