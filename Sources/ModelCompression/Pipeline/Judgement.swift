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
    let isAccurate: Bool
    let isSmall: Bool
}

struct FileDigest: Codable, Equatable {
    let bytes: Int
    let sha256: String

    init(_ data: Data) {
        bytes = data.count
        sha256 = SHA256.hexadecimal(data)
    }
}

/// Judges files as they stand on the disk.
struct Judge {
    let job: Job
    let evaluator: Evaluator
    let requirement: Requirement

    /// - Parameters:
    ///   - cmdl, onnx: the written files; the `.onnx` file must be what the `.cmdl` file expands to.
    func judge(cmdl: URL, onnx: URL) throws -> Judgement {
        let cmdlData = try Data(contentsOf: cmdl)
        let onnxData = try Data(contentsOf: onnx)
        let decoded = try QuantizedModel(decoding: Array(cmdlData)).expanded()
        guard decoded.encoded() == onnxData else { throw DecodingMismatch() }
        let graph = try Graph(ModelProto(decoding: onnxData))
        let validation = try evaluator.evaluate(graph, on: job.validation, original: job.original)
        let test = try job.test.map { try evaluator.evaluate(graph, on: $0, original: job.original) }
        let baselineTest = try job.test.map { try evaluator.evaluate(job.original, on: $0, original: job.original) }
        var isAccurate = requirement.isMet(by: validation)
        if job.recipe.accuracy.split.value == .test, let test, let baselineTest {
            isAccurate = isAccurate && job.requirement(baseline: baselineTest).isMet(by: test)
        }
        let measured = job.recipe.size.measure == .cmdl ? cmdlData.count : onnxData.count
        return Judgement(
            validation: validation, test: test, baselineTest: baselineTest, bytes: FileDigest(cmdlData),
            onnx: FileDigest(onnxData), isAccurate: isAccurate, isSmall: measured <= job.targetBytes)
    }
}

/// The two files of a result do not hold the same network: a defect of this program, not of its input.
struct DecodingMismatch: Error, CustomStringConvertible {
    var description: String { "the written files do not hold the same network" }
}
