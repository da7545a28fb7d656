import CompressedModel
import Foundation
import ONNX
import Testing

/// Changes here are changes of the format: files in the world could not be read any more.
@Suite struct FormatTests {
    @Test func aSmallFileHasTheseBytes() throws {
        var network = network(.codebook(magnitudes: [0.25, 0.5], indices: [1, 0, -2, 0, 0, 1]), [2, 3])
        network.model.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N"), .value(3)])]
        network.model.graph.outputs = [ValueInfoProto(name: "y", shape: [.parameter("N"), .value(2)])]
        network.model.graph.nodes = [
            NodeProto(
                operatorType: "Gemm", inputs: ["x", "w0"], outputs: ["y"],
                attributes: [AttributeProto("transB", .int(1))])
        ]
        let file = try network.encoded(keepNames: false)
        let digits = file.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(digits == "434d444c024a9b495f83fd187704f8bc1fb1efb51d03df777caaaea09599")
    }

    @Test func filesOfLeNet5HaveTheseDigests() throws {
        let withoutNames = CompressedFile.digest(try LeNet5.network().encoded(keepNames: false))
        let withNames = CompressedFile.digest(try LeNet5.network().encoded(keepNames: true))
        #expect(withoutNames == "b81844a4b47ca427")
        #expect(withNames == "448dc91cbbf56155")
    }

    @Test func theSpecificationListsTheNamesThatTheCodeKnows() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let sources = package.appendingPathComponent("Sources/CompressedModel")
        let specification = try String(contentsOf: sources.appendingPathComponent("FORMAT.md"), encoding: .utf8)
        func table(_ name: String) -> [String] {
            let start = specification.components(separatedBy: "```\(name)\n")
            return start.count == 2 ? start[1].components(separatedBy: "```")[0].split(whereSeparator: \.isWhitespace).map(String.init) : []
        }
        #expect(table("operators") == WellKnownNames.operators)
        #expect(table("attributes") == WellKnownNames.attributes.map { "\($0.name):\($0.kind)" })
    }
}
