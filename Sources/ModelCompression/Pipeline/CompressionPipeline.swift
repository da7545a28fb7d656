import Execution
import Quantization
import Training

/// The whole way from a trained network to the file that ships:
///
///     contribution → pruned channels → pruned weights → retrained → { cluster → quantize → retrain } × N
///         → bytes → decoded again → judged
///
/// `Descent` goes this way once, towards one size; `SizeSearch` says towards which, and how often. Decisions look at the
/// validation split only.
struct CompressionPipeline {
    let job: Job
    let parallel: Parallel
    let checkpoints: Checkpoints
    let progress: RunProgress

    /// What came of a run; the files themselves are written by the caller.
    struct Outcome {
        let baseline: Evaluation
        /// What networks are compared with on the validation split.
        let reference: [Reference]
        /// What the original network comes to on the test split; `nil` without one.
        let test: Baseline?
        let stages: [Stage]
        /// By descent.
        let rounds: [[IterativeQuantization.Round]]
        /// The network to ship: the first of the candidates by `Candidate.isPreferred`.
        let chosen: Candidate
        let candidates: [Candidate]
        let requirement: Requirement

        func reachable(_ job: Job) -> Reachable {
            Reachable(candidates, target: job.targetBytes, requirement: requirement)
        }
    }

    private func isMet(_ candidate: Candidate, _ context: TrainingContext) -> Bool {
        candidate.bytes <= job.targetBytes ?? 0 && context.requirement.isMet(by: candidate.validation)
    }

    func run() throws -> Outcome {
        progress.foresee(job)
        let (context, baseline, test) = try TrainingContext.make(
            for: job, parallel: parallel, checkpoints: checkpoints, progress: progress)
        progress("original: \(job.originalBytes) bytes, validation \(baseline.text); target \(job.targetText), "
            + "floor \(Evaluation(metric: job.metric, value: context.requirement.bound, samples: 0).text)")
        for remark in job.remarks { progress(remark) }
        let measure = FileMeasure(job, progress)
        let beginsWithoutTraining = job.recipe.beginsWithoutTraining
        var record = StageRecord(context: context, measure: measure)
        try record.add("original", job.original, validation: baseline, bytes: beginsWithoutTraining ? job.originalBytes : nil)
        var rounds: [[IterativeQuantization.Round]] = []
        if beginsWithoutTraining { rounds = try withoutPruning(measure, context, &record) }
        if !isOver(record, wasTrained: !rounds.isEmpty, context) {
            rounds += try descend(try context.taught(job), measure, &record, after: rounds.count)
        }
        progress.foreseeNoTraining()
        let chosen = record.candidates.reduce(record.candidates[0]) {
            $1.isPreferred(to: $0, target: job.targetBytes, requirement: context.requirement) ? $1 : $0
        }
        return Outcome(
            baseline: baseline, reference: context.reference, test: test, stages: record.stages, rounds: rounds,
            chosen: chosen, candidates: record.candidates, requirement: context.requirement)
    }

    /// Whether nothing more is tried.
    ///
    /// - Parameter wasTrained: whether levels were.
    private func isOver(_ record: StageRecord, wasTrained: Bool, _ context: TrainingContext) -> Bool {
        guard job.recipe.beginsWithoutTraining, job.recipe.effort.descents > 0 else { return job.recipe.effort.descents == 0 }
        // What is so near and could not be trained to the floor is not reached by ways that give up more.
        let near = context.requirement.relaxed(by: Self.nearness)
        return record.candidates.contains { candidate in
            isMet(candidate, context)
                || wasTrained && candidate.bytes <= job.targetBytes ?? job.originalBytes - 1 && near.isMet(by: candidate.validation)
        }
    }

    /// An error that is so much greater than the greatest allowed is near.
    private static let nearness = 1.0

    /// Quantizes the original as it is, and trains its levels where that is not enough.
    ///
    /// - Returns: the rounds of training, by size.
    private func withoutPruning(
        _ measure: FileMeasure, _ context: TrainingContext, _ record: inout StageRecord
    ) throws -> [[IterativeQuantization.Round]] {
        record.begin(descent: 1)
        let stage = PostTrainingStage(job: job, measure: measure, context: context)
        try stage.run(&record)
        guard job.recipe.effort.descents > 0, record.candidates.count > 1, !isMet(record.latest, context) else { return [] }
        return try LevelTrainingStage(job: job, measure: measure, context: context, postTraining: stage).run(from: record.latest, &record)
    }

    /// - Parameter earlier: descents before these.
    /// - Returns: the rounds of quantization, by descent.
    private func descend(
        _ context: TrainingContext, _ measure: FileMeasure, _ record: inout StageRecord, after earlier: Int
    ) throws -> [[IterativeQuantization.Round]] {
        let effort = job.recipe.effort
        var search = SizeSearch(
            target: job.targetBytes, originalBytes: job.originalBytes, descents: effort.descents, repeats: effort.repeats)
        var rounds: [[IterativeQuantization.Round]] = []
        while let goal = search.next() {
            record.begin(descent: earlier + search.descent)
            progress.foresee(descents: search.mostLeft + 1, of: job)
            let descent = Descent(
                job: job, measure: measure, goal: goal, isPatient: search.descent > 1 && !search.isMet,
                context: context.forDescent(search.descent))
            rounds.append(try descent.run(&record))
            search.learn(record.ofDescent, requirement: context.requirement)
        }
        return rounds
    }
}
