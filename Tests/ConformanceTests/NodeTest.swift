import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import Operators

/// One of the ONNX project's own tests of single operators: a model, inputs, and the outputs that it must give.
struct NodeTest {
    /// As the folder: `test_add_bcast`.
    let name: String
    let model: ModelProto
    /// Of each data set.
    let inputs: [[TensorProto]]
    let outputs: [[TensorProto]]

    init(_ folder: URL) throws {
        name = folder.lastPathComponent
        let model = try ModelProto(contentsOf: folder.appendingPathComponent("model.onnx"))
        self.model = model
        let sets = try Self.names(in: folder).filter { $0.hasPrefix("test_data_set_") }
            .map(folder.appendingPathComponent)
        inputs = try sets.map { try Self.tensors(in: $0, "input_", model.graph.inputs) }
        outputs = try sets.map { try Self.tensors(in: $0, "output_", model.graph.outputs) }
    }

    private static func tensors(in folder: URL, _ prefix: String, _ infos: [ValueInfoProto]) throws -> [TensorProto] {
        let files = try names(in: folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".pb") }
        return try files.indices.map { index in
            var tensor = try TensorProto(decoding: Data(contentsOf: folder.appendingPathComponent("\(prefix)\(index).pb")))
            // The files have the bits of bfloat16 as uint16.
            if index < infos.count, infos[index].elementType == .bfloat16 { tensor.dataType = .bfloat16 }
            return tensor
        }
    }

    private static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    // MARK: The folders

    /// Those that `ONNX_NODE_TESTS` names, separated by colons, or that of Debian's package `libonnx-testdata`.
    static let folders: [URL] = {
        let named = ProcessInfo.processInfo.environment["ONNX_NODE_TESTS"]
        return (named ?? "/usr/share/libonnx-testdata/data/node").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)) }
    }()

    /// The folders of all tests, by name.
    static let all: [URL] = folders.flatMap { folder in
        ((try? names(in: folder)) ?? []).filter { $0.hasPrefix("test_") }.map(folder.appendingPathComponent)
    }
}

extension NodeTest {
    /// Whether the engine has a meaning for every operator of the model.
    static func isOfKnownOperators(_ model: ModelProto) -> Bool {
        model.graph.nodes.allSatisfy { ["", "ai.onnx"].contains($0.domain) && OperatorList.knows($0.operatorType) }
    }

    /// Why the test is about something that the engine does not have, if so.
    static func reasonToSkip(_ model: ModelProto) -> String? {
        for value in model.graph.inputs + model.graph.outputs {
            switch value.elementType {
            case .undefined: return "sequence or optional type"
            case .bool: continue
            case let type where type.isFloat || type.isInteger: continue
            default: return "element type \(value.elementType)"
            }
        }
        // Two tests count by a length that is no whole number, unlike the operator's text and ONNX Runtime.
        let unrounded = ["cubic", "linear"].map { "test_resize_downsample_scales_\($0)_align_corners" }
        if unrounded.contains(model.graph.name) { return "align_corners by an unrounded length" }
        let trains = model.graph.nodes.contains { (try? $0.int("training_mode", default: 0)) ?? 0 != 0 }
        return trains ? "training mode" : nil
    }

    /// The same, as far as only the data tell.
    var reasonToSkip: String? {
        let samples = inputs.joined().filter { $0.dataType != .int64 } + outputs.joined()
        if samples.contains(where: { $0.dimensions.contains(0) }) { return "empty tensor" }
        let drops = model.graph.nodes.contains { $0.operatorType == "Dropout" && $0.inputs.count == 3 }
        if drops, inputs.contains(where: { (try? $0.last?.integers()) == [1] }) { return "training mode" }
        return nil
    }
}
