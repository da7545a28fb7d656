import CompressedModel
import Foundation
import ModelCompression
import ONNX
import Testing

extension Computing {
    @Suite("Expand, inspect and evaluate") struct Commands {
        let run: FinishedRun
        let folder: TemporaryFolder

        init() throws {
            run = try Computing.usual.get()
            folder = try TemporaryFolder()
        }

        @Test("The .cmdl file expands to the bytes of the .onnx file") func expand() throws {
            try Compression.expand(file: run.cmdlPath, output: folder.path("out.onnx"))
            #expect(try folder.data("out.onnx") == run.onnx())
            #expect(folder.names == ["out.onnx"])
        }

        @Test("A .cmdl file is shown with the bits of every tensor") func inspectCompressed() throws {
            let lines = try Compression.inspect(file: run.cmdlPath).split(separator: "\n")
            #expect(lines[0] == "\(run.json.result.bytes) bytes")
            #expect(lines[1].hasPrefix("section"))
            let tensors = try run.network().model.graph.initializers
            #expect(lines.dropFirst(4).map { $0.prefix { $0 != " " } } == tensors.map { $0.name[...] })
            #expect(lines.filter { $0.contains(" codebook ") }.count == 4)
            #expect(lines.filter { $0.contains(" uniform ") }.count == 4)
        }

        @Test("An .onnx file is shown with its nodes and tensors") func inspectModel() throws {
            let text = try Compression.inspect(file: Digits.model.path)
            #expect(text.hasPrefix("opset ai.onnx 17\nnode "))
            for word in ["/conv1/Conv", "MaxPool", "Gemm", "conv2.weight", "32×16×3×3", "18432"] {
                #expect(text.contains(word))
            }
        }

        static let damages: [(change: @Sendable (inout Data) -> Void, text: String)] = [
            ({ $0 = Data() }, "the file ends after 0 bytes, within the header"),
            ({ $0 = $0.prefix(3) }, "the file ends after 3 bytes, within the header"),
            ({ $0 = $0.prefix(8) }, "the file ends after 8 bytes, within the header"),
            ({ $0 = $0.prefix(9) }, "the file is damaged: its checksum is "),
            ({ $0.removeLast() }, "the file is damaged: its checksum is "),
            ({ $0.append(1) }, "the file is damaged: its checksum is "),
            ({ $0[0] = 0x50 }, "not a .cmdl file: it does not begin with 'CMDL'"),
            ({ $0[4] = 9 }, "version 9 of the .cmdl format is not supported; versions 2 to 6 are"),
            ({ $0[6] ^= 1 }, "the file is damaged: its checksum is "),
            ({ $0[$0.count / 2] ^= 16 }, "the file is damaged: its checksum is "),
            ({ $0 = (try? Data(contentsOf: Digits.model)) ?? $0 }, "not a .cmdl file: it does not begin with 'CMDL'"),
        ]

        @Test("A damaged .cmdl file", arguments: damages.indices) func damaged(index: Int) throws {
            var bytes = try run.cmdl()
            Self.damages[index].change(&bytes)
            let file = try folder.write("damaged.cmdl", Data(bytes))
            let messages = [
                failure { try Compression.expand(file: file, output: folder.path("out.onnx")) },
                failure { _ = try Compression.inspect(file: file) },
                failure { _ = try Compression.evaluate(model: file, recipe: run.recipe, split: "test", threads: 1) },
            ]
            for message in messages {
                #expect(message?.description.hasPrefix("error: '\(file)': \(Self.damages[index].text)") == true)
            }
            #expect(folder.names == ["damaged.cmdl"])
        }

