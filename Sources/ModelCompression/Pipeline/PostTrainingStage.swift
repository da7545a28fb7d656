import Quantization
import Training

/// The first try for a network that learns from its own outputs alone: quantized as it is, without training.
struct PostTrainingStage {
    let job: Job
    let measure: FileMeasure
    let context: TrainingContext

    private static let (name, smaller) = ("post-training", "smaller")

    func run(_ record: inout StageRecord) throws {
        guard let candidate = try candidate(Self.name, context.checkpoints, quantized) else { return }
        record.add("quantize", candidate)
        context.progress("quantize: \(candidate.bytes) bytes without training, validation \(candidate.validation.text)")
    }

    /// The network with the nearest levels at which its file is within a target, if there is one.
    ///
    /// - Parameter measured: what errors of the original's weights do; asked for only where no checkpoint has the network.
    func candidate(within target: Int, _ checkpoints: Checkpoints, _ measured: () throws -> PostTraining) throws -> Candidate? {
        try candidate(Self.smaller, checkpoints) { try measured().within(target, bytes: measure.bytes) }
    }

    private typealias Quantized = (network: QuantizedNetwork, bytes: Int)

    private func candidate(_ name: String, _ checkpoints: Checkpoints, _ quantized: () throws -> Quantized?) throws -> Candidate? {
        let kept = checkpoints.restored(name, into: { QuantizedNetwork(floats: job.original) }) { try $0.read(from: &$1) }
        guard let (network, bytes) = try kept.map({ ($0, try measure.bytes($0)) }) ?? quantized() else { return nil }
        if kept == nil { checkpoints.keep(name, always: true) { network.write(to: &$0) } }
        return Candidate(network: network, bytes: bytes, validation: try context.evaluate(network.graph))
    }

    private func quantized() throws -> Quantized? {
        let postTraining = try measured()
        if let target = job.targetBytes { return try postTraining.within(target, bytes: measure.bytes) }
        let network = try postTraining.smallest { context.requirement.isMet(by: try context.evaluate($0.graph)) }
        return try network.map { ($0, try measure.bytes($0)) }
    }

    /// What errors of the original's weights do.
    func measured() throws -> PostTraining {
        try PostTraining(job.original, limits: job.levelLimits, samples: job.recipe.effort.measuredSamples, context: context)
    }
}
