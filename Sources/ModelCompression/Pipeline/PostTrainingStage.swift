import Quantization
import Training

/// The first try for a network that learns from its own outputs alone: quantized as it is, without training.
struct PostTrainingStage {
    let job: Job
    let measure: FileMeasure
    let context: TrainingContext

    private static let name = "post-training"

    func run(_ record: inout StageRecord) throws {
        guard let candidate = try candidate() else { return }
        record.add("quantize", candidate)
        context.progress("quantize: \(candidate.bytes) bytes without training, validation \(candidate.validation.text)")
    }

    private func candidate() throws -> Candidate? {
        let kept = context.checkpoints.restored(Self.name, into: { QuantizedNetwork(floats: job.original) }) { try $0.read(from: &$1) }
        guard let network = try kept ?? quantized() else { return nil }
        if kept == nil { context.checkpoints.keep(Self.name, always: true) { network.write(to: &$0) } }
        return Candidate(network: network, bytes: try measure.bytes(network), validation: try context.evaluate(network.graph))
    }

    private func quantized() throws -> QuantizedNetwork? {
        let postTraining = try measured()
        if let target = job.targetBytes { return try postTraining.within(target, bytes: measure.bytes) }
        return try postTraining.smallest { context.requirement.isMet(by: try context.evaluate($0.graph)) }
    }

    /// What errors of the original's weights do.
    func measured() throws -> PostTraining {
        try PostTraining(job.original, limits: job.levelLimits, samples: job.recipe.effort.measuredSamples, context: context)
    }
}
