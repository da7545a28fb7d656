import CompressedModel
import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("What a file says of its network") struct DescriptionTests {
    @Test("Version, domain, documentation, metadata and the batch's name are those of the original in the result") func kept() throws {
        var network = try SmallNetwork()
        network.model.producerName = "pytorch"
        network.model.modelVersion = 7
        network.model.domain = "com.example"
        network.model.documentation = "made by us"
        network.model.metadata = [
            MetadataEntry(key: "names", value: "{0: 'cat', 1: 'dog'}"), MetadataEntry(key: "sample_rate", value: "16000"),
        ]
        network.model.graph.inputs[0].shape?[0] = .parameter("batch_size")
        network.model.graph.outputs[0].shape?[0] = .parameter("batch_size")
        let result = try network.run().model()
        #expect(result.producerName == "compress-model")
        #expect(result.modelVersion == 7)
        #expect(result.domain == "com.example")
        #expect(result.documentation == "made by us")
        #expect(result.metadata == network.model.metadata)
        #expect(result.graph.inputs == network.model.graph.inputs)
        #expect(result.graph.outputs == network.model.graph.outputs)
    }

    @Test("A network without a name for its batch gets one, and no other texts") func without() throws {
        var network = try SmallNetwork()
        network.model.graph.inputs[0].shape?[0] = .unknown
        network.quantize = "{rounds: 1, epochs: 1, levels: {max: 255}}"
        let run = try network.run()
        let result = try run.model()
        #expect(result.graph.inputs[0].shape?[0] == .parameter("N"))
        #expect(result.documentation.isEmpty && result.metadata.isEmpty && result.domain.isEmpty && result.modelVersion == 0)
        #expect(try run.cmdl()[4] == 2)
    }

    @Test("What the exporter says of nodes, tensors and values is left out") func ofParts() throws {
        var network = try SmallNetwork()
        network.model.graph.documentation = "secret"
        network.model.graph.nodes[0].documentation = "secret"
        network.model.graph.initializers[0].documentation = "secret"
        network.model.graph.inputs[0].documentation = "secret"
        #expect(try network.run().onnx().range(of: Data("secret".utf8)) == nil)
    }

    private func withDictionary(_ output: String) throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.metadata = [
            MetadataEntry(key: "rate", value: "16000"), MetadataEntry(key: "character", value: String(repeating: "a\n", count: 2049)),
            MetadataEntry(key: "short enough", value: String(repeating: "a", count: 4096)),
        ]
        network.size = "{target: 1 MB}"
        if !output.isEmpty { network.more = ["output: {metadata: \(output)}"] }
        return network
    }

    private static let remark = "metadata 'character' of 4098 bytes is left out; 'output: {metadata: all}' keeps it"

    @Test("Long metadata is left out unless the recipe wants it", arguments: [
        ("", ["rate", "short enough"]), ("short", ["rate", "short enough"]), ("all", ["rate", "character", "short enough"]), ("none", []),
    ])
    func longTexts(output: String, keys: [String]) throws {
        let network = try withDictionary(output)
        #expect(try network.run().model().metadata.map(\.key) == keys)
    }

    @Test("Check, run and report say what is left out, and nothing where nothing is") func saysWhatIsLeftOut() throws {
        let network = try withDictionary("")
        #expect(try network.check().hasSuffix("\n# \(Self.remark)"))
        let log = Log()
        _ = try Compression.run(recipe: network.write(), options: CompressionOptions(threads: 1)) { log.add($0) }
        #expect(log.lines.contains(Self.remark))
        #expect(try String(decoding: network.folder.data("compressed/net.report.json"), as: UTF8.self).contains(Self.remark))
        #expect(try !withDictionary("all").check().contains("metadata 'character'"))
        #expect(try !withDictionary("none").check().contains("metadata 'character'"))
    }

    // MARK: What is read otherwise

    @Test("Check says which shapes are written for one sample") func writtenForOneSample() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes[1] = NodeProto(name: "flat", operatorType: "Reshape", inputs: ["a", "one"], outputs: ["b"])
        network.model.graph.initializers.append(TensorProto(name: "one", dimensions: [2], int64s: [1, 64]))
        #expect(try network.check().hasSuffix("""
            # the file leaves the batch free, but the shapes in 'flat' fix it at 1; they are read as those of each sample
            """))
    }

    @Test("Check says that maps of a classifier become a tensor, and a run writes it") func maps() throws {
        var network = try SmallNetwork()
        var zip = NodeProto(name: "zip", operatorType: "ZipMap", inputs: ["c"], outputs: ["y"])
        zip.domain = "ai.onnx.ml"
        zip.attributes = [AttributeProto("classlabels_int64s", .ints([3, 5, 7, 9]))]
        network.model.graph.nodes[2].outputs = ["c"]
        network.model.graph.nodes.append(zip)
        network.model.graph.outputs[0].shape = nil
        #expect(try network.check().hasSuffix("""
            # output y is a sequence of maps, which node 'zip' (ZipMap) makes; the result gives the tensor of their numbers, with columns \
            for 3, 5, 7, 9
            """))
        #expect(try network.run().model().graph.outputs[0].shape == [.parameter("N"), .value(4)])
    }

    // MARK: Texts that count for nothing

    @Test("Stacks that an exporter left in nodes do not count for a ratio, and that is said") func stacks() throws {
        var network = try SmallNetwork()
        let before = network.model.encoded().count
        network.size = "{ratio: 2}"
        let plain = try network.check()
        #expect(plain.contains("# 768 parameters in \(before) bytes; target \(before / 2) bytes"))
        for index in network.model.graph.nodes.indices {
            network.model.graph.nodes[index].documentation = String(repeating: "a.py, line 1\n", count: 100)
        }
        let (file, texts) = (network.model.encoded().count, network.model.annotationByteCount)
        #expect(texts > 3 * 1300)
        let text = try network.check()
        #expect(text.contains("# 768 parameters in \(file - texts) bytes; target \((file - texts) / 2) bytes"))
        #expect(
            text.hasSuffix(
                "\n# the file has \(file) bytes; \(texts) are texts that an exporter left in its nodes and do not count"))
    }

    @Test("Texts of less than a hundredth of the file count as the rest") func fewTexts() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes[0].documentation = "a.py, line 1"
        #expect(try network.check().contains("# 768 parameters in \(network.model.encoded().count) bytes"))
        #expect(try !network.check().contains("texts that an exporter left"))
    }

    // MARK: Inputs that nothing reads

    private func withUnread() throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.inputs.insert(ValueInfoProto(name: "training", elementType: .bool, shape: []), at: 0)
        network.model.graph.inputs.append(ValueInfoProto(name: "mask", elementType: .int64, shape: [.parameter("N"), .parameter("L")]))
        network.model.graph.nodes.append(NodeProto(operatorType: "Neg", inputs: ["mask"], outputs: ["lost"]))
        return network
    }

    @Test("The data have nothing for an input that nothing reads, and the result has it still") func unreadInputs() throws {
        let network = try withUnread()
        let plan = try network.check()
        for name in ["training", "mask"] {
            #expect(plan.contains("\n# input \(name) is read by nothing, and the data have nothing for it"))
        }
        let run = try network.run()
        #expect(run.report.status == .met)
        #expect(try run.model().graph.inputs == network.model.graph.inputs)
        #expect(
            try Compression.evaluate(model: run.onnxPath, recipe: run.recipe, split: "validation", threads: 1)
                == Compression.evaluate(model: run.cmdlPath, recipe: run.recipe, split: "validation", threads: 1)
                .replacingOccurrences(of: "\(try run.cmdl().count) bytes", with: "\(try run.onnx().count) bytes"))
    }

    @Test("Data for an input that nothing reads are no error") func dataForUnread() throws {
        let folder = try TemporaryFolder()
        var model = try ModelProto(contentsOf: Digits.model)
        let input = model.graph.inputs[0].name
        model.graph.inputs.append(ValueInfoProto(name: "training", elementType: .bool, shape: []))
        try model.write(to: folder.url.appendingPathComponent("m.onnx"))
        let source = "npz: {file: \(Digits.data.path), inputs: {\(input): train_x, training: train_y}, labels: train_y}"
        let recipe = TestRecipe(
            model: "m.onnx", train: "{\(source), take: first 1057}", validation: "{\(source), take: last 200}", test: nil)
        let plan = try Compression.check(recipe: folder.write("net.yaml", Data(recipe.text.utf8)))
        #expect(plan.contains("# 1057 samples to train, 200 to validate"))
    }
}

/// Lines that a run gives out.
private final class Log: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [String] = []

    func add(_ line: String) { lock.withLock { all.append(line) } }

    var lines: [String] { lock.withLock { all } }
}
