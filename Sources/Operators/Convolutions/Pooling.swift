import CKernels
import NeuralGraph
import ONNX

/// `MaxPool` and `AveragePool` over one to three spatial axes, and both over all of them: `GlobalMaxPool` and `GlobalAveragePool`.
package struct Pooling: Operator {
    package static let onnxNames = ["MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"]

    package let onnxName: String
    /// `nil` for everything.
    private let window: Window?
    private let countsPadding: Bool

    private var takesMaximum: Bool { onnxName.hasSuffix("MaxPool") }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.samplesInFront() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 1)
        let input = try node.batchedShape(0)
        guard node.proto.outputs.count == 1 else { throw node.unsupported("the indices of the maxima are asked for") }
        guard !onnxName.hasPrefix("Global") else {
            guard input.count >= 2 else { throw node.unsupported("its input has no spatial axes") }
            window = nil
            countsPadding = false
            return
        }
        let window = try Window(node, input: input, kernel: nil)
        let isSame = try node.string("auto_pad", default: "NOTSET").hasPrefix("SAME")
        guard !isSame || zip(window.dilations, window.kernel).allSatisfy({ $0 == 1 || $1 == 1 }) else {
            throw node.unsupported(
                "auto_pad SAME together with dilations: ONNX and ONNX Runtime pad differently then; 'pads' is understood")
        }
        guard window.alwaysMeetsInput else {
            throw node.unsupported("its padding \(window.pads) has room for a whole kernel \(window.kernel)")
        }
        self.window = window
        countsPadding = try node.int("count_include_pad", default: 0) != 0
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions else { throw ShapeError("the input is missing") }
        guard let window else { return [[shape[0]] + shape.dropFirst().map { _ in 1 }] }
        return [[shape[0]] + window.trimmed(try window.outputSize(shape))]
    }

    package func write(to node: inout NodeWriter) {
        window?.write(to: &node)
        if !takesMaximum, let window, window.dilations.contains(where: { $0 != 1 }) { node.require(opset: 19) }
        if countsPadding { node.set("count_include_pad", .int(1)) }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) mixes what is side by side")
        links.link(.output(0, 0), .input(0, 0))
        return links
    }

    package func gradientMayReplaceInput(_ shapes: OperandShapes) -> Bool {
        takesMaximum && window?.rank != 3 && withUnsafePointer(to: shape(shapes)) { ck_windows_tile($0) }
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let window, window.rank == 3 else { return PoolingKernel(takesMaximum: takesMaximum, shape: shape(shapes)) }
        return VolumePoolingKernel(
            window, takesMaximum: takesMaximum, countsPadding: countsPadding, input: shapes.inputs[0]?.dimensions ?? [],
            output: shapes.outputs[0], lanes: shapes.lanes)
    }

    /// Height and width; for what is taken of everything, axes in front of the last one are rows one below the other.
    private static func plane(_ shape: [Int]) -> [Int] { [shape.dropFirst().dropLast().reduce(1, *), shape[shape.count - 1]] }

    private func shape(_ shapes: OperandShapes) -> CKPooling {
        let x = shapes.inputs[0]?.dimensions ?? []
        let (input, output) = (Self.plane(x), Self.plane(shapes.outputs[0]))
        let kernel = window?.kernel ?? input
        let strides = window?.strides ?? [1, 1]
        let pads = window?.pads ?? [0, 0, 0, 0]
        let dilations = window?.dilations ?? [1, 1]
        return CKPooling(
            batch: Int64(shapes.lanes), channels: Int64(x[0]),
            inputHeight: Int64(input[0]), inputWidth: Int64(input[1]),
            outputHeight: Int64(output[0]), outputWidth: Int64(output[1]),
            kernelHeight: Int64(kernel[0]), kernelWidth: Int64(kernel[1]),
            strideHeight: Int64(strides[0]), strideWidth: Int64(strides[1]),
            padTop: Int64(pads[0]), padLeft: Int64(pads[1]), padBottom: Int64(pads[2]), padRight: Int64(pads[3]),
            dilationHeight: Int64(dilations[0]), dilationWidth: Int64(dilations[1]),
            countIncludesPadding: countsPadding)
    }
}

private struct PoolingKernel: Kernel {
    let takesMaximum: Bool
    let shape: CKPooling

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let forward = takesMaximum ? ck_max_pool_forward : ck_average_pool_forward
        withUnsafePointer(to: shape) { forward($0, x.pointer, pass.outputs[0].pointer) }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { takesMaximum ? ValuesReadBack(inputs: [0]) : .none }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0], let dx = pass.inputGradients[0] else { return }
        let dy = pass.outputGradients[0].pointer
        withUnsafePointer(to: shape) {
            if takesMaximum {
                ck_max_pool_gradient($0, x.pointer, dy, pass.dataEpilogue.mask != nil, dx.pointer)
            } else {
                ck_average_pool_gradient($0, dy, dx.pointer)
            }
        }
    }
}
