import NeuralGraph

/// Axes, other than those of length 1, that have as many elements in the input as in the output, the outermost first.
struct ReshapeBlock {
    private(set) var input: [Int]
    private(set) var output: [Int]

    static func all(_ input: [Int], _ output: [Int]) -> [ReshapeBlock] {
        var blocks: [ReshapeBlock] = []
        var own = input.indices.filter { input[$0] != 1 }[...]
        var other = output.indices.filter { output[$0] != 1 }[...]
        while let first = own.popFirst(), let second = other.popFirst() {
            var block = ReshapeBlock(input: [first], output: [second])
            var (a, b) = (input[first], output[second])
            while a != b {
                if a < b, let next = own.popFirst() {
                    block.input.append(next)
                    a *= input[next]
                } else if let next = other.popFirst() {
                    block.output.append(next)
                    b *= output[next]
                } else {
                    return blocks
                }
            }
            blocks.append(block)
        }
        return blocks
    }

    func link(_ links: inout ChannelLinks, _ inputShape: [Int], _ outputShape: [Int]) {
        let (from, to) = (input.map { AxisPlace.input(0, $0) }, output.map { AxisPlace.output(0, $0) })
        let (own, other) = (input.map { inputShape[$0] }, output.map { outputShape[$0] })
        if own.count == 1 {
            links.link(from[0], withOneOf: Self.parts(to, other))
        } else if other.count == 1 {
            links.link(to[0], withOneOf: Self.parts(from, own))
        } else {
            let factors = Self.factors(own, other)
            let divided = factors.first { factor in factors.count { $0.own == factor.own } > 1 }
            guard let first = factors.first else { return }
            let judged = divided.map { from[$0.own] } ?? to[first.other]
            links.choose(judged, oneOf: factors.map { $0.links(from[$0.own], own[$0.own], to[$0.other], other[$0.other]) })
        }
    }

    /// Where the indices of an axis that stands for all of these are along each of them.
    private static func parts(_ axes: [AxisPlace], _ lengths: [Int]) -> [(axis: AxisPlace, map: AxisMap)] {
        axes.indices.map { index in
            let inner = lengths[(index + 1)...].reduce(1, *)
            return (axes[index], index == 0 ? .blocks(of: inner) : .repeatedBlocks(of: inner, every: lengths[index]))
        }
    }

    /// What both divide into, the outermost first; only the outermost where the rest does not.
    private static func factors(_ own: [Int], _ other: [Int]) -> [Factor] {
        var factors: [Factor] = []
        var (a, b) = (own.count - 1, other.count - 1)
        var (ownInner, otherInner) = (1, 1)
        while a >= 0, b >= 0 {
            let (ownLeft, otherLeft) = (own[a] / ownInner, other[b] / otherInner)
            let size = min(ownLeft, otherLeft)
            guard max(ownLeft, otherLeft) % size == 0 else { return outermost(own, other) }
            factors.insert(Factor(own: a, ownInner: ownInner, other: b, otherInner: otherInner, size: size), at: 0)
            ownInner *= size
            otherInner *= size
            if ownInner == own[a] { (a, ownInner) = (a - 1, 1) }
            if otherInner == other[b] { (b, otherInner) = (b - 1, 1) }
        }
        return factors
    }

    private static func outermost(_ own: [Int], _ other: [Int]) -> [Factor] {
        let size = min(own[0], other[0])
        guard max(own[0], other[0]) % size == 0 else { return [] }
        return [Factor(own: 0, ownInner: own[0] / size, other: 0, otherInner: other[0] / size, size: size)]
    }
}

/// A part of an axis of the input that is part of one of the output, too.
private struct Factor {
    /// Among the axes of the block.
    let own: Int
    /// From one index of the factor to the next along the axis.
    let ownInner: Int
    let other: Int
    let otherInner: Int
    let size: Int

    /// The links of the indices along two axes of these lengths.
    func links(_ axis: AxisPlace, _ length: Int, _ otherAxis: AxisPlace, _ otherLength: Int) -> [AxisLink] {
        let onto = AxisMap.steps(of: otherInner, every: size, stride: ownInner)
        let between = AxisLink(axis: axis, other: otherAxis, map: onto)
        if length == size { return [between] }
        return [between, AxisLink(axis: axis, other: axis, map: .steps(of: ownInner, every: size, stride: ownInner))]
    }
}
