import NeuralGraph
import ONNX
import TestNetworks
import Training

extension NetworkBuilder {
    /// A random network of convolutions, transposed ones among them, whose channels are added, concatenated, divided, gated, moved
    /// to another axis, resized, taken in groups, shuffled, made pixels of, padded and normalized in groups.
    static func branches(_ random: inout RandomStream) throws -> Graph {
        var network = NetworkBuilder(input: [2, 6, 6], seed: random.next())
        network.convolution("first", 4 + 2 * random.next(below: 3), pad: 1)
        network.relu()
        for block in 0..<2 + random.next(below: 3) {
            let name = "block\(block)"
            let groups = [1, 2, network.shape[0]].filter { network.shape[0] % $0 == 0 }
            switch random.next(below: 15) {
            case 0: network.residual(name, hidden: 2 + random.next(below: 4))
            case 1: network.concatenated(name, 2 + random.next(below: 3), alsoInput: random.next(below: 2) == 0)
            case 2: network.divided(name, at: 1 + random.next(below: network.shape[0] - 1))
            case 3: network.gated(name)
            case 4: network.acrossTheLastAxis(name, 2 * (1 + random.next(below: 4)))
            case 5 where network.shape[0] % 2 == 0:
                network.convolution(name, 4 + 2 * random.next(below: 2), pad: 1, groups: 2, bias: random.next(below: 2) == 0)
            case 6:
                let groups = groups[random.next(below: groups.count)]
                network.transposedConvolution(
                    name, groups * (2 + random.next(below: 2)), groups: groups, bias: random.next(below: 2) == 0)
            case 7: network.resized(name)
            case 8: network.split(name, at: 1 + random.next(below: network.shape[0] - 1))
            case 9: network.mixedByAnEquation(name, 2 + random.next(below: 3))
            case 11 where network.shape[0] % 2 == 0: network.shuffled(name)
            case 12: network.pixels(name, 2 + random.next(below: 3), mode: random.next(below: 2) == 0 ? "DCR" : "CRD")
            case 13: network.padded(name, before: random.next(below: 2), after: 1 + random.next(below: 2))
            case 14 where network.shape[0] % 2 == 0: network.normalizedInHalves(name)
            default: network.convolution(name, network.shape[0] * (1 + random.next(below: 2)), pad: 1, groups: network.shape[0])
            }
            if random.next(below: 2) == 0 { network.batchNormalization("\(name).norm") }
            network.relu()
        }
        network.convolution("last", 3, kernel: 1)
        network.flatten()
        network.gemm("output", 3)
        return try network.graph()
    }

    /// x + conv(relu(conv(x)))
    private mutating func residual(_ name: String, hidden: Int) {
        let (input, channels) = (current, shape[0])
        convolution("\(name).1", hidden, pad: 1)
        relu()
        convolution("\(name).2", channels, pad: 1)
        node("Add", name: "\(name).add", [input], shape: shape)
    }

    private mutating func concatenated(_ name: String, _ channels: Int, alsoInput: Bool) {
        let (input, inputShape) = (current, shape)
        convolution("\(name).1", channels, pad: 1)
        let left = current
        (current, shape) = (input, inputShape)
        convolution("\(name).2", channels + 1, kernel: 1)
        let more = alsoInput ? inputShape[0] : 0
        node(
            "Concat", name: "\(name).concat", [left] + (alsoInput ? [input] : []), [AttributeProto("axis", .int(1))],
            shape: [2 * channels + 1 + more] + shape.dropFirst())
    }

    /// The first channels are convolved, the rest is left as it is.
    private mutating func divided(_ name: String, at count: Int) {
        let (input, inputShape) = (current, shape)
        slice("\(name).left", 0, count)
        convolution("\(name).1", 3, pad: 1)
        let left = current
        (current, shape) = (input, inputShape)
        slice("\(name).right", count, inputShape[0])
        node(
            "Concat", name: "\(name).concat", [left], [AttributeProto("axis", .int(1))],
            shape: [3 + shape[0]] + shape.dropFirst())
    }

    private mutating func slice(_ name: String, _ from: Int, _ to: Int) {
        integers("\(name).from", [from])
        integers("\(name).to", [to])
        integers("\(name).axis", [1])
        node("Slice", name: name, ["from", "to", "axis"].map { "\(name).\($0)" }, shape: [to - from] + shape.dropFirst())
    }

