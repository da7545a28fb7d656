import NeuralGraph
import Pruning
import TestNetworks
import Training

/// A small trained network with its data.
struct Problem {
    let network: Graph
    let context: TrainingContext

    init(threads: Int = 1, floor: Double = 0.95) throws {
        let start = try NetworkBuilder.twoLayers()
        let context = try TrainingContext.synthetic(
            for: start, classes: 4, shape: [16], noise: 0.7, floor: floor, threads: threads)
        network = try context.trained(start, epochs: 10)
        self.context = context
    }

    /// While the learning rate is high a stage may be this far below the floor.
    var leastDuringTraining: Requirement { context.requirement.during(0) }

    func prunedUnits(
        _ contribution: Contribution = .taylor, limits: [Double] = [0.95, 0.95], targetWeights: Int = 1,
        speedup: Double = 1, remainingWeights: Int? = nil
    ) throws -> Graph {
        try UnitPruning(
            contribution: contribution, epochs: 20, limits: limits.map(PruningLimit.init),
            targetWeights: targetWeights, speedup: speedup, remainingWeights: remainingWeights
        ).run(network, context: context)
    }

    func prunedWeights(
        _ contribution: Contribution = .fisher, limits: [Double] = [0.98, 0.98], targetBytes: Double = 40,
        noise: Float = 0
    ) throws -> Graph {
        try WeightPruning(
            contribution: contribution, epochs: 20, limits: limits.map(PruningLimit.init),
            originalCounts: network.layers.map { network.parameters[$0.weight].count }, targetBytes: targetBytes,
            isRateAware: true, valueBits: 4, noise: noise, codedBytes: { Double($0.liveCounts.reduce(0, +)) * 6 / 8 }
        ).run(network, context: context)
    }
}
