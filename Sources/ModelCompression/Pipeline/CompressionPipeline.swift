import CompressedModel
import Execution
import NeuralGraph
import Pruning
import Quantization
import Training

/// The whole way from a trained network to the file that ships:
///
///     contribution → pruned channels → pruned weights → retrained → { cluster → quantize → retrain } × N
///         → bytes → decoded again → judged
///
/// Decisions look at the validation split only.
struct CompressionPipeline {
    let job: Job
    let parallel: Parallel
    let progress: @Sendable (String) -> Void

    /// What came of a run; the files themselves are written by the caller.
    struct Outcome {
        let baseline: Evaluation
        /// The original network's outputs on the validation split.
        let reference: Teacher
        let stages: [Stage]
        /// By attempt.
        let rounds: [[IterativeQuantization.Round]]
        /// The network to ship: the first of the candidates by `Candidate.isPreferred`.
        let chosen: Candidate
        let candidates: [Candidate]
        let requirement: Requirement

        func reachable(_ job: Job) -> Reachable {
            Reachable(candidates, target: job.targetBytes, requirement: requirement)
        }
    }

    func run() throws -> Outcome {
        let (context, baseline) = try TrainingContext.make(for: job, parallel: parallel, progress: progress)
        let measure = FileMeasure(job)
        var record = StageRecord(context: context, measure: measure)
        progress("original: \(job.originalBytes) bytes, validation \(baseline.text); target \(job.targetBytes) bytes, "
            + "floor \(Evaluation(metric: job.metric, value: context.requirement.bound, samples: 0).text)")
        try record.add("original", job.original, validation: baseline)

        let simplification = Simplification(job: job, measure: measure)
        var network = try simplification.pruneUnits(of: job.original, context: context)
        if job.prunes(.channel) { try record.add("prune channels", network) }
        network = try simplification.pruneWeights(of: network, context: context)
        if job.prunes(.weight) { try record.add("prune weights", network) }
        let retrained = try Retraining(epochs: job.recipe.retrain.epochs).run(
            network, validation: record.latest.validation, context: context)
        network = retrained.network
        try record.add("retrain", network, validation: retrained.validation)

        // Where weights were pruned too fast for the accuracy to come back, rounds alone may still reach the target.
        let starts = job.prunes(.weight) ? [network, job.original] : [network]
        var rounds: [[IterativeQuantization.Round]] = []
        for start in starts where !record.candidates.contains(where: isMet(context)) {
            let name = rounds.isEmpty ? "quantize" : "quantize original"
            rounds.append(
                try quantization(measure).run(start, context: context) { round in
                    record.add("\(name) round \(round.round)", round)
                })
        }
        let chosen = record.candidates.reduce(record.candidates[0]) {
            $1.isPreferred(to: $0, target: job.targetBytes, requirement: context.requirement) ? $1 : $0
        }
        return Outcome(
            baseline: baseline, reference: context.reference, stages: record.stages, rounds: rounds, chosen: chosen,
            candidates: record.candidates, requirement: context.requirement)
    }

    private func isMet(_ context: TrainingContext) -> (Candidate) -> Bool {
        { $0.bytes <= job.targetBytes && context.requirement.isMet(by: $0.validation) }
    }

    private func quantization(_ measure: FileMeasure) -> IterativeQuantization {
        IterativeQuantization(
            rounds: job.recipe.quantize?.rounds ?? 1, epochsPerRound: job.recipe.quantize?.epochs ?? 0,
            maxLevels: job.maxLevels, leastKept: job.leastKept, targetBytes: job.targetBytes, bytes: measure.bytes)
    }
}

/// A network that could ship.
struct Candidate {
    let network: QuantizedNetwork
    /// Of the file that the size target speaks of.
    let bytes: Int
    let validation: Evaluation

    /// Both constraints first, then the size target, then the accuracy requirement; of equals the more accurate one,
    /// then the smaller one.
    func isPreferred(to other: Candidate, target: Int, requirement: Requirement) -> Bool {
        func rank(_ candidate: Candidate) -> Int {
            (candidate.bytes <= target ? 2 : 0) + (requirement.isMet(by: candidate.validation) ? 1 : 0)
        }
        if rank(self) != rank(other) { return rank(self) > rank(other) }
        if bytes > target { return bytes < other.bytes }
        if validation.value != other.validation.value { return validation.isBetter(than: other.validation) }
        return bytes < other.bytes
    }
}
