import NeuralGraph

/// Units (channels, neurons) that are made of the same tensors, each with everything that goes when it goes: a dependency
/// group.
package struct ChannelGroup: Sendable, Equatable {
    /// The layers that make the units, by index into the graph's; more than one where their outputs are added.
    package let layers: [Int]
    package let units: Int
    /// The parts of parameters that belong to the units, in the order of the nodes; a weight that makes them stands first.
    package let slices: [ChannelSlice]
    /// The parts of values.
    package let values: [ChannelSlice]
    /// Whether a node sums over the units without a weight for each.
    package let isSummed: Bool
    /// Whether the units' values depend on something beside the weights that make them.
    package let isMixed: Bool
    /// Whether a node measures the units together, as a normalization does: it does something else with those that are left, so that no
    /// removal is exact, not even that of units whose weights are all zero.
    package let isMeasured: Bool
}

/// The indices along one axis of a tensor that belong to the units of a group.
package struct ChannelSlice: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A weight's outputs.
        case makes
        /// A weight's inputs.
        case reads
        /// All else.
        case carries
    }

    package let tensor: Tensor
    package let axis: Int
    package let kind: Kind
    /// By unit; ascending, and as many for each.
    package let indices: [[Int]]

    /// Of one unit.
    package var width: Int { indices[0].count }

    package var parameter: Int? { if case .parameter(let parameter) = tensor { parameter } else { nil } }
}

extension ChannelSlice {
    /// The neighbouring indices of one unit, all of them along the axis in ascending order.
    package var runs: [(unit: Int, indices: Range<Int>)] {
        let all = indices.enumerated().flatMap { unit, own in own.map { (unit: unit, index: $0) } }.sorted { $0.index < $1.index }
        var runs: [(unit: Int, indices: Range<Int>)] = []
        for (unit, index) in all {
            if let last = runs.last, last.unit == unit, last.indices.upperBound == index {
                runs[runs.count - 1].indices = last.indices.lowerBound..<index + 1
            } else {
                runs.append((unit, index..<index + 1))
            }
        }
        return runs
    }

    /// Puts the units that remain in their new order in the places of those that do.
    ///
    /// - Parameter contents: along the axis, the index of what stands there; `nil` for what goes.
    func select(_ remaining: [Int], in contents: inout [Int?]) {
        let places = remaining.sorted()
        for index in indices.joined() { contents[index] = nil }
        for (place, unit) in zip(places, remaining) {
            for (index, own) in zip(indices[place], indices[unit]) { contents[index] = own }
        }
    }
}

extension ChannelGroup {
    /// Whether a node measures the units together.
    package func isMeasured(by node: Node, in graph: Graph) -> Bool {
        node.operation.channelLinks(graph.shapes(of: node)).measured.contains { place in
            values.contains { node.tensor(place) == $0.tensor && place.axis == $0.axis }
        }
    }
}
