import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("What cannot end well is refused before it starts") struct HostileRunTests {
    /// A network of a few hundred bytes whose values in between are huge.
    private func network(repeats: Int64) throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.nodes = [
            NodeProto(name: "first", operatorType: "MatMul", inputs: ["x", "w0"], outputs: ["a"]),
            NodeProto(name: "repeat", operatorType: "Tile", inputs: ["a", "repeats"], outputs: ["b"]),
            NodeProto(name: "mean", operatorType: "ReduceMean", inputs: ["b"], outputs: ["y"], attributes: [AttributeProto("axes", .ints([1]))]),
        ]
        network.model.graph.initializers[1] = TensorProto(name: "repeats", dimensions: [2], int64s: [1, Int(repeats)])
        network.model.graph.outputs = [ValueInfoProto(name: "y", shape: [.parameter("N"), .value(1)])]
        network.evaluation = "{metric: cosine}"
        return network
    }

    @Test("A run that takes more memory than there is", arguments: [1 << 24, 1 << 25] as [Int64]) func memory(repeats: Int64) throws {
        let network = try network(repeats: repeats)
        let recipe = try network.write()
        let message = failure { _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in } }?.description
        #expect(message?.hasPrefix("error: a run takes about ") == true, "\(message ?? "none")")
        #expect(message?.contains("the largest of the network's values is 'b' with \(64 * repeats) elements for a sample") == true)
        #expect(!network.folder.names.contains("compressed"))
    }

    @Test("A run that takes more memory than it may") func allowedMemory() throws {
        let network = try SmallNetwork()
        let recipe = try network.write()
        let message = failure {
            _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1, memory: 1_000_000)) { _ in }
        }?.description
        #expect(message?.contains(", and --memory allows 1.0 MB; ") == true)
        #expect(try Compression.check(recipe: recipe).contains("\n# a run takes about "))
    }

    @Test("Samples that splits share are told of") func sharedSamples() throws {
        var network = try SmallNetwork()
        network.validationTake = "first 32"
        network.testTake = "last 40"
        let text = try network.check()
        #expect(text.contains("32 of the 32 samples of the validation split are in the training split too (the first: sample 0 of "))
        #expect(text.contains("8 of the 40 samples of the test split are in the training split too (the first: sample 56 of "))
        #expect(!text.contains("of the test split are in the validation split"))
    }

    @Test("With shared samples nothing can be promised") func confidence() throws {
        let folder = try TemporaryFolder()
        let recipe = TestRecipe(
            train: Digits.source("train"), validation: Digits.source("train", take: "last 200"),
            accuracy: "{max_drop: 0.1, split: test, confidence: 0.9}")
        let path = try folder.write("net.yaml", Data(recipe.text.utf8))
        let message = failure { _ = try Compression.check(recipe: path) }?.description
        #expect(message?.contains("200 of the 200 samples of the validation split are in the training split too") == true)
        #expect(message?.contains(", so that nothing can be promised\n") == true)
    }

    @Test("Numbers of options that make no sense", arguments: [
        ["--threads", "4294967296"], ["--threads", "0"], ["--checkpoint-interval", "inf"], ["--checkpoint-interval", "1e30"],
        ["--checkpoint-interval", "nan"], ["--checkpoint-interval=-1"], ["--memory", "0"], ["--memory", "1e30GB"], ["--memory", "much"],
        ["--seed", "-1"],
    ])
    func options(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let (status, text) = try Tool.run([folder.path("net.yaml")] + arguments)
        #expect(status == 1)
        #expect(text.contains(arguments[0].prefix { $0 != "=" }))
    }

    @Test("What a file calls its parts drives no terminal") func names() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes[0].name = "a\u{1B}[2J\nerror: all is lost"
        _ = try network.write()
        let (status, text) = try Tool.run(["inspect", network.folder.path("model.onnx")])
        #expect(status == 0)
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("\nerror"))
        #expect(text.contains("a\u{FFFD}[2J\u{FFFD}error: all is lost"))
    }

    @Test("The file that is expanded is not written over") func expand() throws {
        let folder = try TemporaryFolder()
        let network = try SmallNetwork()
        let run = try network.run()
        let cmdl = try run.cmdl()
        try folder.write("a.cmdl", cmdl)
        #expect(symlink("a.cmdl", folder.path("b.onnx")) == 0)
        let message = failure { try Compression.expand(file: folder.path("a.cmdl"), output: folder.path("b.onnx")) }?.description
        #expect(message?.contains("would replace the file that is expanded") == true)
        #expect(try folder.data("a.cmdl") == cmdl)
    }

    @Test("The process's rounding mode changes nothing") func roundingMode() throws {
        let usual = try SmallNetwork().run()
        let other = try SmallNetwork()
        let recipe = try other.write()
        fesetround(FE_UPWARD)
        defer { fesetround(FE_TONEAREST) }
        _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }
        #expect(fegetround() == FE_UPWARD)
        #expect(try other.folder.data("compressed/net.cmdl") == usual.cmdl())
        #expect(try other.folder.data("compressed/net.onnx") == usual.onnx())
    }

    @Test("Tensors in other files are part of the network's digest, however small they are") func tensorsElsewhere() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes[2].outputs = ["s"]
        network.model.graph.nodes.append(NodeProto(name: "shift", operatorType: "Add", inputs: ["s", "shift.b"], outputs: ["y"]))
        network.model.graph.initializers.insert(TensorProto(name: "shift.b", dimensions: [4], floats: [1, 2, 3, 4]), at: 0)
        let recipe = try network.write()
        let values = network.model.graph.initializers[0].content
        try network.folder.write("b.bin", values)
        try network.folder.write("model.onnx", network.model.encoded(firstTensorIn: "b.bin"))
        _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }
        #expect(try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }.status == .unchanged)
        var changed = values
        changed[changed.startIndex + 3] ^= 0x80
        try network.folder.write("b.bin", changed)
        #expect(try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }.status == .met)
    }
}
