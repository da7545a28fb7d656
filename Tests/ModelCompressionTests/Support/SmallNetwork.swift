import Foundation
import ModelCompression
import ONNX
import Testing

/// A network of two layers on samples of eight numbers, as tests change it: a run takes a moment without optimisation, too.
struct SmallNetwork {
    let folder: TemporaryFolder
    var model = ModelProto()
    /// Beside `file` in the recipe's `model`.
    var modelKeys = ""
    var modelFile = "model.onnx"
    var evaluation = "{metric: agreement}"
    var source = "npy: {inputs: x.npy}"
    var validationTake = "last 32"
    /// Of the test split.
    var testTake: String?
    var size = "{ratio: 1.05}"
    var quantize = "{rounds: 1, epochs: 1}"
    /// Further keys, a line each.
    var more: [String] = []

    init() throws {
        folder = try TemporaryFolder()
        model.opsetImports = [OperatorSetID(version: 17)]
        model.graph.name = "small"
        model.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N"), .value(8)])]
        model.graph.outputs = [ValueInfoProto(name: "y", shape: [.parameter("N"), .value(4)])]
        model.graph.nodes = [
            NodeProto(name: "first", operatorType: "MatMul", inputs: ["x", "w0"], outputs: ["a"]),
            NodeProto(name: "bend", operatorType: "Relu", inputs: ["a"], outputs: ["b"]),
            NodeProto(name: "second", operatorType: "MatMul", inputs: ["b", "w1"], outputs: ["y"]),
        ]
        model.graph.initializers = [
            TensorProto(name: "w0", dimensions: [8, 64], floats: Self.numbers(512)),
            TensorProto(name: "w1", dimensions: [64, 4], floats: Self.numbers(256)),
        ]
    }

    /// Numbers between −0.5 and 0.5.
    static func numbers(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 7919 % 1009) / 1009 - 0.5 } }

    /// Bytes below `limit`, for 96 samples.
    static func samples(below limit: Int) -> [UInt8] { (0..<96 * 8).map { UInt8($0 * 104_729 % 997 % limit) } }

    /// Puts network, samples and recipe into the folder.
    /// - Returns: the recipe.
    func write(samplesBelow limit: Int = 250) throws -> String {
        try model.write(to: folder.url.appendingPathComponent("model.onnx"))
        try folder.write("x.npy", arrayFile([96, 8], Self.samples(below: limit)))
        let lines = [
            "recipe: 1", "model: {file: \(modelFile)\(modelKeys)}", "data:", "  train: {\(source), take: first 64}",
            "  validation: {\(source), take: \(validationTake)}",
        ] + (testTake.map { ["  test: {\(source), take: \($0)}"] } ?? []) + [
            "evaluation: \(evaluation)", "constraints:",
            "  accuracy: {floor: 0}", "  size: \(size)", "prune: {epochs: 1}", "retrain: {epochs: 1}",
            "quantize: \(quantize)",
        ]
        return try folder.write("net.yaml", Data(((lines + more).joined(separator: "\n") + "\n").utf8))
    }

    /// What `check` prints.
    func check() throws -> String { try Compression.check(recipe: write()) }

    /// What `check` fails with, without the place in the recipe.
    func refusal() throws -> String? {
        let recipe = try write()
        let message = failure { _ = try Compression.check(recipe: recipe) }?.description
        let parts = message?.components(separatedBy: "error: '\(modelFile)': ") ?? []
        return parts.count == 2 ? parts[1].components(separatedBy: "\n")[0] : message
    }

    /// Runs the recipe to a result that meets it.
    func run(samplesBelow limit: Int = 250) throws -> FinishedRun {
        let recipe = try write(samplesBelow: limit)
        let report = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }
        return try FinishedRun(report: report, folder: folder)
    }
}
