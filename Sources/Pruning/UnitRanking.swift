import DependencyGroups
import NeuralGraph
import Training

/// Which units contribute least for the bytes that they cost, over all layers.
///
/// At the end so many weights will be left that one of them is worth a price: the contribution of the last that stays.
/// A unit is worth what its weights, its own and those that read it, contribute beyond that price. Weights below it do
/// not count where they will be pruned one by one; where they cannot be, the unit has to pay for them too.
///
/// That estimates what it costs to make a unit zero, also where a normalization measures the units together: the gradients, and with
/// them the contributions of the weights that make the unit, have passed through the mean and the deviation, which change with it.
/// What removal changes beside that is how many numbers are measured. Their sums stay, so it is the same whichever zero goes: with C of
/// them, about 1 − 1 / 2C times what was normalized, which by the measure of contributions is worth 1 / 4C of one scale. It is left
/// out; the network is then trained, and judged, without the unit.
struct UnitRanking {
    let contribution: Contribution
    /// Over all layers, at the end.
    let remainingWeights: Int
    let prunesWeights: Bool
    /// Whether it is multiply-adds that have to become fewer: then a unit's worth is divided by those that go with it.
    let isPerMultiplyAdd: Bool

    /// What goes with a unit.
    struct Cost {
        var weights = 0
        /// Of a sample.
        var multiplyAdds = 0
    }

    /// A unit that could be removed.
    struct Candidate {
        let group: Int
        let unit: Int
        let value: Double
        let cost: Cost
    }

    /// All units, the least worth first; of equals the first in the network.
    func ranked(_ groups: [ChannelGroup], _ run: TrainingRun) -> [Candidate] {
        let scores = self.scores(run)
        let price = Self.price(Array(scores.values), remaining: remainingWeights)
        let operations = run.graph.multiplyAddsByWeight
        var candidates: [Candidate] = []
        for (index, group) in groups.enumerated() {
            var values = [Double](repeating: 0, count: group.units)
            var cost = Cost()
            for slice in group.slices {
                guard let parameter = slice.parameter, let own = scores[parameter] else { continue }
                let shape = run.graph.parameters[parameter].shape
                add(own, shape, slice, price: price, to: &values)
                cost.weights += own.count / shape[slice.axis] * slice.width
                cost.multiplyAdds += (operations[parameter] ?? 0) / shape[slice.axis] * slice.width
            }
            let divisor = isPerMultiplyAdd ? Double(max(1, cost.multiplyAdds)) : 1
            candidates += values.enumerated().map { unit, value in
                Candidate(group: index, unit: unit, value: value / divisor, cost: cost)
            }
        }
        return candidates.sorted { ($0.value, $0.group, $0.unit) < ($1.value, $1.group, $1.unit) }
    }

    /// By parameter that is a layer's weight.
    private func scores(_ run: TrainingRun) -> [Int: [Float]] {
        var scores: [Int: [Float]] = [:]
        for layer in run.graph.layers { scores[layer.weight] = contribution.scores(of: layer, in: run) }
        return scores
    }

    /// About the contribution of the last weight that stays (to 1 %): the order of floats that are not negative is that
    /// of their bits, of which the highest 16 are looked at.
    private static func price(_ scores: [[Float]], remaining: Int) -> Float {
        var counts = [Int](repeating: 0, count: 1 << 16)
        for layer in scores {
            for score in layer { counts[Int(score.bitPattern >> 16)] += 1 }
        }
        var left = remaining
        for bits in counts.indices.reversed() {
            left -= counts[bits]
            if left <= 0 { return Float(bitPattern: UInt32(bits) << 16) }
        }
        return 0
    }

    private func add(
        _ scores: [Float], _ shape: [Int], _ slice: ChannelSlice, price: Float, to values: inout [Double]
    ) {
        let inner = shape[(slice.axis + 1)...].reduce(1, *)
        let row = shape[slice.axis] * inner
        let runs = slice.runs
        for start in stride(from: 0, to: scores.count, by: row) {
            for run in runs {
                var sum = 0.0
                for index in start + run.indices.lowerBound * inner..<start + run.indices.upperBound * inner {
                    let surplus = scores[index] - price
                    sum += Double(prunesWeights ? max(0, surplus) : surplus)
                }
                values[run.unit] += sum
            }
        }
    }
}

extension Graph {
    /// Multiply-adds of a sample by the parameter whose elements are multiplied.
    fileprivate var multiplyAddsByWeight: [Int: Int] {
        nodes.reduce(into: [:]) { counts, node in
            for (_, parameter) in node.parameters(of: .weight) {
                counts[parameter, default: 0] += multiplyAdds(of: node, with: parameter)
            }
        }
    }
}
