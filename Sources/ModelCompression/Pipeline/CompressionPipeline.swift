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
    let progress: @Sendable (String) -> Void

    /// What came of a run; the files themselves are written by the caller.
    struct Outcome {
        let baseline: Evaluation
        /// The original network's outputs on the validation split.
        let reference: [Teacher]
        /// On the test split; empty without one.
        let testReference: [Teacher]
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
        let (context, baseline, testReference) = try TrainingContext.make(
            for: job, parallel: parallel, checkpoints: checkpoints, progress: progress)
        progress("original: \(job.originalBytes) bytes, validation \(baseline.text); target \(job.targetText), "
            + "floor \(Evaluation(metric: job.metric, value: context.requirement.bound, samples: 0).text)")
        for remark in job.remarks { progress(remark) }
        let measure = FileMeasure(job)
        let beginsWithoutTraining = job.recipe.beginsWithoutTraining
        var record = StageRecord(context: context, measure: measure)
        try record.add("original", job.original, validation: baseline, bytes: beginsWithoutTraining ? job.originalBytes : nil)
        if beginsWithoutTraining {
            record.begin(descent: 1)
            try PostTrainingStage(job: job, measure: measure, context: context).run(&record)
        }

        let isDone = beginsWithoutTraining && isMet(record.latest, context) || job.recipe.effort.descents == 0
        let rounds = isDone ? [] : try descend(try context.taught(job), measure, &record)
        let chosen = record.candidates.reduce(record.candidates[0]) {
            $1.isPreferred(to: $0, target: job.targetBytes, requirement: context.requirement) ? $1 : $0
        }
        return Outcome(
            baseline: baseline, reference: context.reference, testReference: testReference, stages: record.stages, rounds: rounds,
            chosen: chosen, candidates: record.candidates, requirement: context.requirement)
    }

    /// - Returns: the rounds of quantization, by descent.
    private func descend(
        _ context: TrainingContext, _ measure: FileMeasure, _ record: inout StageRecord
    ) throws -> [[IterativeQuantization.Round]] {
        let effort = job.recipe.effort
        var search = SizeSearch(
            target: job.targetBytes, originalBytes: job.originalBytes, descents: effort.descents, repeats: effort.repeats)
        var rounds: [[IterativeQuantization.Round]] = []
        while let goal = search.next() {
            record.begin(descent: search.descent)
            let descent = Descent(
                job: job, measure: measure, goal: goal, isPatient: search.descent > 1 && !search.isMet,
                context: context.forDescent(search.descent))
            rounds.append(try descent.run(&record))
            search.learn(record.ofDescent, requirement: context.requirement)
        }
        return rounds
    }
}
