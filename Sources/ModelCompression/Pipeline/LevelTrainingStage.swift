import Quantization
import Training

/// What follows on quantization without training: where its result is within the target and not accurate enough, its levels are trained;
/// towards the smallest file, networks that are smaller than what keeps the accuracy without training.
package struct LevelTrainingStage {
    let job: Job
    let measure: FileMeasure
    let context: TrainingContext
    let postTraining: PostTrainingStage

    /// Samples of a step: many small steps bring more than few whose gradient is exact.
    private static let batch = 32
    /// Steps of an epoch at most: 2,048 samples say as much as any number of them.
    private static let mostStepsPerEpoch = 64
    /// From one size to the next, towards the smallest.
    private static let ratio = 0.92

    /// Samples that a network of one size is trained on at most, all epochs counted.
    static func mostSamples(_ job: Job) -> Int {
        guard job.recipe.effort.descents > 0 else { return 0 }
        return rounds(job) * stepsPerRound(job) * batch
    }

    private static func rounds(_ job: Job) -> Int { job.recipe.quantize?.rounds ?? 0 }

    private static func stepsPerRound(_ job: Job) -> Int {
        (job.recipe.quantize?.epochs ?? 0) * min(mostStepsPerEpoch, max(1, job.train.count / batch))
    }

    /// - Returns: rounds of training, by size.
    func run(from start: Candidate, _ record: inout StageRecord) throws -> [[IterativeQuantization.Round]] {
        guard let quantize = job.recipe.quantize, quantize.epochs > 0 else { return [] }
        let isWorthIt = job.targetBytes.map { start.bytes <= $0 } ?? context.requirement.isMet(by: start.validation)
        guard isWorthIt else { return [] }
        guard let target = job.targetBytes else { return try shrink(from: start, try context.taught(job), &record) }
        guard let trainable = try trainable(start, within: target, &record) else { return [] }
        postTraining.forgetMeasurement()
        return [try train(trainable, within: target, try context.taught(job), &record)]
    }

    /// A network whose levels are each for itself.
    private func trainable(_ start: Candidate, within target: Int, _ record: inout StageRecord) throws -> Candidate? {
        guard start.network.hasDependentLevels else { return start }
        let trainable = try postTraining.trainable(within: target, context.checkpoints)
        if let trainable { record.add("quantize apart", trainable) }
        return trainable
    }

    private func shrink(
        from start: Candidate, _ context: TrainingContext, _ record: inout StageRecord
    ) throws -> [[IterativeQuantization.Round]] {
        var (all, goal): ([[IterativeQuantization.Round]], Double) = ([], Double(start.bytes) * Self.ratio)
        while all.count < job.recipe.effort.descents {
            let own = context.forDescent(all.count + 1)
            guard let candidate = try postTraining.trainable(within: Int(goal), own.checkpoints) else { break }
            record.begin(descent: all.count + 1)
            record.add("quantize", candidate)
            all.append(try train(candidate, within: Int(goal), own, &record))
            guard let best = record.ofDescent.last(where: { context.requirement.isMet(by: $0.validation) }) else { break }
            goal = Double(best.bytes) * Self.ratio
        }
        return all
    }

    private func train(
        _ start: Candidate, within target: Int, _ context: TrainingContext, _ record: inout StageRecord
    ) throws -> [IterativeQuantization.Round] {
        let goal = (target: target, measure: measure)
        return try Self.train(job, from: start.network, validation: start.validation, within: goal, context) { round in
            record.add("train levels \(round.round)", round)
        }
    }

    /// - Parameters:
    ///   - start: within the target, with levels that are each for itself.
    ///   - validation: what it comes to.
    ///   - context: taught by the original network.
    package static func train(
        _ job: Job, from start: QuantizedNetwork, validation: Evaluation, within goal: (target: Int, measure: FileMeasure),
        _ context: TrainingContext, didFinish: (IterativeQuantization.Round) throws -> Void = { _ in }
    ) throws -> [IterativeQuantization.Round] {
        let training = LevelTraining(
            rounds: rounds(job), stepsPerRound: stepsPerRound(job), targetBytes: goal.target, bytes: goal.measure.bytes)
        return try training.run(
            start, original: job.original, limits: job.levelLimits, validation: validation, context: context.batches(of: batch),
            didFinish: didFinish)
    }
}
