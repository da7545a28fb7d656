import NeuralGraph
import ONNX

extension Resampling {
    /// Says what becomes of the axes of a sample alone.
    static func translateAxes(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let x = try node.shape(0)
        var axes: [Int] = []
        for axis in try node.ints("axes") ?? Array(0..<x.rank) { axes.append(try node.axis(axis, rank: x.rank)) }
        let kept = axes.indices.filter { axes[$0] != x.place?.axis }
        if let batch = axes.indices.first(where: { axes[$0] == x.place?.axis }) {
            guard let place = x.place, try keeps(batch, of: axes.count, place, node) else {
                throw node.unsupported("it resizes the batch (axis \(axes[batch]))")
            }
        }
        node.set("axes", .ints(kept.map { x.sampleAxes(axes[$0]).lowerBound + 1 }))
        node.place(x.place)
        if kept.count == axes.count { return }
        if node.opset < 9 { return try keepScales(kept, &node) }
        for position in node.opset < 11 ? [1] : [1, 2, 3] where node.has(position) {
            try keep(position, kept, of: axes.count, &node)
        }
    }

    /// Whether the axis at this place of the lists stays as long as it is.
    private static func keeps(_ place: Int, of count: Int, _ batch: BatchPlace, _ node: AxisTranslation) throws(UnsupportedNode) -> Bool {
        let scales = node.opset < 9 ? try node.floats("scales") : try node.floats(node.opset < 11 ? 1 : 2, "the scales")
        let sizes = node.opset < 11 ? nil : try node.integers(3, "the sizes")
        guard scales?.isEmpty != false || sizes?.isEmpty != false, (scales?.count ?? 0) + (sizes?.count ?? 0) == count else {
            throw node.unsupported("\(scales?.count ?? 0) scales and \(sizes?.count ?? 0) sizes for \(count) axes")
        }
        guard let sizes, !sizes.isEmpty else { return scales?[place] == 1 }
        let lengths = [.batch, node.fixedBatch.map(SymbolicInteger.init)].map { count in count.flatMap(batch.length) }
        return lengths.contains(sizes[place])
    }

    private static func keepScales(_ kept: [Int], _ node: inout AxisTranslation) throws(UnsupportedNode) {
        guard let scales = try node.floats("scales"), kept.allSatisfy(scales.indices.contains) else { return }
        node.set("scales", .floats(kept.map { scales[$0] }))
    }

    /// A list of numbers for the axes, or of beginnings and then of ends.
    private static func keep(_ position: Int, _ kept: [Int], of count: Int, _ node: inout AxisTranslation) throws(UnsupportedNode) {
        if position == 3 {
            guard let sizes = try node.integers(3, "the sizes"), sizes.count == count else { return }
            let numbers = kept.compactMap { sizes[$0].number }
            guard numbers.count == kept.count else { throw node.unsupported("the sizes \(sizes) depend on the batch") }
            return node.give(3, numbers)
        }
        guard let values = try node.floats(position, "a list for the axes"), values.count == count || values.count == 2 * count else {
            return
        }
        let all = values.count == count ? kept : kept + kept.map { $0 + count }
        node.give(position, TensorProto(name: "", dimensions: [all.count], floats: all.map { values[$0] }))
    }
}
