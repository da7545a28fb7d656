import CKernels
import Datasets
import Execution
import NeuralGraph

/// Everything that the stages of a compression share and none of them changes.
package struct TrainingContext: Sendable {
    package let train: Split
    /// What is done to the images of the training split, anew each time.
    package let augmentation: Augmentation?
    package let validation: Split
    /// By output that is judged.
    package private(set) var lessons: [Lesson]
    /// What networks are compared with on the validation split, by output that is judged; none for metrics that do not compare with the
    /// original network.
    package let reference: [Reference]
    package let requirement: Requirement
    package let evaluator: Evaluator
    package let optimizer: OptimizerSettings
    package let schedule: Schedule
    package private(set) var batch: Int
    package private(set) var seed: UInt64
    package let parallel: Parallel
    package private(set) var checkpoints: Checkpoints
    package let progress: RunProgress

    package init(
        train: Split, augmentation: Augmentation? = nil, validation: Split, lessons: [Lesson], reference: [Reference],
        requirement: Requirement, evaluator: Evaluator, optimizer: OptimizerSettings, schedule: Schedule,
        batch: Int, seed: UInt64, parallel: Parallel, checkpoints: Checkpoints = .none,
        progress: RunProgress
    ) {
        self.train = train
        self.augmentation = augmentation
        self.validation = validation
        self.lessons = lessons
        self.reference = reference
        self.requirement = requirement
        self.evaluator = evaluator
        self.optimizer = optimizer
        self.schedule = schedule
        self.batch = batch
        self.seed = seed
        self.parallel = parallel
        self.checkpoints = checkpoints
        self.progress = progress
    }

    package var stepsPerEpoch: Int { max(1, train.count / batch) }

    /// With checkpoints of its own, and random streams of its own for every descent after the first.
    package func forDescent(_ descent: Int) -> TrainingContext {
        var context = self
        context.checkpoints = checkpoints.ofDescent(descent)
        guard descent > 1 else { return context }
        var random = RandomStream(seed: seed, name: "descent \(descent)")
        context.seed = random.next()
        return context
    }

    package func learning(_ lessons: [Lesson]) -> TrainingContext {
        var context = self
        context.lessons = lessons
        return context
    }

    package func batches(of batch: Int) -> TrainingContext {
        var context = self
        context.batch = batch
        return context
    }

    package func engine(for graph: Graph) -> GradientEngine {
        GradientEngine(graph, batch: batch, split: train, lessons: lessons, parallel: parallel)
    }

    /// Measures networks of one structure on the validation split, the only one that decisions look at.
    package func evaluationEngine(for graph: Graph) -> EvaluationEngine {
        evaluator.engine(for: graph, on: validation, reference: reference)
    }

    /// Measures a network on the validation split.
    package func evaluate(_ graph: Graph) throws(NotANumber) -> Evaluation {
        try evaluator.evaluate(graph, on: validation, reference: reference)
    }
}

/// The accuracy floor (or, for errors, the ceiling) as one number of the recipe's metric.
package struct Requirement: Sendable, Equatable {
    package let metric: Metric
    package let bound: Double

    package init(metric: Metric, bound: Double) {
        self.metric = metric
        self.bound = bound
    }

    /// What is asked of a network in the middle of training, whose high learning rate costs accuracy that comes back
    /// at the end: an error greater by `share` than the final one may be.
    package func relaxed(by share: Double) -> Requirement {
        Requirement(
            metric: metric, bound: metric.isHigherBetter ? 1 - (1 - bound) * (1 + share) : bound * (1 + share))
    }

    /// `relaxed` for a point of a phase from 0 to 1.
    package func during(_ progress: Double) -> Requirement { relaxed(by: 0.1 + 0.5 * (1 - progress)) }

    /// A bound made from decimals is not exact in binary; a sample weighs more than a billionth.
    private static let tolerance = 1e-9

    package func isMet(by evaluation: Evaluation) -> Bool {
        metric.isHigherBetter ? evaluation.value >= bound - Self.tolerance : evaluation.value <= bound
    }
}