    /// One part of the channels is added to what is made of the other, after it was normalized.
    private mutating func split(_ name: String, at count: Int) {
        let whole = shape
        integers("\(name).parts", [count, whole[0] - count])
        model.graph.nodes.append(
            NodeProto(
                name: name, operatorType: "Split", inputs: [current, "\(name).parts"], outputs: ["\(name).left", "\(name).right"],
                attributes: [AttributeProto("axis", .int(1))]))
        (current, shape) = ("\(name).left", [count] + whole.dropFirst())
        instanceNormalization("\(name).instance")
        convolution("\(name).1", whole[0] - count, pad: 1)
        node("Add", name: "\(name).add", ["\(name).right"], shape: shape)
    }

    /// The mean over the rows and columns, through a matrix of weights and a learnt slope, added to all pixels.
    private mutating func mixedByAnEquation(_ name: String, _ channels: Int) {
        let (input, inputShape) = (current, shape)
        node("ReduceMean", name: "\(name).mean", [], [AttributeProto("axes", .ints([2, 3]))], shape: [shape[0], 1, 1])
        contraction("\(name).1", "ncij,kc->nkij", channels)
        slopes("\(name).slope")
        contraction("\(name).2", "ncij,kc->nkij", inputShape[0])
        integers("\(name).whole", [1, inputShape[0]] + inputShape.dropFirst())
        node("Expand", name: "\(name).expand", ["\(name).whole"], shape: inputShape)
        node("Add", name: "\(name).add", [input], shape: inputShape)
    }

    /// Squeeze and excitation: Hu et al., 2018.
    private mutating func gated(_ name: String) {
        let (input, inputShape) = (current, shape)
        node("GlobalAveragePool", name: "\(name).pool", shape: [shape[0], 1, 1])
        flatten()
        gemm("\(name).1", 2)
        relu()
        gemm("\(name).2", inputShape[0])
        node("Sigmoid", name: "\(name).sigmoid", shape: shape)
        integers("\(name).shape", [0, -1, 1, 1])
        node("Reshape", name: "\(name).reshape", ["\(name).shape"], shape: [inputShape[0], 1, 1])
        node("Mul", name: "\(name).mul", [input], shape: inputShape)
    }

    /// The halves of the channels, one of each in turn.
    private mutating func shuffled(_ name: String) {
        let whole = shape
        reshape("\(name).halves", [2, whole[0] / 2] + whole.dropFirst())
        transpose("\(name).turns", [1, 0, 2, 3])
        reshape("\(name).joined", whole)
    }

    /// Channels to pixels and back.
    private mutating func pixels(_ name: String, _ channels: Int, mode: String) {
        let (height, width) = (shape[1], shape[2])
        convolution("\(name).1", 4 * channels, pad: 1)
        let block = AttributeProto("blocksize", .int(2))
        node(
            "DepthToSpace", name: "\(name).pixels", [], [block, AttributeProto("mode", .string(Array(mode.utf8)))],
            shape: [channels, 2 * height, 2 * width])
        slopes("\(name).slope")
        node("SpaceToDepth", name: "\(name).channels", [], [block], shape: [4 * channels, height, width])
    }

    /// Channels of zeros beside the input's, to which those of a convolution are added: He et al., 2016, option A.
    private mutating func padded(_ name: String, before: Int, after: Int) {
        let (input, inputShape) = (current, shape)
        integers("\(name).pads", [0, before, 0, 0, 0, after, 0, 0])
        node("Pad", name: "\(name).pad", ["\(name).pads"], shape: [before + shape[0] + after] + shape.dropFirst())
        let more = (current, shape)
        (current, shape) = (input, inputShape)
        convolution("\(name).1", more.1[0], pad: 1)
        node("Add", name: "\(name).add", [more.0], shape: more.1)
    }

    /// As exporters write a group normalization of two groups.
    private mutating func normalizedInHalves(_ name: String) {
        let whole = shape
        reshape("\(name).halves", [2, whole.reduce(1, *) / 2])
        instanceNormalization("\(name).instance")
        reshape("\(name).joined", whole)
    }

    /// To the double length and back.
    private mutating func resized(_ name: String) {
        constant("\(name).scales", [4], [1, 1, 2, 2])
        node("Resize", name: "\(name).resize", ["", "\(name).scales"], shape: [shape[0]] + shape.dropFirst().map { 2 * $0 })
        maxPool(2)
    }

    private mutating func acrossTheLastAxis(_ name: String, _ channels: Int) {
        node("Transpose", name: "\(name).to", [], [AttributeProto("perm", .ints([0, 2, 3, 1]))], shape: [shape[1], shape[2], shape[0]])
        matMul("\(name).1", channels)
        node("Transpose", name: "\(name).from", [], [AttributeProto("perm", .ints([0, 3, 1, 2]))], shape: [channels, shape[0], shape[1]])
    }
}
