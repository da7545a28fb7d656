import NeuralGraph
import Quantization
import Training

/// What the network was after a stage.
struct Stage: Codable {
    let name: String
    let validation: Double
    /// Of the file if it were written now.
    let bytes: Int
    let nonzeros: Int
    /// Since the stage before.
    let seconds: Double
}

/// Keeps what each stage came to; the only place of the pipeline that looks at a clock.
struct StageRecord {
    let context: TrainingContext
    let measure: FileMeasure
    private(set) var stages: [Stage] = []
    private(set) var candidates: [Candidate] = []
    private var lastInstant = ContinuousClock.now

    init(context: TrainingContext, measure: FileMeasure) {
        self.context = context
        self.measure = measure
    }

    mutating func add(_ name: String, _ network: QuantizedNetwork) throws {
        let candidate = Candidate(
            network: network, bytes: try measure.bytes(network), validation: try context.evaluate(network.graph))
        candidates.append(candidate)
        let now = ContinuousClock.now
        stages.append(
            Stage(
                name: name, validation: candidate.validation.value, bytes: candidate.bytes,
                nonzeros: network.nonzeros, seconds: (now - lastInstant).seconds))
        lastInstant = now
    }
}

extension Duration {
    /// To a hundredth.
    var seconds: Double {
        let (whole, atto) = components
        return Double(whole * 100 + atto / 10_000_000_000_000_000) / 100
    }
}
