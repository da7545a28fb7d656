import CompressedModel
import Foundation
import ONNX
import Testing

/// What a model says of itself, and tensors of texts: version 3 of the format.
@Suite struct TextTests {
    private func network() -> QuantizedModel { LeNet5.network(units: [2, 3, 4]) }

    private func decoded(_ change: (inout ModelProto) -> Void, keepNames: Bool = true) throws -> (file: [UInt8], model: ModelProto) {
        var network = network()
        change(&network.model)
        let file = try network.encoded(keepNames: keepNames)
        return (file, try QuantizedModel(decoding: file).model)
    }

    @Test func aModelWithoutTextsIsAFileOfVersion2() throws {
        #expect(try network().encoded(keepNames: false)[4] == 2)
    }

    @Test(arguments: [false, true]) func documentationAndMetadataComeBack(keepNames: Bool) throws {
        let entries = [MetadataEntry(key: "names", value: "{0: 'cat', 1: 'dög'}"), MetadataEntry(key: "", value: "")]
        let (file, model) = try decoded({
            $0.documentation = "made by us"
            $0.metadata = entries
        }, keepNames: keepNames)
        #expect(file[4] == 3)
        #expect(model.documentation == "made by us")
        #expect(model.metadata == entries)
    }

    @Test func theNetworkIsTheSameWithAndWithoutTexts() throws {
        var network = network()
        let plain = try QuantizedModel(decoding: network.encoded(keepNames: false))
        network.model.metadata = [MetadataEntry(key: "a", value: "b")]
        var described = try QuantizedModel(decoding: network.encoded(keepNames: false))
        described.model.metadata = []
        #expect(described == plain)
    }

    @Test func theExpandedModelHasTheTexts() throws {
        var network = network()
        network.model.documentation = "made by us"
        network.model.metadata = [MetadataEntry(key: "rate", value: "16000")]
        let model = try ModelProto(decoding: QuantizedModel(decoding: network.encoded(keepNames: false)).expanded().encoded())
        #expect(model.documentation == "made by us")
        #expect(model.metadata == [MetadataEntry(key: "rate", value: "16000")])
    }

    private func words(_ words: [String], _ dimensions: [Int]) -> TensorProto {
        var tensor = TensorProto(name: "words", dimensions: dimensions, dataType: .string, content: Data())
        tensor.strings = words.map { Array($0.utf8) }
        return tensor
    }

    @Test func initializersOfTextsComeBack() throws {
        let tensor = words(["cat", "", "dog", "dög", "cat", "\u{1F600}"], [2, 3])
        let (file, model) = try decoded { $0.graph.initializers.append(tensor) }
        #expect(file[4] == 3)
        #expect(model.graph.initializers.last == tensor)
    }

    @Test func textsOfAttributesComeBack() throws {
        let attribute = AttributeProto("value", .tensor(words(["a", "b"], [2])))
        let (file, model) = try decoded {
            $0.graph.nodes.append(NodeProto(name: "n", operatorType: "Constant", inputs: [], outputs: ["t"], attributes: [attribute]))
        }
        #expect(file[4] == 3)
        #expect(model.graph.nodes.last?.attributes == [attribute])
    }

    @Test func theTextsAreAmongTheGraphsBits() throws {
        var network = network()
        let before = try network.sections(keepNames: false)
        network.model.metadata = [MetadataEntry(key: "names", value: String(repeating: "class ", count: 20))]
        let after = try network.sections(keepNames: false)
        #expect(after.graphBits > before.graphBits)
        let bits = after.headerBits + after.graphBits + after.tensors.reduce(0) { $0 + $1.bits }
        #expect(abs(Double(8 * after.fileSize) - bits) < 40)
    }

    @Test func textsCannotBeInAFileOfVersion2() throws {
        let file = try decoded({ $0.graph.initializers.append(words(["a"], [1])) }).file
        let older = CompressedFile.file(payload: Array(file[9...]), version: 2)
        #expect {
            try QuantizedModel(decoding: older)
        } throws: { error in
            guard case CompressedModelError.malformed(.invalid(.elementType, value: 8), _) = error else { return false }
            return true
        }
    }

    /// Changes here are changes of the format.
    @Test func aFileWithTextsHasThisDigest() throws {
        let (file, _) = try decoded({
            $0.documentation = "made by us"
            $0.metadata = [MetadataEntry(key: "names", value: "{0: 'cat', 1: 'dog'}")]
            $0.graph.initializers.append(words(["cat", "dog"], [2]))
        })
        #expect(CompressedFile.digest(file) == "4800cbf4c77f3b8")
    }
}
