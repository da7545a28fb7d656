import CKernels
import DependencyGroups
import Execution
import NeuralGraph
import Training

/// Structured pruning: removes channels and neurons of every layer, the least contributing first, while the network
/// is trained on and as long as the accuracy requirement holds. Tensors really become smaller.
package struct UnitPruning {
    package let contribution: Contribution
    package let epochs: Int
    /// By layer.
    package let limits: [PruningLimit]
    /// Enough is removed when no more weights than this are left.
    package let targetWeights: Int
    /// How many times fewer multiply-adds a sample is to take; 1 where they do not matter.
    package let speedup: Double
    /// Weights that will be left when single ones have been pruned too; `nil` if none will be.
    package let remainingWeights: Int?

    package init(
        contribution: Contribution, epochs: Int, limits: [PruningLimit], targetWeights: Int, speedup: Double,
        remainingWeights: Int?
    ) {
        self.speedup = speedup
        self.remainingWeights = remainingWeights
        self.contribution = contribution
        self.epochs = epochs
        self.limits = limits
        self.targetWeights = targetWeights
    }

    package func run(_ original: Graph, context: TrainingContext) throws -> Graph {
        let analysis = ChannelAnalysis(original)
        let steps = epochs * context.stepsPerEpoch
        guard !analysis.groups.isEmpty, steps > 0, original.weightCount > targetWeights || speedup > 1 else { return original }
        var run = TrainingRun(original, context: context, optimizer: context.optimizer, name: "units")
        var best = original
        var isHeld = false
        let interval = max(1, min(50, steps / 40))
        let check = max(1, steps / 8)
        let part = context.progress.steps("prune channels", of: steps, run)
        defer { part.end() }
        if context.lessons.isTaughtAlone { try run.observe(drawsAnswers: true) }
        for step in 0..<steps {
            _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
            run.descend(
                rate: context.schedule.rate(context.optimizer.learningRate / 3, at: Double(step) / Double(steps)))
            part.reach(step + 1)
            if (step + 1) % interval == 0 && !isHeld && step >= steps / 20 {
                try removeUnits(from: &run, original: original, progress: Double(step) / (0.8 * Double(steps)))
            }
            guard (step + 1) % check == 0 || step + 1 == steps else { continue }
            let requirement = context.requirement.during(Double(step + 1) / Double(steps))
            let decision = try run.decide(requirement, run.latent)
            isHeld = !decision.isMet
            if !isHeld { best = run.network(run.latent) }
            context.progress(
                "prune channels: step \(step + 1) of \(steps), \(run.graph.weightCount) weights, "
                    + "\(run.graph.multiplyAdds) multiply-adds, validation \(decision.text)"
                    + (isHeld ? " (below the floor: no removal)" : ""))
        }
        return best
    }

    /// A geometric path that ends at `progress` 1, where it does not go up.
    private static func goal(_ first: Int, _ last: Double, _ progress: Double) -> Int {
        let share = min(1, max(0, progress))
        return Int(Double(first) * exponential(min(1, last / Double(first)), share))
    }

    /// Removes units until neither weights nor multiply-adds are more than they may be at a point of the way.
    private func removeUnits(from run: inout TrainingRun, original: Graph, progress: Double) throws {
        let weights = Self.goal(original.weightCount, Double(targetWeights), progress)
        let operations = original.multiplyAdds
        let multiplyAdds = Self.goal(operations, Double(operations) / speedup, progress)
        var left = UnitRanking.Cost(weights: run.graph.weightCount, multiplyAdds: run.graph.multiplyAdds)
        let isSlow = left.multiplyAdds > multiplyAdds
        guard left.weights > weights || isSlow else { return }
        let groups = ChannelAnalysis(run.graph).groups
        let ranking = UnitRanking(
            contribution: contribution, remainingWeights: remainingWeights ?? targetWeights,
            prunesWeights: remainingWeights != nil, isPerMultiplyAdd: isSlow)
        var removed = [Set<Int>](repeating: [], count: groups.count)
        var room = UnitRoom(run.graph, original: original, limits: limits)
        for candidate in ranking.ranked(groups, run) where left.weights > weights || left.multiplyAdds > multiplyAdds {
            let group = groups[candidate.group]
            guard group.units - removed[candidate.group].count > 1, room.remove(group) else { continue }
            removed[candidate.group].insert(candidate.unit)
            left.weights -= candidate.cost.weights
            left.multiplyAdds -= candidate.cost.multiplyAdds
        }
        let removal = UnitSelection(run.graph, removing: groups.indices.map { (groups[$0], removed[$0]) })
        if !removal.isEmpty { try run.remove(removal) }
    }
}

/// The units that the rules still let go.
private struct UnitRoom {
    /// By parameter that is a layer's weight.
    private var weights: [Int: Room] = [:]

    private struct Room {
        let first: [Int]
        let maxRatio: Double
        var left: [Int]
    }

    init(_ graph: Graph, original: Graph, limits: [PruningLimit]) {
        for (layer, limit) in zip(graph.layers, limits) {
            weights[layer.weight] = Room(
                first: original.parameters[layer.weight].shape, maxRatio: limit.maxRatio,
                left: graph.parameters[layer.weight].shape)
        }
    }

    /// Takes a unit out of all layers that make it, if each of them can spare it.
    mutating func remove(_ group: ChannelGroup) -> Bool {
        var after = weights
        for slice in group.slices where slice.kind == .makes {
            guard let parameter = slice.parameter, let room = weights[parameter] else { return false }
            let left = room.left[slice.axis] - slice.width
            let first = room.first[slice.axis]
            guard left > 0, Double(first - left) <= room.maxRatio * Double(first) else { return false }
            after[parameter]?.left[slice.axis] = left
        }
        weights = after
        return true
    }
}

extension Graph {
    /// Elements of all weight tensors.
    package var weightCount: Int { layers.reduce(0) { $0 + parameters[$1.weight].count } }
}

/// `base` to the power of `exponent`, from the engine's own functions.
func exponential(_ base: Double, _ exponent: Double) -> Double {
    ck_exp2(exponent * ck_log2(base))
}
