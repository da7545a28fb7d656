import Execution
import Foundation
import NeuralGraph
import Training

/// Measures any network on a recipe's data.
struct ModelEvaluation {
    let job: Job
    let threads: Int
    let progress: RunProgress

    func text(of file: URL, split name: String) throws -> String {
        let split = try split(name)
        try RunMemory(job, threads: max(1, threads), for: .evaluation).require()
        let network = try NetworkFile(
            file, job.recipe.interface, sampleShapes: job.sampleShapes, isOriginal: false)
        let graph = network.graph
        guard graph.interface == job.original.interface else {
            throw CompressionFailure(
                "error: '\(file.relativePath)': its interface is \(graph.interface), "
                    + "but that of the recipe's network is \(job.original.interface)")
        }
        let evaluator = job.evaluator(Parallel(threads: max(1, threads)), progress)
        let reference = try CheckedOutputs(of: job.original, evaluator, progress).reference(on: split, name)
        let evaluation = try CheckedOutputs(of: graph, evaluator, progress, called: "'\(file.relativePath)'")
            .evaluation(on: split, name, reference: reference)
        return "\(job.metric.rawValue) \(evaluation.value) on \(evaluation.samples) \(name) samples, \(network.bytes) bytes"
    }

    private func split(_ name: String) throws -> Split {
        switch name {
        case "validation": return job.validation
        case "test":
            guard let test = job.test else { throw CompressionFailure("error: the recipe has no test split") }
            return test
        default: throw CompressionFailure("error: unknown split '\(name)' (allowed: validation, test)")
        }
    }
}

extension Graph {
    /// The shapes of what goes in and of the outputs that are measured, per sample.
    fileprivate var interface: String {
        func shapes(_ indices: [Int]) -> String { indices.map { "\(values[$0].shape)" }.joined(separator: ", ") }
        return "\(shapes(inputs)) → \(shapes(judgedOutputs))"
    }
}
