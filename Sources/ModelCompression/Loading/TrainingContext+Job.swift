import Execution
import NeuralGraph
import Training

extension TrainingContext {
    /// The baseline of a job, and what all its stages share; nothing learns from the original network yet.
    ///
    /// - Returns: beside the context what the original network comes to on the validation split, and on the test split: at the end of a run
    ///   it would be late to learn that it cannot take these samples.
    package static func make(
        for job: Job, parallel: Parallel, checkpoints: Checkpoints, progress: RunProgress
    ) throws -> (context: TrainingContext, baseline: Evaluation, test: Baseline?) {
        let evaluator = job.evaluator(parallel, progress)
        let original = CheckedOutputs(of: job.original, evaluator, progress)
        let baseline = try original.baseline(on: job.validation, "validation")
        let test = try job.test.map { try original.baseline(on: $0, "test") }
        let context = TrainingContext(
            train: job.train, augmentation: job.augmentation, validation: job.validation,
            lessons: job.objectives.map { Lesson($0, teacher: nil) }, reference: baseline.reference,
            requirement: job.searchRequirement(baseline: baseline.evaluation), evaluator: evaluator,
            optimizer: job.optimizer, schedule: job.schedule, batch: job.recipe.retrain.batch, seed: job.recipe.seed,
            parallel: parallel, checkpoints: checkpoints, progress: progress)
        return (context, baseline.evaluation, test)
    }

    /// The same with all that is needed to learn from the original network.
    package func taught(_ job: Job) throws -> TrainingContext {
        learning(try job.lessons(CheckedOutputs(of: job.original, evaluator, progress)))
    }
}

extension Job {
    fileprivate func lessons(_ original: CheckedOutputs) throws -> [Lesson] {
        let objectives = objectives
        guard objectives.contains(where: { $0.distillation > 0 }) else { return objectives.map { Lesson($0, teacher: nil) } }
        let values = zip(self.original.judgedOutputs, objectives).map { self.original.lossValue(ofOutput: $0, for: $1.kind) }
        let teachers = try original.outputs(on: train, "training", values: values) { index, outputs in
            let objective = objectives[index]
            return objective.kind == .values
                ? outputs : outputs.softened(temperature: objective.temperature, answers: objective.answers)
        }
        return zip(objectives, teachers).map { Lesson($0, teacher: $1) }
    }
}
