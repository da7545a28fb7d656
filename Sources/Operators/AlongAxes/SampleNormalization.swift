import CKernels
import NeuralGraph
import ONNX

/// What normalizes a sample by its own statistics: `InstanceNormalization` (Ulyanov et al., 2016) each channel, and
/// `LayerNormalization` (Ba et al., 2016) the last axes together, to mean 0 and variance 1, then times a scale plus a bias; and
/// `RMSNormalization` (Zhang and Sennrich, 2019) the last axes together to a root mean square of 1, then times a scale.
/// `GroupNormalization` (Wu and He, 2018; opset 21) does with groups of channels what InstanceNormalization does with each.
///
/// Inputs: x `[C, …]` with scale and bias `[C]`, or x `[…, normalized…]` with scale and bias of the normalized axes' shape (aligned at the
/// end, repeated by numpy's rule). A LayerNormalization may give out mean and 1 / deviation, which pass no gradient on.
package struct SampleNormalization: Operator {
    package static let onnxNames = ["InstanceNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization"]

    package let onnxName: String
    private let epsilon: Float
    /// The first axis of the sample that is normalized over.
    private let axis: Int
    /// The axis of the channels, for instances and groups.
    private let channelAxis: Int?
    /// Of channels that are normalized together; `nil` for each by itself.
    private var groups: Int?
    /// 1, or more with the mean and 1 / deviation.
    private let outputCount: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let isByChannels = ["InstanceNormalization", "GroupNormalization"].contains(node.node.operatorType)
        if isByChannels { return try node.samplesInFront() }
        node.takeParameters()
        try node.fromAxisOn(default: -1)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: onnxName == "RMSNormalization" ? 2 : 3)
        let input = try node.batchedShape(0)
        epsilon = try node.float("epsilon", default: 1e-5)
        outputCount = node.proto.outputs.count
        for position in 1..<node.inputCount { try node.requireConstant(position) }
        guard try node.int("stash_type", default: 1) == 1 else { throw node.unsupported("its statistics are not to be floats") }
        groups = onnxName == "GroupNormalization" ? try node.int("num_groups", default: 0) : nil
        guard onnxName.hasSuffix("LayerNormalization") || onnxName.hasPrefix("RMS") else {
            guard !input.isEmpty else { throw node.unsupported("its input has no channels") }
            if let groups, groups < 1 || input[0] % groups != 0 {
                throw node.unsupported("\(input[0]) channels in \(groups) groups")
            }
            channelAxis = 0
            axis = groups == nil ? 1 : 0
            return
        }
        channelAxis = nil
        axis = try node.perSampleAxis(try node.int("axis", default: -1), rank: input.count)
        for position in 1..<node.inputCount where node.hasInput(position) { try spread(&node, position, over: Array(input[axis...])) }
    }

    /// Gives a scale or bias one number for each normalized element.
    private func spread(_ node: inout NodeReader, _ position: Int, over shape: [Int]) throws(UnsupportedNode) {
        var parameter = try node.alignedParameter(position, role: role(ofInput: position), rank: shape.count)
        guard Shape.broadcast(parameter.shape, shape) == shape else {
            throw node.unsupported("the constant '\(parameter.name)' of shape \(parameter.shape) does not fit \(shape)")
        }
        guard parameter.shape != shape else { return node.replaceParameter(position, by: parameter) }
        guard shape.reduce(1, *) <= 1 << 16 else {
            throw node.unsupported(
                "the constant '\(parameter.name)' of shape \(parameter.shape) is repeated to \(shape), which is too large")
        }
        let places = BroadcastLoop(
            dimensions: shape,
            strides: (BroadcastLoop.strides(of: parameter.shape, within: shape, unit: 1), shape.map { _ in 0 }))
        let values = parameter.values
        parameter.values = places.offsets.map { values[$0.a] }
        parameter.shape = shape
        node.replaceParameter(position, by: parameter)
    }

    package func role(ofInput position: Int) -> ParameterRole { position == 1 ? .scale : .bias }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs.first??.dimensions, inputs.count > 1 else { throw ShapeError("an input is missing") }
        let expected = channelAxis.map { [shape[$0]] } ?? Array(shape[axis...])
        for parameter in inputs.dropFirst() where parameter != nil && parameter?.dimensions != expected {
            throw ShapeError("a parameter of shape \(parameter?.dimensions ?? []) is not of the shape \(expected)")
        }
        if let groups, let channelAxis, shape[channelAxis] % groups != 0 {
            throw ShapeError("\(shape[channelAxis]) channels in \(groups) groups")
        }
        let statistics = shape.indices.map { $0 < axis ? shape[$0] : 1 }
        return [shape] + [[Int]](repeating: statistics, count: min(max(0, outputCount - 1), 2))
    }

    package func write(to node: inout NodeWriter) {
        node.set("epsilon", .float(epsilon))
        if channelAxis == nil { node.set("axis", .int(node.fileAxis(axis))) }
        if onnxName == "RMSNormalization" { node.require(opset: 23) }
        if let groups {
            node.set("num_groups", .int(groups))
            node.require(opset: 21)
        }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) measures what is side by side")
        for (own, length) in shapes.outputs[0].enumerated() {
            links.link(.output(0, own), .input(0, own))
            if own >= axis, length > 1 { links.measure(.input(0, own)) }
        }
        for parameter in 1..<shapes.inputs.count where shapes.inputs[parameter] != nil {
            if let channelAxis {
                links.link(.output(0, channelAxis), .input(parameter, 0))
            } else {
                for own in axis..<shapes.outputs[0].count { links.link(.output(0, own), .input(parameter, own - axis)) }
            }
        }
        if let groups, let channelAxis { linkGroups(&links, .output(0, channelAxis), shapes.outputs[0][channelAxis] / groups, groups) }
        for statistics in shapes.outputs.indices.dropFirst() {
            for own in 0..<axis { links.link(.output(statistics, own), .input(0, own)) }
        }
        return links
    }

    /// Groups stay equally large: all channels of one go together, or those at one place in all of them, whichever are more.
    private func linkGroups(_ links: inout ChannelLinks, _ axis: AxisPlace, _ size: Int, _ groups: Int) {
        let whole = [AxisLink(axis: axis, other: axis, map: .steps(of: size, every: groups, stride: size))]
        let places = [AxisLink(axis: axis, other: axis, map: .repeated(every: size))]
        links.choose(axis, oneOf: groups >= size ? [whole, places] : [places, whole])
    }

    /// Where no group loses only some of its channels, there are fewer groups.
    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        guard let groups, let channelAxis, let left = kept(.output(0, channelAxis)) else { return self }
        let size = shapes.outputs[0][channelAxis] / groups
        let remaining = Set(left.map { $0 / size })
        var result = self
        if remaining.count * size == left.count { result.groups = remaining.count }
        return result
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.outputs[0]
        let outer = shape[..<axis].reduce(groups ?? 1, *)
        let reduced = shape.reduce(1, *) / outer
        // Elements in a row that have one scale.
        let repetition = channelAxis.map { shape[($0 + 1)...].reduce(1, *) } ?? 1
        return SampleNormalizationKernel(
            sizes: CKNormalization(
                outer: Int64(outer), reduced: Int64(reduced), lanes: Int64(shapes.lanes), repeat: Int64(repetition),
                count: Int64(channelAxis.map { shape[$0] } ?? reduced),
                epsilon: epsilon, keepsMean: onnxName == "RMSNormalization"),
            outputCount: shapes.outputs.count)
    }
}

private struct SampleNormalizationKernel: Kernel {
    let sizes: CKNormalization
    let outputCount: Int

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0], let scale = pass.inputs[1] else { return }
        let shift = pass.inputs.count > 2 ? pass.inputs[2]?.pointer : nil
        withUnsafePointer(to: sizes) {
            ck_normalization_forward(
                $0, x.pointer, scale.pointer, shift, pass.outputs[0].pointer,
                outputCount > 1 ? pass.outputs[1].pointer : nil, outputCount > 2 ? pass.outputs[2].pointer : nil)
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(inputs: [0, 1]) }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0], let scale = pass.inputs[1] else { return }
        let shift = pass.inputGradients.count > 2 ? pass.inputGradients[2]?.pointer : nil
        withUnsafePointer(to: sizes) {
            ck_normalization_gradient(
                $0, x.pointer, scale.pointer, pass.outputGradients[0].pointer, pass.inputGradients[0]?.pointer,
                pass.inputGradients[1]?.pointer, shift)
        }
    }
}
