import Foundation
import ONNX

/// The models in the folder `Fixtures`; `make_fixtures.py` there made them with the reference implementation.
enum Fixtures {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    static let names = [
        "data-fields", "opset-7", "opset-13", "opset-21", "subgraphs", "unknown-fields", "future-fields", "packed",
        "external",
    ]

    static func model(_ name: String) throws -> ModelProto {
        try ModelProto(contentsOf: folder.appendingPathComponent("\(name).onnx"))
    }

    /// What the reference implementation writes for the same model, all elements in `raw_data`.
    static func canonicalBytes(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent("canonical/\(name).onnx"))
    }

    /// Calls `body` with a folder that exists for as long as the call.
    static func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ONNXTests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }
}

extension ModelProto {
    func initializer(_ name: String) -> TensorProto? { graph.initializers.first { $0.name == name } }

    func constant(_ output: String) -> AttributeValue? {
        graph.nodes.first { $0.outputs == [output] }?.attributes.first?.value
    }
}
