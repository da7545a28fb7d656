import Quantization
import Training

/// What follows on quantization without training: where its result is within the target and not accurate enough, its levels are trained;
/// towards the smallest file, networks that are smaller than what keeps the accuracy without training.
struct LevelTrainingStage {
    let job: Job
    let measure: FileMeasure
    let context: TrainingContext

    /// Samples of a step: many small steps bring more than few whose gradient is exact.
    private static let batch = 32
    /// From one size to the next, towards the smallest.
    private static let ratio = 0.92

    /// - Returns: rounds of training, by size.
    func run(from start: Candidate, _ record: inout StageRecord) throws -> [[IterativeQuantization.Round]] {
        guard let quantize = job.recipe.quantize, quantize.epochs > 0 else { return [] }
        if let target = job.targetBytes {
            return start.bytes <= target ? [try train(start, within: target, context, &record)] : []
        }
        return try shrink(from: start, &record)
    }

    private func shrink(from start: Candidate, _ record: inout StageRecord) throws -> [[IterativeQuantization.Round]] {
        guard context.requirement.isMet(by: start.validation) else { return [] }
        let postTraining = try PostTrainingStage(job: job, measure: measure, context: context).measured()
        var (all, goal): ([[IterativeQuantization.Round]], Double) = ([], Double(start.bytes) * Self.ratio)
        while all.count < job.recipe.effort.descents, let network = try postTraining.within(Int(goal), bytes: measure.bytes) {
            let own = context.forDescent(all.count + 1)
            record.begin(descent: all.count + 1)
            let candidate = Candidate(
                network: network, bytes: try measure.bytes(network), validation: try context.evaluate(network.graph))
            all.append(try train(candidate, within: Int(goal), own, &record))
            guard context.requirement.isMet(by: record.latest.validation) else { break }
            goal = Double(record.latest.bytes) * Self.ratio
        }
        return all
    }

    private func train(
        _ start: Candidate, within target: Int, _ context: TrainingContext, _ record: inout StageRecord
    ) throws -> [IterativeQuantization.Round] {
        let context = context.batches(of: Self.batch)
        let training = LevelTraining(
            rounds: job.recipe.quantize?.rounds ?? 1, stepsPerRound: (job.recipe.quantize?.epochs ?? 1) * context.stepsPerEpoch,
            targetBytes: target, bytes: measure.bytes)
        return try training.run(
            start.network, original: job.original, limits: job.levelLimits, validation: start.validation, context: context
        ) { round in
            record.add("train levels \(round.round)", round)
        }
    }
}
