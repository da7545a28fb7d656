import Execution
import Foundation
import Training

/// The work of one run of a recipe: from its files to outputs that are written, judged, and not yet in their place.
struct CompressionRun {
    let job: Job
    let inputs: InputDigests
    let outputs: OutputFiles
    let parallel: Parallel
    let checkpoints: Checkpoints
    let progress: RunProgress

    struct Result {
        let status: CompressionReport.Status
        let report: ReportFile
        let lock: Lock
    }

    func result() throws -> Result {
        let start = ContinuousClock.now
        let outcome = try outcome()
        let judge = Judge(
            job: job, evaluator: job.evaluator(parallel, progress),
            requirement: job.requirement(baseline: outcome.baseline), reference: outcome.reference,
            original: outcome.test, progress: progress)
        let judgement = try judge.judge(outcome.chosen.network, in: outputs)
        let status = Self.status(judgement)
        let part = progress.part("writes the report")
        defer { part.end() }
        let report = ReportFile(
            job: job, outcome: outcome, judgement: judgement, status: status, parallel: parallel,
            seconds: (ContinuousClock.now - start).seconds)
        return Result(status: status, report: report, lock: Lock(inputs: inputs, report: report))
    }

    private func outcome() throws -> CompressionPipeline.Outcome {
        do {
            return try CompressionPipeline(job: job, parallel: parallel, checkpoints: checkpoints, progress: progress).run()
        } catch let error as NotANumber {
            // From its checkpoints it would come to the same.
            outputs.work.remove()
            try CheckedOutputs(of: job.original, job.evaluator(parallel, progress), progress).check(on: job.train, "training")
            let advice = job.recipe.beginsWithoutTraining ? "" : "; a smaller 'learning_rate' may keep it on its way"
            throw CompressionFailure("error: the training went astray: \(error)\(advice)")
        }
    }

    private static func status(_ judgement: Judgement) -> CompressionReport.Status {
        if !judgement.isSmall { return .sizeUnmet }
        return judgement.isAccurate ? .met : .accuracyUnmet
    }
}

extension ReportFile {
    init(
        job: Job, outcome: CompressionPipeline.Outcome, judgement: Judgement, status: CompressionReport.Status,
        parallel: Parallel, seconds: Double
    ) {
        let measured = judgement.measuredBytes
        let layers = LayerReport.make(original: job.original, result: outcome.chosen.network, parallel: parallel)
        let ratio = Double(job.originalBytes) / Double(max(measured, 1))
        self.init(
            status: status.rawValue, metric: job.metric.rawValue,
            target: Target(
                bytes: job.targetBytes, measure: job.recipe.size.measure.rawValue,
                accuracy: job.requirement(baseline: outcome.baseline).bound),
            baseline: Baseline(
                validation: outcome.baseline.value, test: judgement.baselineTest?.value, bytes: job.originalBytes),
            remarks: job.remarks.isEmpty ? nil : job.remarks,
            result: Result(
                validation: judgement.validation.value, test: judgement.test?.value, bytes: judgement.bytes.bytes,
                ratio: (ratio * 10).rounded() / 10, sha256: judgement.bytes.sha256, onnx: judgement.onnx),
            certificate: judgement.certificate, reachable: status == .met ? nil : outcome.reachable(job),
            obstacles: status == .met ? nil : Obstacle.largest(of: layers, job.layerSettings), curve: Curve(outcome.candidates).points,
            stages: outcome.stages,
            layers: layers,
            rounds: outcome.rounds.enumerated().flatMap { descent, rounds in
                rounds.map {
                    RoundReport(
                        descent: descent + 1, round: $0.round, bytes: $0.bytes, nonzeros: $0.nonzeros,
                        validation: $0.validation.value, frozen: $0.frozen)
                }
            },
            seconds: seconds)
    }
}
