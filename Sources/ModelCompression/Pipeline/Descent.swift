import NeuralGraph
import Pruning
import Quantization
import Training

/// One way from the original network to a size.
struct Descent {
    let job: Job
    let measure: FileMeasure
    /// Bytes of the file that the size target speaks of.
    let goal: Int
    /// Whether descents before this one missed what they were after: then it takes more time.
    let isPatient: Bool
    let context: TrainingContext

    /// - Returns: the rounds of quantization.
    func run(_ record: inout StageRecord) throws -> [IterativeQuantization.Round] {
        let simplification = Simplification(job: job, measure: measure, goal: goal, patience: isPatient ? 2 : 1)
        var network = try simplification.pruneUnits(of: job.original, context: context)
        if job.prunes(.channel) { try record.add("prune channels", network) }
        network = try simplification.pruneWeights(of: network, context: context)
        if job.prunes(.weight) { try record.add("prune weights", network) }
        // From its own outputs alone a network learns nothing.
        let epochs = isOriginal(network) && context.lessons.isTaughtAlone ? 0 : job.recipe.retrain.epochs
        let retrained = try Retraining(epochs: epochs).run(network, validation: record.latest.validation, context: context)
        try record.add("retrain", retrained.network, validation: retrained.validation)
        guard !isMet(record.latest) else { return [] }
        let isTeacher = isOriginal(retrained.network)
        let ordered = try UnitOrder.densestFirst(retrained.network)
        return try quantization.run(isTeacher ? ordered.scalingUnits() : ordered, isTeacher: isTeacher, context: context) { round in
            record.add("quantize round \(round.round)", round)
        }
    }

    /// Samples that one trains on, all epochs counted, where it is not patient.
    static func samples(_ job: Job) -> Int {
        let (recipe, batch) = (job.recipe, job.recipe.retrain.batch)
        let pruned = recipe.prune.map { (job.prunes(.channel) ? max(1, $0.epochs / 10) : 0) + (job.prunes(.weight) ? $0.epochs : 0) }
        let quantized = recipe.quantize.map { $0.rounds * $0.epochs + max(1, $0.epochs / 4) }
        return ((pruned ?? 0) + recipe.retrain.epochs + (quantized ?? 0)) * max(1, job.train.count / batch) * batch
    }

    private func isOriginal(_ network: Graph) -> Bool { network.flatParameters() == job.original.flatParameters() }

    private func isMet(_ candidate: Candidate) -> Bool {
        candidate.bytes <= goal && context.requirement.isMet(by: candidate.validation)
    }

    private var quantization: IterativeQuantization {
        IterativeQuantization(
            rounds: job.recipe.quantize?.rounds ?? 1, epochsPerRound: job.recipe.quantize?.epochs ?? 0,
            maxLevels: job.maxLevels, leastKept: job.leastKept, targetBytes: goal, bytes: measure.bytes)
    }
}