        @Test("Expanding says which of the two files is at fault") func expandFaults() {
            let output = failure { try Compression.expand(file: run.cmdlPath, output: folder.path("no/out.onnx")) }
            #expect(
                output?.description == "error: '\(folder.path("no/out.onnx"))' cannot be written: No such file or directory")
            let input = failure { try Compression.expand(file: run.onnxPath, output: folder.path("out.onnx")) }
            #expect(
                input?.description == "error: '\(run.onnxPath)': not a .cmdl file: it does not begin with 'CMDL'")
        }

        @Test("Only networks of the recipe's shapes and splits of the recipe are measured") func evaluateFaults() throws {
            let model = Digits.model.deletingLastPathComponent().appendingPathComponent("lenet-5-mnist.onnx").path
            let other = failure { _ = try Compression.evaluate(model: model, recipe: run.recipe, split: "test", threads: 1) }
            #expect(
                other?.description == """
                    error: '\(model)': its interface is [1, 28, 28] → [10], but that of the recipe's network is \
                    [1, 8, 8] → [10]
                    """)
            let split = failure { _ = try Compression.evaluate(model: model, recipe: run.recipe, split: "train", threads: 1) }
            #expect(split?.description == "error: unknown split 'train' (allowed: validation, test)")
            let path = try folder.write("net.yaml", Data(TestRecipe(test: nil).text.utf8))
            let none = failure { _ = try Compression.evaluate(model: model, recipe: path, split: "test", threads: 1) }
            #expect(none?.description == "error: the recipe has no test split")
        }
    }
}

@Suite("Check") struct Check {
    @Test("Check shows the whole recipe, the sizes and what would be done to each layer") func plan() throws {
        let folder = try TemporaryFolder()
        let rules = "rules: [{match: {name: fc1}, prune: {max_ratio: 0.5}, quantize: none}]"
        let path = try folder.write("net.yaml", Data(TestRecipe(more: [rules]).text.utf8))
        let text = try Compression.check(recipe: path)
        for line in [
            "    take: last 200", "    max_drop: 0.1", "  contribution: fisher", "  schedule: cosine", "seed: 1",
            "# 13706 parameters in 56269 bytes; target 3126 bytes",
            "# 1057 samples to train, 200 to validate, 540 to test",
            "# conv1      Conv   16×1×3×3  16 removable  up to 0.999  up to 16 levels",
            "# fc1        Gemm     64×128  64 removable    up to 0.5             none",
            "# units of fc2 are protected: its units are the network's output",
        ] { #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)") }
        #expect(folder.names == ["net.yaml"])
    }

    @Test("Check says what a run without labels does") func planWithoutLabels() throws {
        let folder = try TemporaryFolder()
        var recipe = Computing.PostTraining.demanding
        recipe.more.append("rules: [{match: {name: conv1}, quantize: {levels: 15}}]")
        let text = try Compression.check(recipe: try folder.write("net.yaml", Data(recipe.text.utf8)))
        for line in [
            "# conv1      Conv   16×1×3×3  16 removable  up to 0.999          up to 15 levels",
            "# conv2      Conv  32×16×3×3  32 removable  up to 0.999  levels as the size asks",
            "# the network is quantized as it is, by what errors of its weights do on 1024 samples;",
            "# where that is not enough, its levels are trained for at most 3 rounds of 10 epochs,",
        ] { #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)") }
    }

    @Test("A layer's group is explained node by node") func explanation() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("net.yaml", Data(TestRecipe().text.utf8))
        #expect(
            try Compression.explain(layer: "conv2", recipe: path) == """
                32 units of conv2:
                  Conv '/conv2/Conv' makes them: conv2.weight on axis 0, conv2.bias
                  Relu '/Relu_1' passes them on
                  MaxPool '/MaxPool_1' passes them on
                  Flatten '/Flatten' passes them on
                  Gemm '/fc1/Gemm' reads them: fc1.weight on axis 1 (4 for each)
                """)
        #expect(
            try Compression.explain(layer: "fc2", recipe: path) == "units of fc2 are protected: its units are the network's output")
        let unknown = failure { _ = try Compression.explain(layer: "fc3", recipe: path) }
        #expect(unknown?.description == "error: the network has no layer 'fc3'; it has conv1, conv2, fc1, fc2")
    }

    @Test("All layers are explained, those that go together once") func explanations() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("net.yaml", Data(TestRecipe().text.utf8))
        let text = try Compression.explainLayers(recipe: path)
        let names = ["conv1", "conv2", "fc1", "fc2"]
        #expect(try text == names.map { try Compression.explain(layer: $0, recipe: path) }.joined(separator: "\n"))
    }

    @Test("The options that explain layers stand before or behind the recipe") func explainingOptions() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("net.yaml", Data(TestRecipe().text.utf8))
        for arguments in [["--explain", "fc1", path], [path, "--explain", "fc1"]] {
            let explained = try Tool.run(["check"] + arguments)
            #expect(try explained == (0, Compression.explain(layer: "fc1", recipe: path) + "\n"))
        }
        for arguments in [["--explain-all", path], [path, "--explain-all"]] {
            let explained = try Tool.run(["check"] + arguments)
            #expect(try explained == (0, Compression.explainLayers(recipe: path) + "\n"))
        }
        #expect(try Tool.run(["check", path, "--explain-all", "--explain", "fc1"]).status == 1)
    }

    @Test("What measures the units of a group together is told") func explanationOfNormalization() throws {
        var model = try ModelProto(contentsOf: Digits.model)
        let last = model.graph.nodes.count - 1
        let ones = TensorProto(name: "ones", dimensions: [64], floats: [Float](repeating: 1, count: 64))
        model.graph.initializers.append(ones)
        let normalization = NodeProto(
            name: "norm", operatorType: "LayerNormalization", inputs: [model.graph.nodes[last].inputs[0], "ones"], outputs: ["normed"])
        model.graph.nodes[last].inputs[0] = "normed"
        model.graph.nodes.insert(normalization, at: last)
        model.opsetImports = [OperatorSetID(version: 17)]
        let folder = try TemporaryFolder()
        try model.write(to: folder.url.appendingPathComponent("normed.onnx"))
        let path = try folder.write("net.yaml", Data(TestRecipe().with { $0.model = "normed.onnx" }.text.utf8))
        #expect(
            try Compression.explain(layer: "fc1", recipe: path) == """
                64 units of fc1:
                  Gemm '/fc1/Gemm' makes them: fc1.weight on axis 0, fc1.bias
                  Relu '/Relu_2' passes them on
                  LayerNormalization 'norm' passes them on: ones, measures them together, so that removal changes what it gives for the \
                others
                  Gemm '/fc2/Gemm' reads them: fc2.weight on axis 1
                """)
    }

    @Test("What check shows is a recipe that does the same") func resolved() throws {
        let folder = try TemporaryFolder()
        let first = try Compression.check(recipe: folder.write("net.yaml", Data(TestRecipe().text.utf8)))
        let second = try Compression.check(recipe: folder.write("resolved.yaml", Data(first.utf8)))
        #expect(first == second)
    }
}

