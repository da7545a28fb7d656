import Foundation
import NeuralGraph
import ONNX

/// A network with the numbers that it must give, from `Fixtures` (see `make_fixtures.py` there).
struct Fixture: CustomStringConvertible {
    let name: String
    /// Without the test data.
    let model: ModelProto
    private let tensors: [String: [Float]]

    /// Samples for which numbers are given.
    static let samples = 3

    init(_ name: String) throws {
        self.name = name
        var model = try ModelProto(contentsOf: Self.folder.appendingPathComponent(name + ".onnx"))
        var tensors: [String: [Float]] = [:]
        for tensor in model.graph.initializers where tensor.name.hasPrefix("test.") {
            tensors[String(tensor.name.dropFirst("test.".count))] = try tensor.floats()
        }
        model.graph.initializers.removeAll { $0.name.hasPrefix("test.") }
        self.model = model
        self.tensors = tensors
    }

    var description: String { name }

    /// The numbers of an input, an output or a gradient, by sample.
    func samples(_ name: String) throws -> [[Float]] {
        guard let values = tensors[name] else { throw Missing(name: name, fixture: self.name) }
        let count = values.count / Self.samples
        return (0..<Self.samples).map { Array(values[$0 * count..<($0 + 1) * count]) }
    }

    struct Missing: Error {
        let name: String
        let fixture: String
    }

    var hasGradients: Bool { tensors["seed"] != nil }

    /// The inputs and constants whose gradients are given.
    var gradients: Set<String> { Set(tensors.keys.filter { $0.hasPrefix("gradient.") }.map { String($0.dropFirst("gradient.".count)) }) }

    /// Whether an exporter wrote the network, with constants that are no module's parameters.
    var isExported: Bool { name.hasPrefix("module-") }

    // MARK: The folder

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(".onnx".count)) }.sorted()
    }()

    static let namesWithGradients = names.filter { (try? Fixture($0).hasGradients) == true }
}
