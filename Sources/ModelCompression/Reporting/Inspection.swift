import CompressedModel
import Datasets
import Foundation

/// What is in a file: for `.cmdl` its sections and their bits, for `.onnx` its nodes, tensors and their totals.
struct Inspection {
    let text: String

    init(_ file: URL) throws {
        if NetworkFile.isCompressed(file) {
            text = try Self.compressed(FileBytes(contentsOf: file).bytes)
        } else {
            text = try NetworkFile.readModel(file).listing
        }
    }

    private static func compressed(_ bytes: [UInt8]) throws -> String {
        let sections = try CodedSections(decoding: bytes)
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
        return "\(bytes.count) bytes\(sections.keepsNames ? ", names kept" : "")\n\(table.text())"
    }
}
