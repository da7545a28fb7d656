import Execution
import NeuralGraph
import Training

extension TrainingContext {
    /// The baseline of a job, and what all its stages share; nothing learns from the original network yet.
    ///
    /// - Returns: the original network's accuracy on the validation split beside the context.
    static func make(
        for job: Job, parallel: Parallel, checkpoints: Checkpoints, progress: @escaping @Sendable (String) -> Void
    ) throws -> (context: TrainingContext, baseline: Evaluation) {
        let evaluator = job.evaluator(parallel)
        let reference: [Teacher]
        do {
            reference = try evaluator.outputs(of: job.original, on: job.validation)
        } catch {
            throw CompressionFailure("error: the original network on the validation split: \(error)")
        }
        let baseline = evaluator.evaluate(reference, on: job.validation, reference: reference)
        let context = TrainingContext(
            train: job.train, augmentation: job.augmentation, validation: job.validation,
            lessons: job.objectives.map { Lesson($0, teacher: nil) }, reference: reference, requirement: job.searchRequirement(baseline: baseline), evaluator: evaluator,
            optimizer: job.optimizer, schedule: job.schedule, batch: job.recipe.retrain.batch, seed: job.recipe.seed,
            parallel: parallel, checkpoints: checkpoints, progress: progress)
        return (context, baseline)
    }

    /// The same with all that is needed to learn from the original network.
    func taught(_ job: Job) throws -> TrainingContext { learning(try job.lessons(evaluator)) }
}

extension Job {
    fileprivate func lessons(_ evaluator: Evaluator) throws -> [Lesson] {
        let objectives = objectives
        guard objectives.contains(where: { $0.distillation > 0 }) else { return objectives.map { Lesson($0, teacher: nil) } }
        let values = zip(original.judgedOutputs, objectives).map { original.lossValue(ofOutput: $0, for: $1.kind) }
        let outputs: [Teacher]
        do {
            outputs = try evaluator.outputs(of: original, on: train, values: values)
        } catch {
            throw CompressionFailure("error: the original network on the training split: \(error)")
        }
        return zip(objectives, outputs).map { objective, outputs in
            let isSoftened = objective.kind == .classes
            return Lesson(
                objective,
                teacher: isSoftened ? outputs.softened(temperature: objective.temperature, answers: objective.answers) : outputs)
        }
    }
}
