import NeuralGraph
import ONNX

/// Kernel, strides, padding and dilation of a convolution or pooling over one to three spatial axes; one is held as two.
package struct Window: Sendable, Equatable {
    package var kernel: [Int]
    package var strides: [Int]
    package var dilations: [Int]
    /// Beginnings, then ends: top, left, bottom, right.
    package var pads: [Int]
    package var ceil = false
    /// Spatial axes in the file: 1 to 3. One axis is handled as a height of 1.
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
        guard (1...3).contains(rank) else {
            throw node.unsupported("its input has \(rank) spatial axes; 1 to 3 are supported")
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
        self.kernel = rank > 1 ? kernel : [1] + kernel
        self.strides = rank > 1 ? strides : [1] + strides
        self.dilations = rank > 1 ? dilations : [1] + dilations
        pads = [Int](repeating: 0, count: 2 * self.kernel.count)
    }

    /// - Parameter pads: of the spatial axes in the file, beginnings first.
    mutating func pad(_ pads: [Int]) { self.pads = rank > 1 ? pads : [0, pads[0], 0, pads[1]] }

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
        kernel.indices.allSatisfy { axis in
            max(pads[axis], pads[axis + kernel.count]) <= (kernel[axis] - 1) * dilations[axis]
        }
    }

    /// Height and width of the output for an input `[C, W]` or `[C, H, W]`, with the depth in front for `[C, D, H, W]`.
    func outputSize(_ input: [Int]) throws(ShapeError) -> [Int] {
        let size = Self.spatial(input)
        var output: [Int] = []
        for axis in kernel.indices {
            let span = size[axis] + pads[axis] + pads[axis + kernel.count] - (kernel[axis] - 1) * dilations[axis] - 1
            guard span >= 0 else {
                throw ShapeError("the kernel \(kernel) is larger than the padded input \(input)")
            }
            var count = (span + (ceil ? strides[axis] - 1 : 0)) / strides[axis] + 1
            // A window that would start in the padding behind the input does not count.
            if ceil, (count - 1) * strides[axis] >= size[axis] + pads[axis] { count -= 1 }
            output.append(count)
        }
        try checkTables(size)
        try checkTables(output)
        return output
    }

    /// Of each axis of three, a kernel keeps where every element of the window meets the input for every result, and the other way round.
    ///
    /// - Parameter size: of the input or of the output.
    func checkTables(_ size: [Int]) throws(ShapeError) {
        for (length, taps) in zip(size, kernel) where rank == 3 && length > (1 << 24) / taps {
            throw ShapeError("a window of \(taps) over an axis of length \(length) is too large")
        }
    }

    /// The spatial axes, with a height of 1 in front of a single one.
    static func spatial(_ input: [Int]) -> [Int] {
        input.count == 2 ? [1, input[1]] : Array(input.dropFirst())
    }

    /// Without the axis that stands for a missing one.
    func trimmed(_ size: [Int]) -> [Int] { rank > 1 ? size : [size[1]] }

    /// Whether no axis is padded.
    var isUnpadded: Bool { pads.allSatisfy { $0 == 0 } }

    /// By axis, where the kernel's elements meet an input of this spatial size.
    func tapTables(input: [Int], output: [Int]) -> [TapTable] {
        kernel.indices.map { axis in
            TapTable(
                length: input[axis], results: output[axis], taps: kernel[axis], stride: strides[axis], dilation: dilations[axis],
                before: pads[axis])
        }
    }

    func write(to node: inout NodeWriter) {
        node.set("kernel_shape", .ints(trimmed(kernel)))
        if strides.contains(where: { $0 != 1 }) { node.set("strides", .ints(trimmed(strides))) }
        if dilations.contains(where: { $0 != 1 }) { node.set("dilations", .ints(trimmed(dilations))) }
        if !isUnpadded { node.set("pads", .ints(rank > 1 ? pads : [pads[1], pads[3]])) }
        if ceil { node.set("ceil_mode", .int(1)) }
    }
}
