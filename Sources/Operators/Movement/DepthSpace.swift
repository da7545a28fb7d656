import NeuralGraph
import ONNX

/// `DepthToSpace`, which makes a block of pixels of so many channels, and `SpaceToDepth`, which makes channels of blocks of pixels.
package struct DepthSpace: ElementMovingOperator {
    package static let onnxNames = ["DepthToSpace", "SpaceToDepth"]

    package let onnxName: String
    /// Pixels of a block along each axis.
    private let block: Int
    /// Whether the places in a block change slower along the channels than the channels of the image do (mode DCR).
    private let isDepthFirst: Bool

    private var makesSpace: Bool { onnxName == "DepthToSpace" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.samplesInFront() }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 1)
        guard try node.batchedShape(0).count == 3 else { throw node.unsupported("its input is no image [C, H, W]") }
        block = try node.int("blocksize", default: 0)
        guard (1...65536).contains(block) else { throw node.unsupported("blocksize \(block)") }
        let mode = try node.string("mode", default: "DCR")
        guard mode == "DCR" || mode == "CRD" else { throw node.unsupported("mode '\(mode)'") }
        isDepthFirst = mode == "DCR"
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, shape.count == 3 else { throw ShapeError("the input is no image") }
        let area = block * block
        guard makesSpace else {
            guard shape[1] % block == 0, shape[2] % block == 0 else { throw ShapeError("\(shape) has no whole blocks of \(block)") }
            return [[shape[0] * area, shape[1] / block, shape[2] / block]]
        }
        guard shape[0] % area == 0 else { throw ShapeError("\(shape[0]) channels make no blocks of \(block)") }
        return [[shape[0] / area, shape[1] * block, shape[2] * block]]
    }

    package func write(to node: inout NodeWriter) {
        node.set("blocksize", .int(block))
        guard !isDepthFirst else { return }
        node.set("mode", .string(Array("CRD".utf8)))
        if !makesSpace { node.require(opset: 28) }
    }

    /// A channel of the pixels in blocks goes with as many as a block has of the others.
    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) moves what is side by side")
        guard let input = shapes.inputs[0]?.dimensions else { return links }
        let (few, many) = makesSpace ? (AxisPlace.output(0, 0), AxisPlace.input(0, 0)) : (.input(0, 0), .output(0, 0))
        let count = makesSpace ? shapes.outputs[0][0] : input[0]
        links.link(few, many, isDepthFirst ? .repeated(every: count) : .blocks(of: block * block))
        return links
    }

    package func map(_ input: [Int]) -> ElementMap {
        let strides = Shape.strides(input)
        guard makesSpace else {
            let channels = (0..<input[0] * block * block).map { channel in
                let area = block * block
                let (place, own) = isDepthFirst ? (channel / input[0], channel % input[0]) : (channel % area, channel / area)
                return own * strides[0] + place / block * strides[1] + place % block
            }
            return ElementMap(
                places: [channels] + [1, 2].map { axis in (0..<input[axis] / block).map { $0 * block * strides[axis] } })
        }
        let channels = input[0] / (block * block)
        let channel = (isDepthFirst ? 1 : block * block) * strides[0]
        // From one row, or column, of a block to the next.
        let column = (isDepthFirst ? channels : 1) * strides[0]
        let steps = [block * column, column]
        let positions = [1, 2].map { axis -> [Int] in
            (0..<input[axis] * block).map { $0 % block * steps[axis - 1] + $0 / block * strides[axis] }
        }
        return ElementMap(places: [(0..<channels).map { $0 * channel }] + positions)
    }
}
