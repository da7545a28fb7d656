import ONNX

/// Kernel, strides, padding and dilation of a convolution or pooling over one or two spatial axes, as two.
package struct Window: Sendable, Equatable {
    package var kernel: [Int]
    package var strides: [Int]
    package var dilations: [Int]
    /// Top, left, bottom, right.
    package var pads: [Int]
    package var ceil = false
    /// Spatial axes in the file: 1 or 2. One axis is handled as a height of 1.
    package var rank: Int

    /// - Parameter kernel: used when the node does not give `kernel_shape`.
    init(
        _ node: NodeReader, input: [Int], kernel weightKernel: [Int]?
    ) throws(UnsupportedNode) {
        try self.init(unpadded: node, input: input, kernel: weightKernel)
        ceil = try node.int("ceil_mode", default: 0) != 0
        pad(try pads(node, Array(input.dropFirst())))
    }

    /// Without the padding that the node asks for.
    init(
        unpadded node: NodeReader, input: [Int], kernel weightKernel: [Int]?
    ) throws(UnsupportedNode) {
        let rank = input.count - 1
        guard rank == 1 || rank == 2 else {
            throw node.unsupported("its input has \(rank) spatial axes; 1 and 2 are supported")
        }
        guard let kernel = try node.ints("kernel_shape") ?? weightKernel else {
            throw node.unsupported("kernel_shape is missing")
        }
        let ones = [Int](repeating: 1, count: rank)
        let strides = try node.ints("strides") ?? ones
        let dilations = try node.ints("dilations") ?? ones
        guard kernel.count == rank, strides.count == rank, dilations.count == rank,
            (kernel + strides + dilations).allSatisfy({ (1...65536).contains($0) })
        else { throw node.unsupported("kernel_shape, strides or dilations do not fit \(rank) spatial axes") }
        self.rank = rank
        self.kernel = rank == 2 ? kernel : [1] + kernel
        self.strides = rank == 2 ? strides : [1] + strides
        self.dilations = rank == 2 ? dilations : [1] + dilations
        pads = [0, 0, 0, 0]
    }

    /// - Parameter pads: of the spatial axes in the file, beginnings first.
    mutating func pad(_ pads: [Int]) { self.pads = rank == 2 ? pads : [0, pads[0], 0, pads[1]] }

    /// The attribute `pads`.
    static func givenPads(_ node: NodeReader, rank: Int) throws(UnsupportedNode) -> [Int] {
        let pads = try node.ints("pads") ?? [Int](repeating: 0, count: 2 * rank)
        guard pads.count == 2 * rank, pads.allSatisfy({ (0...65536).contains($0) }) else {
            throw node.unsupported("pads \(pads)")
        }
        return pads
    }

    /// - Parameter input: the lengths of the spatial axes.
    private func pads(_ node: NodeReader, _ input: [Int]) throws(UnsupportedNode) -> [Int] {
        let (kernel, strides, dilations) = (trimmed(kernel), trimmed(strides), trimmed(dilations))
        let mode = try node.string("auto_pad", default: "NOTSET")
        switch mode {
        case "NOTSET":
            return try Self.givenPads(node, rank: rank)
        case "VALID":
            return [Int](repeating: 0, count: 2 * rank)
        case "SAME_UPPER", "SAME_LOWER":
            let totals = kernel.indices.map { axis in
                let output = (input[axis] + strides[axis] - 1) / strides[axis]
                return max(0, (output - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - input[axis])
            }
            let small = totals.map { $0 / 2 }
            let large = totals.map { $0 - $0 / 2 }
            return mode == "SAME_UPPER" ? small + large : large + small
        default:
            throw node.unsupported("auto_pad '\(mode)'")
        }
    }

    /// Whether the padding on either side is smaller than the kernel, so that every position sees some of the input.
    var alwaysMeetsInput: Bool {
        (0..<2).allSatisfy { axis in
            max(pads[axis], pads[axis + 2]) <= (kernel[axis] - 1) * dilations[axis]
        }
    }

    /// Height and width of the output for an input `[C, W]` or `[C, H, W]`.
    func outputSize(_ input: [Int]) throws(ShapeError) -> [Int] {
        let size = Self.spatial(input)
        var output: [Int] = []
        for axis in 0..<2 {
            let span = size[axis] + pads[axis] + pads[axis + 2] - (kernel[axis] - 1) * dilations[axis] - 1
            guard span >= 0 else {
                throw ShapeError("the kernel \(kernel) is larger than the padded input \(input)")
            }
            var count = (span + (ceil ? strides[axis] - 1 : 0)) / strides[axis] + 1
            // A window that would start in the padding behind the input does not count.
            if ceil, (count - 1) * strides[axis] >= size[axis] + pads[axis] { count -= 1 }
            output.append(count)
        }
        return output
    }

    /// `[H, W]`, with a height of 1 for one spatial axis.
    static func spatial(_ input: [Int]) -> [Int] {
        input.count == 2 ? [1, input[1]] : [input[1], input[2]]
    }

    /// Without the axis that stands for a missing one.
    func trimmed(_ size: [Int]) -> [Int] { rank == 2 ? size : [size[1]] }

    func write(to node: inout NodeWriter) {
        node.set("kernel_shape", .ints(trimmed(kernel)))
        if strides != [1, 1] { node.set("strides", .ints(trimmed(strides))) }
        if dilations != [1, 1] { node.set("dilations", .ints(trimmed(dilations))) }
        if pads != [0, 0, 0, 0] { node.set("pads", .ints(rank == 2 ? pads : [pads[1], pads[3]])) }
        if ceil { node.set("ceil_mode", .int(1)) }
    }
}
