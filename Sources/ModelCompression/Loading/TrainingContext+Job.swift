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
        let original = CheckedOutputs(of: job.original, "the original network", evaluator)
        let reference = try original.outputs(on: job.validation, "validation")
        let lessons = try job.lessons(original)
        // At the end of the run it would be late to learn that the network cannot take these samples.
        if let test = job.test { _ = try original.outputs(on: test, "test") }
        let baseline = evaluator.evaluate(reference, on: job.validation, reference: reference)
        let context = TrainingContext(
            train: job.train, augmentation: job.augmentation, validation: job.validation, lessons: lessons,
            reference: reference, requirement: job.searchRequirement(baseline: baseline), evaluator: evaluator,
            optimizer: job.optimizer, schedule: job.schedule, batch: job.recipe.retrain.batch, seed: job.recipe.seed,
            parallel: parallel, checkpoints: checkpoints, progress: progress)
        return (context, baseline)
    }
}

extension Job {
    fileprivate func lessons(_ original: CheckedOutputs) throws -> [Lesson] {
        let objectives = objectives
        let values = zip(self.original.judgedOutputs, objectives).map { self.original.lossValue(ofOutput: $0, for: $1.kind) }
        let outputs = try original.outputs(on: train, "training", values: values)
        guard objectives.contains(where: { $0.distillation > 0 }) else { return objectives.map { Lesson($0, teacher: nil) } }
        return zip(objectives, outputs).map { objective, outputs in
            let isSoftened = objective.kind == .classes
            return Lesson(
                objective,
                teacher: isSoftened ? outputs.softened(temperature: objective.temperature, answers: objective.answers) : outputs)
        }
    }
}
