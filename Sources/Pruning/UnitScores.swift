import CKernels
import Execution
import NeuralGraph
import Training

/// The contribution of every removable unit, kept up to date from step to step.
struct UnitScores {
    private(set) var groups: [ChannelGroup]
    /// By group and unit.
    private var scores: [[Float]]

    init(_ groups: [ChannelGroup]) {
        self.groups = groups
        scores = groups.map { [Float](repeating: 0, count: $0.units) }
    }

    /// A unit that could be removed, with its score per weight that would go with it.
    struct Candidate {
        let group: Int
        let unit: Int
        let value: Float
        let cost: Int
    }

    /// Takes in the last gradient.
    mutating func update(_ run: TrainingRun, _ contribution: Contribution, memory: Float) {
        let layers = run.graph.layers
        for (index, group) in groups.enumerated() {
            let layer = layers[group.layer]
            for unit in 0..<group.units {
                let now = Self.score(unit, of: group, layer: layer, run, contribution)
                scores[index][unit] =
                    contribution == .taylor ? memory * scores[index][unit] + (1 - memory) * now : now
            }
        }
    }

    private static func score(
        _ unit: Int, of group: ChannelGroup, layer: Layer, _ run: TrainingRun, _ contribution: Contribution
    ) -> Float {
        let width = run.layout.counts[layer.weight] / group.units
        let start = run.layout.offsets[layer.weight] + unit * width
        let w = run.latent.pointer
        let g = run.gradient.pointer
        let s = run.optimizer.second.pointer
        var sum: Float = 0
        switch contribution {
        case .taylor:
            for index in start..<start + width { sum += w[index] * g[index] }
            if let bias = layer.bias {
                let index = run.layout.offsets[bias] + unit
                sum += w[index] * g[index]
            }
            return sum * sum
        case .fisher:
            for index in start..<start + width { sum += w[index] * w[index] * s[index] }
        case .magnitude:
            for index in start..<start + width { sum += w[index] * w[index] }
        }
        return sum
    }

    /// All units, the least contribution per weight first; of equals the first in the network.
    func ranked(_ graph: Graph) -> [Candidate] {
        var candidates: [Candidate] = []
        for (index, group) in groups.enumerated() {
            let cost = group.slices.reduce(0) { sum, slice in
                let parameter = graph.parameters[slice.parameter]
                guard parameter.role == .weight else { return sum }
                return sum + parameter.count / parameter.shape[slice.axis] * slice.factor
            }
            for unit in 0..<group.units {
                let value = scores[index][unit].squareRoot() / Float(cost)
                candidates.append(Candidate(group: index, unit: unit, value: value, cost: cost))
            }
        }
        return candidates.sorted { ($0.value, $0.group, $0.unit) < ($1.value, $1.group, $1.unit) }
    }

    mutating func remove(_ removed: [Set<Int>], groups newGroups: [ChannelGroup]) {
        for (index, units) in removed.enumerated() {
            scores[index] = scores[index].indices.filter { !units.contains($0) }.map { scores[index][$0] }
        }
        groups = newGroups
    }
}

/// `base` to the power of `exponent`, from the engine's own functions.
func exponential(_ base: Double, _ exponent: Double) -> Double {
    ck_exp2(exponent * ck_log2(base))
}
