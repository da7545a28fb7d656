import Quantization
import Training

/// The first try for a network that learns from its own outputs alone: quantized as it is, without training.
struct PostTrainingStage {
    let job: Job
    let measure: FileMeasure
    let context: TrainingContext

    private static let (name, independent) = ("post-training", "independent levels")
    private let measurement: ErrorMeasurement

    init(job: Job, measure: FileMeasure, context: TrainingContext) {
        self.job = job
        self.measure = measure
        self.context = context
        measurement = ErrorMeasurement(job, context)
    }

    func run(_ record: inout StageRecord) throws {
        guard let candidate = try candidate(Self.name, context.checkpoints, quantized) else { return }
        record.add("quantize", candidate)
        context.progress("quantize: \(candidate.bytes) bytes without training, validation \(candidate.validation.text)")
    }

    /// The network with the nearest levels that can be trained at which its file is within a target, if there is one.
    func trainable(within target: Int, _ checkpoints: Checkpoints) throws -> Candidate? {
        try candidate(Self.independent, checkpoints) {
            try measurement.result().within(target, isDependent: false, bytes: measure.bytes)
        }
    }

    /// Makes room: what was measured is measured again where it is asked for.
    func forgetMeasurement() { measurement.forget() }

    private typealias Quantized = (network: QuantizedNetwork, bytes: Int)

    private func candidate(_ name: String, _ checkpoints: Checkpoints, _ quantized: () throws -> Quantized?) throws -> Candidate? {
        let kept = checkpoints.restored(name, into: { QuantizedNetwork(floats: job.original) }) { try $0.read(from: &$1) }
        guard let (network, bytes) = try kept.map({ ($0, try measure.bytes($0)) }) ?? quantized() else { return nil }
        if kept == nil { checkpoints.keep(name, always: true) { network.write(to: &$0) } }
        return Candidate(network: network, bytes: bytes, validation: try context.evaluate(network.graph))
    }

    private func quantized() throws -> Quantized? {
        let (postTraining, isDependent) = (try measurement.result(), measure.gainsFromDependentLevels)
        if let target = job.targetBytes { return try postTraining.within(target, isDependent: isDependent, bytes: measure.bytes) }
        let network = try postTraining.smallest(isDependent: isDependent) { context.requirement.isMet(by: try context.evaluate($0.graph)) }
        return try network.map { ($0, try measure.bytes($0)) }
    }
}

/// What errors of the original's weights do, measured when it is first asked for.
final class ErrorMeasurement {
    private let job: Job
    private let context: TrainingContext
    private var known: PostTraining?

    init(_ job: Job, _ context: TrainingContext) {
        self.job = job
        self.context = context
    }

    func result() throws -> PostTraining {
        let result = try known
            ?? PostTraining(job.original, limits: job.levelLimits, samples: job.recipe.effort.measuredSamples, context: context)
        known = result
        return result
    }

    func forget() { known = nil }
}
