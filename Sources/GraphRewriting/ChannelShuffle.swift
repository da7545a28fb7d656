import NeuralGraph
import Operators

extension Graph {
    /// The network with one `Gather` in place of a Reshape, a Transpose and a Reshape that together put the indices along an axis in
    /// another order, as channels are shuffled (Zhang et al., "ShuffleNet", 2018). Any of them can go then; of the axes of a Reshape
    /// only whole rows and columns could.
    package func gatheringShuffles() -> Graph {
        var result = self
        let producers = unsharedProducers
        for last in nodes.indices {
            guard let shuffle = shuffle(last, producers) else { continue }
            for inner in shuffle.inner { result.nodes[inner].outputs = [] }
            result.nodes[last].operation = shuffle.gather
            result.nodes[last].inputs = [shuffle.x]
        }
        return result.withoutDetachedNodes()
    }

    private typealias Shuffle = (x: Operand, inner: [Int], gather: Gather)

    private func shuffle(_ last: Int, _ producers: [Int?]) -> Shuffle? {
        guard nodes[last].operation is Reshape, let middle = nodes[last].inputs[0].value.flatMap({ producers[$0] }),
            let transpose = nodes[middle].operation as? Transpose, let first = nodes[middle].inputs[0].value.flatMap({ producers[$0] }),
            nodes[first].operation is Reshape, let x = nodes[first].inputs[0].value
        else { return nil }
        let (shape, divided) = (values[x].shape, values[nodes[first].outputs[0]].shape)
        guard values[nodes[last].outputs[0]].shape == shape,
            let order = AxisOrder(of: shape, divided: divided, order: transpose.order)
        else { return nil }
        return (.value(x), [first, middle], Gather(axis: order.axis, indices: order.indices))
    }
}

/// Another order of the indices along one axis.
private struct AxisOrder {
    let axis: Int
    /// The old index of what stands at each place.
    let indices: [Int]

    /// What it is to divide one axis of a shape into several, to put these in another order and to join them again.
    ///
    /// - Parameter order: for each axis in the new order the one of the divided shape.
    init?(of shape: [Int], divided: [Int], order: [Int]) {
        let parts = divided.count - shape.count + 1
        guard parts > 1, let axis = shape.indices.first(where: { shape[$0] != divided[$0] }) else { return nil }
        let inner = axis..<axis + parts
        // More are no channels, and a file would hold all their places.
        guard shape[axis] <= 1 << 16, Array(shape[(axis + 1)...]) == Array(divided[inner.upperBound...]),
            order.enumerated().allSatisfy({ inner.contains($0) ? inner.contains($1) : $0 == $1 })
        else { return nil }
        let strides = Shape.strides(Array(divided[inner]))
        self.axis = axis
        indices = order[inner].reduce([0]) { places, part in
            places.flatMap { place in (0..<divided[part]).map { place + $0 * strides[part - axis] } }
        }
    }
}