@Suite("Output directories") struct OutputDirectories {
    private func run(_ folder: TemporaryFolder, _ recipe: TestRecipe, to directory: String? = nil) throws -> String? {
        let path = try folder.write("net.yaml", Data(recipe.text.utf8))
        let options = CompressionOptions(outputDirectory: directory)
        return failure { _ = try Compression.run(recipe: path, options: options) { _ in } }?.description
    }

    @Test("A run never replaces its own network") func ownNetwork() throws {
        let folder = try TemporaryFolder()
        try folder.write("net.onnx", Data(contentsOf: Digits.model))
        let message = try run(folder, TestRecipe(model: "net.onnx", more: ["output: {directory: .}"]))
        #expect(message?.hasSuffix("net.onnx' would replace the recipe's network; name another output directory") == true)
        #expect(try folder.data("net.onnx") == Data(contentsOf: Digits.model))
    }

    @Test("A file in the way of a directory, and a directory in the way of a file") func inTheWay() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", Data())
        #expect(
            try run(folder, TestRecipe(), to: folder.path("file"))
                == "error: the output directory '\(folder.path("file"))' cannot be made: File exists")
        try folder.write("out/net.cmdl/x", Data())
        #expect(
            try run(folder, TestRecipe(), to: folder.path("out"))
                == "error: the output '\(folder.path("out/net.cmdl"))' is a directory")
    }
}
