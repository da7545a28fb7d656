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

    /// Bits that a coded weight takes in all at the end: what experience gives for pruned and quantized networks.
    private static let bitsPerWeight = 5.0
    /// Of sign and level of a weight when it will be quantized, and as a 32-bit float.
    private static let quantizedValueBits = 2.2
    private static let floatValueBits = 30.0
    /// Weights that are left in smaller tensors for each one that weight pruning will leave.
    private static let room = 5
    /// Quantization sets weights to zero too, so pruning may end above the target.
    private static let allowance = 1.1

    private var isQuantized: Bool { job.maxLevels.contains { $0 != nil } }

    func pruneUnits(of graph: Graph, context: TrainingContext) throws -> Graph {
        guard job.prunes(.channel), let prune = job.recipe.prune else { return graph }
        let left = try max(1, remainingWeights())
        let prunesZeros = job.prunes(.weight) && job.recipe.size.measure == .cmdl
        let pruning = UnitPruning(
            contribution: contribution, epochs: max(1, prune.epochs / 10), limits: job.pruningLimits,
            targetWeights: prunesZeros ? left * Self.room : left, remainingWeights: prunesZeros ? left : nil)
        return try pruning.run(graph, context: context)
    }

    func pruneWeights(of graph: Graph, context: TrainingContext) throws -> Graph {
        guard job.prunes(.weight), let prune = job.recipe.prune else { return graph }
        let valueBits = isQuantized ? Self.quantizedValueBits : Self.floatValueBits
        let overhead = try measure.overhead(of: graph)
        let share = isQuantized ? Self.allowance : 1
        let pruning = WeightPruning(
            contribution: contribution, epochs: prune.epochs * patience, limits: job.pruningLimits,
            originalCounts: job.originalCounts,
            targetBytes: max(1, Double(goal - overhead)) * share, isRateAware: prune.cost == .bytes,
            valueBits: valueBits, noise: isQuantized ? Float(prune.noise) : 0,
            codedBytes: { try measure.patternBytes(of: $0, valueBits: valueBits) })
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

    /// How many weights the goal has room for; zeros cost nothing where the file is a coded one and single weights are
    /// pruned.
    private func remainingWeights() throws -> Int {
        guard job.recipe.size.measure == .onnx else { return Int(Double(goal) / bytesPerWeight) }
        // Zeros and levels take as much as any float; graph and biases do not become more with fewer units.
        let rest = try measure.bytes(QuantizedNetwork(floats: job.original)) - 4 * job.original.weightCount
        return (goal - rest) / 4
    }

    private var bytesPerWeight: Double { isQuantized ? Self.bitsPerWeight / 8 : 4 }
}
