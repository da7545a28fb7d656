import Execution
import NeuralGraph
import Training

extension TrainingContext {
    /// The baseline of a job, and what all its stages share.
    ///
    /// - Returns: the original network's accuracy on the validation split beside the context.
    static func make(
        for job: Job, parallel: Parallel, checkpoints: Checkpoints, progress: @escaping @Sendable (String) -> Void
    ) throws -> (context: TrainingContext, baseline: Evaluation) {
        let evaluator = job.evaluator(parallel)
        let reference: Teacher
        do {
            reference = try evaluator.outputs(of: job.original, on: job.validation)
        } catch {
            throw CompressionFailure("error: the original network on the validation split: \(error)")
        }
        let baseline = evaluator.evaluate(reference, on: job.validation, reference: reference)
        var teacher: Teacher?
        if job.objective.distillation > 0 {
            let outputs = try evaluator.outputs(
                of: job.original, on: job.train, value: job.original.lossValue(for: job.objective.kind))
            teacher = job.objective.kind == .classes
                ? outputs.softened(temperature: job.objective.temperature, answers: job.objective.answers) : outputs
        }
        let context = TrainingContext(
            train: job.train, augmentation: job.augmentation, validation: job.validation, objective: job.objective,
            teacher: teacher, reference: reference, requirement: job.searchRequirement(baseline: baseline), evaluator: evaluator,
            optimizer: job.optimizer, schedule: job.schedule, batch: job.recipe.retrain.batch, seed: job.recipe.seed,
            parallel: parallel, checkpoints: checkpoints, progress: progress)
        return (context, baseline)
    }
}
