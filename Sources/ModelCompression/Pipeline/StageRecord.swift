import NeuralGraph
import Quantization
import Training

/// What the network was after a stage.
struct Stage: Codable {
    /// The descent that it was part of; 0 for the original network.
    let descent: Int
    let name: String
    let validation: Double
    /// Of the file if it were written now.
    let bytes: Int
    let nonzeros: Int
    /// Of the network's parameters.
    let sha256: String
    /// Since the stage before.
    let seconds: Double
}

/// Keeps what each stage came to, and how long it took.
struct StageRecord {
    let context: TrainingContext
    let measure: FileMeasure
    private(set) var stages: [Stage] = []
    private(set) var candidates: [Candidate] = []
    private var descent = 0
    private var lastInstant = ContinuousClock.now

    init(context: TrainingContext, measure: FileMeasure) {
        self.context = context
        self.measure = measure
    }

    mutating func begin(descent: Int) { self.descent = descent }

    /// The candidates of the present descent.
    var ofDescent: [Candidate] { zip(stages, candidates).filter { $0.0.descent == descent }.map(\.1) }

    /// What the last stage came to.
    var latest: Candidate { candidates[candidates.count - 1] }

    /// Takes in a network of floats. What the last one came to is not measured again where nothing changed.
    ///
    /// - Parameters:
    ///   - validation: what the network comes to, where that is known.
    ///   - bytes: of its file, where they are known.
    mutating func add(_ name: String, _ graph: Graph, validation: Evaluation? = nil, bytes: Int? = nil) throws {
        if let last = candidates.last, last.network.graph.hasSameParameters(as: graph) { return add(name, last) }
        let network = QuantizedNetwork(floats: graph)
        add(
            name,
            Candidate(
                network: network, bytes: try bytes ?? measure.bytes(network),
                validation: try validation ?? context.evaluate(graph)))
    }

    mutating func add(_ name: String, _ round: IterativeQuantization.Round) {
        add(name, Candidate(network: round.network, bytes: round.bytes, validation: round.validation))
    }

    mutating func add(_ name: String, _ candidate: Candidate) {
        candidates.append(candidate)
        let now = ContinuousClock.now
        stages.append(
            Stage(
                descent: descent, name: name, validation: candidate.validation.value, bytes: candidate.bytes,
                nonzeros: candidate.network.nonzeros, sha256: candidate.network.graph.digest, seconds: (now - lastInstant).seconds))
        lastInstant = now
    }
}

extension Graph {
    /// Whether all parameters are the same to the last bit, as they are of a network that a stage left alone.
    fileprivate func hasSameParameters(as other: Graph) -> Bool {
        parameters.count == other.parameters.count
            && zip(parameters, other.parameters).allSatisfy { own, other in
                own.shape == other.shape && own.values.elementsEqual(other.values) { $0.bitPattern == $1.bitPattern }
            }
    }
}

extension Duration {
    /// To a hundredth.
    var seconds: Double {
        let (whole, atto) = components
        return Double(whole * 100 + atto / 10_000_000_000_000_000) / 100
    }
}
