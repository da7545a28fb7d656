import Execution
import Foundation
import Quantization
import RecipeFormat
import Training

/// `curve`: a network at several sizes, quantized without training from one measurement, so that a size can be chosen.
struct SizeCurve {
    private let file: RecipeFile
    private let ratios: [Double]
    private let threads: Int
    private let directory: String
    private let progress: RunProgress

    init(
        recipe: String, ratios: [Double], outputDirectory: String?, threads: Int, progress: RunProgress
    ) throws {
        file = try RecipeFile(recipe, overrides: Recipe.Overrides(effort: .instant))
        self.ratios = Array(Set(ratios)).sorted()
        self.threads = threads
        directory = outputDirectory ?? file.outputDirectory
        self.progress = progress
    }

    /// - Returns: the table and the names of the files that were written.
    func text() throws -> String {
        let job = try progress.loading(file)
        try RunMemory(job, threads: max(1, threads)).require()
        guard job.isQuantized else { throw CompressionFailure("error: '\(file.name)' quantizes nothing, so that there is only one size") }
        let outputs = try ratios.map {
            try OutputFiles(directory: directory, name: "\(file.name).\(Self.name($0))", sparing: file.readFiles)
        }
        defer { for output in outputs { output.work.remove() } }
        let (context, baseline, test) = try TrainingContext.make(
            for: job, parallel: Parallel(threads: max(1, threads)), checkpoints: .none, progress: progress)
        progress("original: \(job.originalBytes) bytes, validation \(baseline.text)")
        let measure = FileMeasure(job, progress)
        let judge = Judge(
            job: job, evaluator: context.evaluator, requirement: job.requirement(baseline: baseline), reference: context.reference,
            original: test, progress: progress)
        let postTraining = try ErrorMeasurement(job, context).result()
        var table = TextTable("asked for", "bytes", "times smaller", "validation", "test", "accuracy")
        var written: [URL] = []
        for (ratio, output) in zip(ratios, outputs) {
            let quantized = try postTraining.within(
                max(1, Int(Double(job.originalBytes) / ratio)), isDependent: measure.gainsFromDependentLevels, bytes: measure.bytes)
            guard let quantized else {
                table.add(Self.name(ratio), "none so small", "", "", "", "")
                continue
            }
            let judgement = try judge.judge(quantized.network, in: output)
            try output.publish(OutputFiles.networks)
            written += OutputFiles.networks.map(output.final)
            table.add(ratio, judgement, originalBytes: job.originalBytes)
        }
        return ([table.text, ""] + written.map { "wrote \($0.relativePath)" }).joined(separator: "\n")
    }

    /// As files and rows are called: `8x`, `12.5x`.
    fileprivate static func name(_ ratio: Double) -> String {
        (ratio == ratio.rounded() && ratio < 1e9 ? "\(Int(ratio))" : "\(ratio)") + "x"
    }
}

extension TextTable {
    fileprivate mutating func add(_ ratio: Double, _ judgement: Judgement, originalBytes: Int) {
        add(
            SizeCurve.name(ratio), "\(judgement.measuredBytes)",
            "\((Double(originalBytes) / Double(judgement.measuredBytes)).rounded4)", judgement.validation.text,
            judgement.test?.text ?? "", judgement.isAccurate ? "kept" : "lost")
    }
}
