import CompressedModel
import Foundation
import NeuralGraph
import ONNX
import Quantization
import Training

/// What the written files are worth, found out by reading them back.
struct Judgement {
    let validation: Evaluation
    let test: Evaluation?
    let baselineTest: Evaluation?
    let bytes: FileDigest
    let onnx: FileDigest
    /// Of the file that the size target speaks of.
    let measuredBytes: Int
    /// Where the recipe asks for a confidence.
    let certificate: Certificate?
    let isAccurate: Bool
    let isSmall: Bool
}

/// Judges files as they stand on the disk.
struct Judge {
    let job: Job
    let evaluator: Evaluator
    let requirement: Requirement
    /// What networks are compared with on the validation split.
    let reference: [Reference]
    /// What the original network comes to on the test split; `nil` without one.
    let original: Baseline?
    let progress: RunProgress

    /// Writes a network's files under their temporary names, and judges what was written.
    func judge(_ network: QuantizedNetwork, in outputs: OutputFiles) throws -> Judgement {
        let (cmdl, onnx) = try progress.during("writes the files") {
            let files = try ShippedFiles(network, keepNames: job.recipe.output.keepNames)
            return (try outputs.write(files.cmdl, "cmdl"), try outputs.write(files.onnx, "onnx"))
        }
        return try judge(cmdl: cmdl, onnx: onnx)
    }

    /// - Parameters:
    ///   - cmdl, onnx: the written files; the `.onnx` file must be what the `.cmdl` file expands to.
    func judge(cmdl: URL, onnx: URL) throws -> Judgement {
        let part = progress.part("judges what was written")
        defer { part.end() }
        let cmdlData = try Data(contentsOf: cmdl)
        let onnxData = try Data(contentsOf: onnx)
        let decoded = try QuantizedModel(decoding: Array(cmdlData)).expanded()
        guard decoded.encoded() == onnxData else { throw DecodingMismatch() }
        let graph = try NetworkFile.graph(
            ModelProto(decoding: onnxData), job.recipe.interface, sampleShapes: job.sampleShapes)
        let validation = try evaluator.evaluate(graph, on: job.validation, reference: reference)
        let test = try measureOnTest(graph)
        var isAccurate = requirement.isMet(by: validation) && test?.certificate?.isCertified ?? true
        if job.recipe.accuracy.split.value == .test, let test {
            isAccurate = isAccurate && job.requirement(baseline: test.original).isMet(by: test.result)
        }
        let measured = job.recipe.size.measure == .cmdl ? cmdlData.count : onnxData.count
        return Judgement(
            validation: validation, test: test?.result, baselineTest: test?.original,
            bytes: FileDigest(cmdlData), onnx: FileDigest(onnxData), measuredBytes: measured,
            certificate: test?.certificate, isAccurate: isAccurate,
            isSmall: measured <= job.targetBytes ?? .max)
    }

    private func measureOnTest(_ result: Graph) throws -> (result: Evaluation, original: Evaluation, certificate: Certificate?)? {
        guard let split = job.test, let original else { return nil }
        let measurement = try evaluator.measure(result, on: split, reference: original.reference)
        return (
            measurement.evaluation, original.evaluation,
            job.promise?.certificate(original: original.measurement.hits, result: measurement.hits)
        )
    }
}

/// The two files of a result do not hold the same network: a defect of this program, not of its input.
struct DecodingMismatch: Error, CustomStringConvertible {
    var description: String { "the written files do not hold the same network" }
}
