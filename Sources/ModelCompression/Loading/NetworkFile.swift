import CompressedModel
import Datasets
import Foundation
import NeuralGraph
import ONNX

/// A network in a file of either format.
enum NetworkFile {
    /// - Returns: the network, and the bytes of the file together with its external data.
    static func read(_ file: URL) throws -> (graph: Graph, bytes: Int) {
        let model = try readModel(file)
        let isWhole = try file.pathExtension == "cmdl" || !hasTensorsElsewhere(file, model)
        return (try Graph(model), isWhole ? try size(file) : model.encoded().count)
    }

    /// Only by keeping them in other files can an `.onnx` file be smaller than its tensors.
    static func hasTensorsElsewhere(_ file: URL, _ model: ModelProto) throws -> Bool {
        try size(file) < model.graph.initializers.reduce(0) { $0 + $1.content.count }
    }

    private static func size(_ file: URL) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    }

    static func readModel(_ file: URL) throws -> ModelProto {
        guard file.pathExtension == "cmdl" else { return try ModelProto(contentsOf: file) }
        return try compressed(file).expanded()
    }

    static func compressed(_ file: URL) throws -> QuantizedModel {
        try QuantizedModel(decoding: FileBytes(contentsOf: file).bytes)
    }
}
