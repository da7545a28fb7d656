import CKernels
import Foundation
import GraphConversion
import NeuralGraph
import ONNX

/// Says what the engine makes of a network: how many of its weights can be removed, and its outputs for given samples.
@main
enum NetworkProbe {
    private static let usage = """
        usage: network-probe MODEL.onnx SAMPLES.npz FOLDER

        SAMPLES.npz has an array for each input, under its name; the first axis counts samples. For each output FOLDER gets a file
        0, 1, … of 32-bit floats, sample by sample. Prints JSON: the outputs' names and shapes, and the counts of weights.
        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3 else { try fail(usage) }
        do {
            let graph = try network(arguments[0])
            let removable = RemovableWeights(graph)
            let outputs = try Outputs(of: graph, samples: URL(fileURLWithPath: arguments[1]))
            try outputs.write(to: URL(fileURLWithPath: arguments[2]))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let report = try encoder.encode(Report(outputs: outputs.descriptions, weights: removable))
            FileHandle.standardOutput.write(report + Data("\n".utf8))
        } catch {
            try fail("error: \(error)")
        }
    }

    /// As the tool reads it, when the first output that it understands is judged.
    private static func network(_ path: String) throws -> Graph {
        let model = try ModelProto(contentsOf: URL(fileURLWithPath: path))
        for output in model.graph.outputs.dropLast() {
            if let graph = try? Graph(model, judged: [output.name]) { return graph }
        }
        return try Graph(model, judged: model.graph.outputs.suffix(1).map(\.name))
    }

    private static func fail(_ message: String) throws -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(1)
    }

    private struct Report: Encodable {
        let outputs: [Outputs.Description]
        let weights: RemovableWeights
    }
}
