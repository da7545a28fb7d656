import NeuralGraph
import Training

/// A network on samples of the recipe, of which those that it cannot take are named.
struct CheckedOutputs {
    private let network: Graph
    private let name: String
    private let evaluator: Evaluator
    private let progress: RunProgress

    /// - Parameter name: the network's, for people.
    init(of network: Graph, _ evaluator: Evaluator, _ progress: RunProgress, called name: String = "the original network") {
        self.network = network
        self.name = name
        self.evaluator = evaluator
        self.progress = progress
    }

    /// - Parameters:
    ///   - split: its name.
    ///   - form: what is made of each value's rows, a round of samples at a time.
    func outputs(
        on samples: Split, _ split: String, values: [Int], as form: (_ index: Int, Teacher) -> Teacher
    ) throws -> [Teacher] {
        try naming(split, samples, values) { try evaluator.outputs(of: network, on: samples, values: values, as: form) }
    }

    func baseline(on samples: Split, _ split: String) throws -> Baseline {
        try naming(split, samples) { try evaluator.baseline(of: network, on: samples) }
    }

    func reference(on samples: Split, _ split: String) throws -> [Reference] {
        try naming(split, samples) { try evaluator.reference(of: network, on: samples) }
    }

    /// Finds out whether the network can take all samples.
    func check(on samples: Split, _ split: String) throws {
        try naming(split, samples) { try evaluator.forEachRound(of: network, on: samples) { _, _ in } }
    }

    func evaluation(on samples: Split, _ split: String, reference: [Reference]) throws -> Evaluation {
        try naming(split, samples) { try evaluator.evaluate(network, on: samples, reference: reference) }
    }

    private func naming<Result>(
        _ split: String, _ samples: Split, _ values: [Int]? = nil, _ work: () throws -> Result
    ) throws -> Result {
        let part = progress.part("\(name) on the \(split) split")
        defer { part.end() }
        do {
            return try work()
        } catch {
            guard let fault = evaluator.firstFault(of: network, on: samples, values: values) else {
                throw CompressionFailure("error: \(name) fails on the \(split) split: \(error)")
            }
            let places = fault.inputs.map { "\(samples.inputs[$0].name): sample \(samples.inputs[$0].firstSample + fault.sample)" }
            throw CompressionFailure(
                "error: \(name) fails on the \(split) split: \(places.joined(separator: ", ")): "
                    + "node '\(fault.node.name)' (\(fault.node.operation.onnxName)) gives \(fault.what)")
        }
    }
}
