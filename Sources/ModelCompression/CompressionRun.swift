import Execution
import Foundation
import RecipeFormat
import Training

/// One run of a recipe, from its files to its outputs.
struct CompressionRun {
    private let job: Job
    private let outputs: OutputFiles
    private let parallel: Parallel
    private let log: @Sendable (String) -> Void

    init(recipe: String, options: CompressionOptions, log: @escaping @Sendable (String) -> Void) throws {
        job = try JobLoader.load(
            recipe,
            overrides: Recipe.Overrides(
                effort: options.effort.flatMap { Recipe.Effort(rawValue: $0.rawValue) }, seed: options.seed))
        outputs = try OutputFiles(directory: options.outputDirectory ?? job.outputDirectory, name: job.name)
        try outputs.check(sparing: job.modelFile)
        parallel = Parallel(threads: max(1, options.threads))
        self.log = log
    }

    func report() throws -> CompressionReport {
        let start = ContinuousClock.now
        let outcome = try outcome()
        let files = try ShippedFiles(outcome.chosen.network, keepNames: job.recipe.output.keepNames)
        defer { outputs.discard() }
        let judge = Judge(
            job: job, evaluator: Evaluator(metric: job.metric, parallel: parallel), requirement: outcome.requirement,
            reference: outcome.reference)
        let judgement = try judge.judge(
            cmdl: try outputs.write(files.cmdl, "cmdl"), onnx: try outputs.write(files.onnx, "onnx"))
        let status = Self.status(judgement)
        let report = ReportFile(
            job: job, outcome: outcome, judgement: judgement, status: status,
            seconds: (ContinuousClock.now - start).seconds)
        _ = try outputs.write(try report.encoded(), "report.json")
        try outputs.publish(status == .met ? OutputFiles.kinds : ["report.json"])
        return CompressionReport(status: status, summary: summary(report, status))
    }

    private func outcome() throws -> CompressionPipeline.Outcome {
        do {
            return try CompressionPipeline(job: job, parallel: parallel, progress: log).run()
        } catch let error as NotANumber {
            throw CompressionFailure(
                "error: the training went astray: \(error); a smaller 'learning_rate' may keep it on its way")
        }
    }

    private static func status(_ judgement: Judgement) -> CompressionReport.Status {
        if !judgement.isSmall { return .sizeUnmet }
        return judgement.isAccurate ? .met : .accuracyUnmet
    }

    private func summary(_ report: ReportFile, _ status: CompressionReport.Status) -> String {
        let written = (status == .met ? OutputFiles.kinds : ["report.json"])
            .map { "wrote \(outputs.final($0).relativePath)" }
        return ([Summary(report: report, metric: job.metric).text, ""] + written).joined(separator: "\n")
    }
}

extension ReportFile {
    init(
        job: Job, outcome: CompressionPipeline.Outcome, judgement: Judgement, status: CompressionReport.Status,
        seconds: Double
    ) {
        let measured = job.recipe.size.measure == .cmdl ? judgement.bytes.bytes : judgement.onnx.bytes
        let ratio = Double(job.originalBytes) / Double(max(measured, 1))
        self.init(
            status: status.rawValue, metric: job.metric.rawValue,
            target: Target(
                bytes: job.targetBytes, measure: job.recipe.size.measure.rawValue,
                accuracy: outcome.requirement.bound),
            baseline: Baseline(
                validation: outcome.baseline.value, test: judgement.baselineTest?.value, bytes: job.originalBytes),
            result: Result(
                validation: judgement.validation.value, test: judgement.test?.value, bytes: judgement.bytes.bytes,
                ratio: (ratio * 10).rounded() / 10, sha256: judgement.bytes.sha256, onnx: judgement.onnx),
            reachable: status == .met ? nil : outcome.reachable(job), curve: Curve(outcome.candidates).points,
            stages: outcome.stages,
            layers: LayerReport.make(original: job.original, result: outcome.chosen.network),
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
