import Execution
import Foundation
import ModelCompression
import Quantization
import Training

/// What variants have in common: network, samples, size, and what they are compared with.
struct Study {
    let context: TrainingContext
    private let job: Job
    private let measure: FileMeasure
    private let target: Int
    private let test: Baseline?
    private let divergence: Divergence

    struct NoTarget: Error, CustomStringConvertible {
        var description: String { "the recipe has no size to aim at: '--target BYTES' gives one" }
    }

    init(_ job: Job, _ options: Options) throws {
        guard let target = options.target ?? job.targetBytes else { throw NoTarget() }
        let progress = RunProgress { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
        self.job = job
        self.target = target
        measure = FileMeasure(job, progress)
        (context, _, test) = try TrainingContext.make(
            for: job, parallel: Parallel(threads: options.threads), checkpoints: .none, progress: progress)
        divergence = Divergence(from: job, context.parallel)
    }

    var header: String {
        """
        | at most \(target) bytes | bytes | validation | test | divergence | CPU seconds |
        |---|---:|---:|---:|---:|---:|
        """
    }

    /// - Parameter errors: as they were measured.
    func row(_ variant: Variant, _ errors: MeasuredErrors) throws -> String {
        let start = Self.processorSeconds()
        guard var (network, bytes) = try quantized(variant, errors) else { return "| \(variant.name) | none so small |  |  |  |  |" }
        var name = variant.name
        if variant.isTrained {
            let rounds = try LevelTrainingStage.train(
                job, from: network, validation: try context.evaluate(network.graph), within: (target, measure), try context.taught(job))
            guard let last = rounds.last else { return "| \(name) | not trained |  |  |  |  |" }
            (network, bytes) = (last.network, last.bytes)
            name += " for \(rounds.count) \(rounds.count == 1 ? "round" : "rounds")"
        }
        let seconds = Self.processorSeconds() - start
        let validation = try context.evaluate(network.graph).value
        let judged = try test.flatMap { test in
            try job.test.map { try context.evaluator.evaluate(network.graph, on: $0, reference: test.reference).value }
        }
        let numbers = [validation.text(4), judged?.text(4) ?? "–", divergence.of(network.graph).text(5), "\(Int(seconds.rounded()))"]
        return "| \(name) | \(bytes) | \(numbers.joined(separator: " | ")) |"
    }

    private func quantized(_ variant: Variant, _ errors: MeasuredErrors) throws -> (network: QuantizedNetwork, bytes: Int)? {
        let postTraining = PostTraining(job.original, limits: job.levelLimits, errors, variant.settings, context: context)
        return try postTraining.within(target, isDependent: variant.isDependent, bytes: measure.bytes)
    }

    /// Of all threads; POSIX counts them in millionths.
    private static func processorSeconds() -> Double { Double(clock()) / 1e6 }
}

extension Double {
    fileprivate func text(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
