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
        let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
        let tensors = model.graph.initializers.reduce(0) { $0 + $1.content.count }
        // Only an .onnx file can be smaller than its tensors by keeping them in other files.
        let isWhole = size >= tensors || file.pathExtension == "cmdl"
        return (try Graph(model), isWhole ? size : model.encoded().count)
    }

    static func readModel(_ file: URL) throws -> ModelProto {
        guard file.pathExtension == "cmdl" else { return try ModelProto(contentsOf: file) }
        return try compressed(file).expanded()
    }

    static func compressed(_ file: URL) throws -> QuantizedModel {
        try QuantizedModel(decoding: FileBytes(contentsOf: file).bytes)
    }
}
