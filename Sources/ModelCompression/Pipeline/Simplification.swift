import NeuralGraph
import Pruning
import Quantization
import Training

/// How far a job's network is pruned: the settings of both kinds of pruning from recipe and goal.
struct Simplification {
    let job: Job
    let measure: FileMeasure
    /// Bytes of the file that the size target speaks of.
    let goal: Int
    /// How many times as long as the recipe says weights are pruned.
    let patience: Int

    /// Bits that a weight takes in all at the end: what experience gives for pruned and quantized networks, by the
    /// file that is measured.
    private var bitsPerWeight: Double {
        switch job.recipe.size.measure {
        case .cmdl: job.isQuantized ? 5 : 32
        case .onnx: job.isQuantized ? (job.prunes(.weight) ? 9 : 4) : (job.prunes(.weight) ? 40 : 32)
        }
    }
    /// Of sign and level of a weight when it will be quantized, and as a 32-bit float.
    private var valueBits: Double {
        switch job.recipe.size.measure {
        case .cmdl: job.isQuantized ? 2.2 : 30
        case .onnx: job.isQuantized ? 5 : 36
        }
    }
    /// Weights that are left in smaller tensors for each one that weight pruning will leave.
    private static let room = 10
    /// Quantization sets weights to zero too, so pruning may end above the target.
    private static let allowance = 1.1

    func pruneUnits(of graph: Graph, context: TrainingContext) throws -> Graph {
        guard job.prunes(.channel), let prune = job.recipe.prune else { return graph }
        let left = try remainingWeights()
        let prunesWeights = job.prunes(.weight)
        let pruning = UnitPruning(
            contribution: contribution, epochs: max(1, prune.epochs / 10), limits: job.pruningLimits,
            targetWeights: prunesWeights ? left * Self.room : left, speedup: prune.speedup ?? 1,
            remainingWeights: prunesWeights ? left : nil)
        return try pruning.run(graph, context: context)
    }

    func pruneWeights(of graph: Graph, context: TrainingContext) throws -> Graph {
        guard job.prunes(.weight), let prune = job.recipe.prune else { return graph }
        let overhead = try measure.overhead(of: graph)
        let share = job.isQuantized ? Self.allowance : 1
        let (measure, valueBits) = (measure, valueBits)
        let pruning = WeightPruning(
            contribution: contribution, epochs: prune.epochs * patience, limits: job.pruningLimits,
            originalCounts: job.originalCounts,
            targetBytes: max(1, Double(goal - overhead)) * share, isRateAware: prune.cost == .bytes,
            valueBits: valueBits, noise: job.isQuantized ? Float(prune.noise) : 0,
            codedBytes: { measure.patternBytes(of: $0, valueBits: valueBits) })
        let pruned = try pruning.run(graph, context: context)
        return job.prunes(.channel) ? try DeadUnits.removing(from: pruned, context: context) : pruned
    }

    private var contribution: Pruning.Contribution {
        switch job.recipe.prune?.contribution {
        case .magnitude: .magnitude
        case .taylor: .taylor
        case .fisher, nil: .fisher
        }
    }

    /// How many weights the goal has room for, at least one.
    private func remainingWeights() throws -> Int {
        // In an .onnx file graph and biases take a good part, which does not become less with fewer units.
        let rest = job.recipe.size.measure == .onnx ? try measure.overhead(of: job.original) : 0
        return max(1, Int(Double(goal - rest) * 8 / bitsPerWeight))
    }
}
