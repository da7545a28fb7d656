import CompressedModel
import Datasets
import Foundation
import ONNX

/// What is in a file: for `.cmdl` its sections and their bits, for `.onnx` its nodes and tensors.
struct Inspection {
    let text: String

    init(_ file: URL) throws {
        if file.pathExtension == "cmdl" {
            text = try Self.compressed(FileBytes(contentsOf: file).bytes)
        } else {
            text = Self.model(try ModelProto(contentsOf: file))
        }
    }

    private static func compressed(_ bytes: [UInt8]) throws -> String {
        let network = try QuantizedModel(decoding: bytes)
        let keepsNames = try network.encoded(keepNames: true) == bytes
        let sections = try network.sections(keepNames: keepsNames)
        var table = TextTable("section", "shape", "coding", "elements", "nonzeros", "levels", "bits", "bits/element")
        table.add("header", "", "", "", "", "", "\(Int(sections.headerBits))", "")
        table.add("graph", "", "", "", "", "", "\(Int(sections.graphBits.rounded()))", "")
        for tensor in sections.tensors {
            let count = tensor.dimensions.reduce(1, *)
            let share = (tensor.bits / Double(max(count, 1)) * 1000).rounded() / 1000
            let levels = tensor.kind == .codebook ? "\(2 * tensor.levels + 1)" : ""
            table.add(
                tensor.name, tensor.dimensions.timesText, tensor.kind.rawValue, "\(count)", "\(tensor.nonzeros)", levels,
                "\(Int(tensor.bits.rounded()))", "\(share)")
        }
        return "\(bytes.count) bytes\(keepsNames ? ", names kept" : "")\n\(table.text)"
    }

    private static func model(_ model: ModelProto) -> String {
        var nodes = TextTable("node", "operator", "inputs", "outputs")
        for node in model.graph.nodes {
            nodes.add(
                node.name, node.operatorType, node.inputs.joined(separator: ","), node.outputs.joined(separator: ","))
        }
        var tensors = TextTable("tensor", "shape", "type", "bytes")
        for tensor in model.graph.initializers {
            tensors.add(tensor.name, tensor.dimensions.timesText, "\(tensor.dataType)", "\(tensor.content.count)")
        }
        let opsets = model.opsetImports.map { "\($0.domain.isEmpty ? "ai.onnx" : $0.domain) \($0.version)" }
        return "opset \(opsets.joined(separator: ", "))\n\(nodes.text)\n\n\(tensors.text)"
    }
}
