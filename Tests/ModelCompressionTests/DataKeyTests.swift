import Foundation
import ModelCompression
import ONNX
import Testing

extension Computing {
    @Suite("Sources of data, splits and normalization") struct DataKeys {
        /// The training digits in another format give the bytes that the .npz file gives.
        private func expectUsual(_ folder: TemporaryFolder, _ source: String) throws {
            let recipe = TestRecipe(
                train: "{\(source), take: first 1057}", validation: "{\(source), take: last 200}")
            #expect(try recipe.run(in: folder).cmdl() == Computing.usual.get().cmdl())
        }

        @Test("A table") func csv() throws {
            let folder = try TemporaryFolder()
            let digits = try Digits.training()
            var text = (["digit"] + (0..<64).map { "p\($0)" }).joined(separator: ",") + "\n"
            for sample in 0..<digits.count {
                let row = [digits.labels[sample]] + digits.pixels[sample * 64..<(sample + 1) * 64]
                text += row.map { "\($0)" }.joined(separator: ",") + "\n"
            }
            try folder.write("digits.csv", Data(text.utf8))
            try expectUsual(folder, "csv: {file: digits.csv, label: digit, header: true}")
        }

        @Test("Arrays") func npy() throws {
            let folder = try TemporaryFolder()
            let digits = try Digits.training()
            try folder.write("x.npy", arrayFile([digits.count, 1, 8, 8], digits.pixels))
            try folder.write("y.npy", arrayFile([digits.count], digits.labels))
            try expectUsual(folder, "npy: {inputs: x.npy, labels: y.npy}")
        }

        @Test("Files as MNIST has them") func idx() throws {
            let folder = try TemporaryFolder()
            let digits = try Digits.training()
            try folder.write("x.idx", idx([digits.count, 8, 8], digits.pixels))
            try folder.write("y.idx", idx([digits.count], digits.labels))
            try expectUsual(folder, "idx: {inputs: x.idx, labels: y.idx}")
        }

        @Test("A range takes what first and last take") func ranges() throws {
            let recipe = TestRecipe(
                train: Digits.source("train", take: "range 0 1057"),
                validation: Digits.source("train", take: "range 1057 1257"))
            #expect(try recipe.run().cmdl() == Computing.usual.get().cmdl())
        }

        @Test("Dividing by a deviation of 16 is multiplying by a scale of 1/16") func deviation() throws {
            let recipe = TestRecipe(normalize: "{mean: [0], std: [16]}")
            #expect(try recipe.run().cmdl() == Computing.usual.get().cmdl())
        }

        @Test("A mean is subtracted") func mean() throws {
            let recipe = TestRecipe(normalize: "{scale: 0.0625, mean: [0.25]}", accuracy: "{floor: 0}")
            #expect(try recipe.run().json.baseline.validation < 1)
        }

        @Test("agreement asks for no labels") func agreement() throws {
            let run = try unlabelled("{floor: 0.9}", "agreement").run()
            #expect(run.report.status == .met)
            #expect(run.json.baseline.validation == 1)
            #expect(run.json.result.test == nil)
        }

        @Test("A network that only learns from itself is not retrained before it is quantized") func nothingToLearn() throws {
            func run(_ epochs: Int) throws -> FinishedRun {
                try unlabelled("{floor: 0.9}", "agreement").with {
                    $0.prune = "{epochs: 0}"
                    $0.retrain = "{epochs: \(epochs)}"
                }.run()
            }
            let run = try (retrained: run(2), not: run(0))
            #expect(try run.retrained.cmdl() == run.not.cmdl())
        }

        @Test("cosine compares directions with the original network's outputs") func cosine() throws {
            let run = try unlabelled("{floor: 0.98}", "cosine").with { $0.size = "{ratio: 5}" }.run()
            #expect(run.report.status == .met)
            #expect(run.json.baseline.validation == 1)
            #expect(run.json.result.validation >= 0.98 && run.json.result.validation < 1)
        }

        @Test("mse without labels compares with the original network's outputs") func squaredError() throws {
            let run = try unlabelled("{ceiling: 4}", "mse").with { $0.size = "{ratio: 5}" }.run()
            #expect(run.report.status == .met)
            #expect(run.json.baseline.validation == 0)
            #expect(run.json.result.validation > 0 && run.json.result.validation <= 4)
        }

        @Test("mse with labels compares with numbers") func regression() throws {
            let folder = try TemporaryFolder()
            let digits = try Digits.training()
            let wanted = digits.labels.flatMap { label in (0..<10).map { $0 == Int(label) ? UInt8(20) : 0 } }
            try folder.write("x.npy", arrayFile([digits.count, 8, 8], digits.pixels))
            try folder.write("y.npy", arrayFile([digits.count, 10], wanted))
            let source = "npy: {inputs: x.npy, labels: y.npy}"
            let recipe = TestRecipe(
                train: "{\(source), take: first 1057}", validation: "{\(source), take: last 200}", test: nil,
                accuracy: "{ceiling: 1000}", more: ["evaluation: {metric: mse}"])
            let run = try recipe.run(in: folder)
            #expect(run.report.status == .met)
            // Training towards these numbers comes nearer to them than the original network is.
            #expect(run.json.stages.contains { $0.validation < 0.75 * run.json.baseline.validation })
        }

        /// The digits' network behind (a + b) / 32, which for two equal inputs is what the recipes' normalization gives it.
        private func twoInputs() throws -> ModelProto {
            var model = try ModelProto(contentsOf: Digits.model)
            let input = model.graph.inputs[0]
            model.graph.inputs = ["a", "b"].map { name in
                var copy = input
                copy.name = name
                return copy
            }
            model.graph.initializers.append(TensorProto(name: "scale", dimensions: [], floats: [1.0 / 32]))
            model.graph.nodes.insert(
                contentsOf: [
                    NodeProto(name: "sum", operatorType: "Add", inputs: ["a", "b"], outputs: ["sum_of_both"]),
                    NodeProto(name: "scaled", operatorType: "Mul", inputs: ["sum_of_both", "scale"], outputs: [input.name]),
                ], at: 0)
            return model
        }

        private func twoInputRecipe(_ folder: TemporaryFolder, _ inputs: String) throws -> TestRecipe {
            try twoInputs().write(to: folder.url.appendingPathComponent("two.onnx"))
            func source(_ part: String) -> String {
                "npz: {file: \(Digits.data.path), inputs: \(inputs.replacingOccurrences(of: "_x", with: part + "_x")), labels: \(part)_y}"
            }
            return TestRecipe(
                model: "two.onnx", train: "{\(source("train")), take: first 1057}",
                validation: "{\(source("train")), take: last 200}", test: "{\(source("test"))}", normalize: "{}")
        }

        @Test("A network with two inputs has an array for each") func severalInputs() throws {
            let folder = try TemporaryFolder()
            let run = try twoInputRecipe(folder, "{b: _x, a: _x}").run(in: folder)
            #expect(run.report.status == .met)
            let usual = try Computing.usual.get().json
            #expect(run.json.baseline.validation == usual.baseline.validation && run.json.baseline.test == usual.baseline.test)
            let shipped = try ModelProto(contentsOf: folder.url.appendingPathComponent("compressed/net.onnx"))
            #expect(shipped.graph.inputs.map(\.name) == ["a", "b"])
        }

        @Test("An input that never varies is a constant of the result") func constants() throws {
            let folder = try TemporaryFolder()
            var recipe = try twoInputRecipe(folder, "{a: _x, b: _x}")
            var model = try twoInputs()
            model.graph.initializers.removeAll { $0.name == "scale" }
            model.graph.inputs.append(ValueInfoProto(name: "scale", shape: []))
            try model.write(to: folder.url.appendingPathComponent("three.onnx"))
            recipe.model = "{file: three.onnx, constants: {scale: 0.03125}}"
            let run = try recipe.run(in: folder)
            #expect(run.report.status == .met)
            #expect(run.json.baseline.validation == (try Computing.usual.get().json.baseline.validation))
            let shipped = try ModelProto(contentsOf: folder.url.appendingPathComponent("compressed/net.onnx"))
            #expect(shipped.graph.inputs.map(\.name) == ["a", "b"])
            recipe.model = "{file: three.onnx, constants: {scales: 1}}"
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let message = failure { _ = try Compression.check(recipe: path) }?.description
            #expect(message?.contains("it has no input 'scales' that could be constant (inputs: a, b, scale)") == true)
        }

        @Test("Of several outputs the one that the recipe names is measured and learnt from") func severalOutputs() throws {
            let folder = try TemporaryFolder()
            var model = try ModelProto(contentsOf: Digits.model)
            let classes = model.graph.outputs[0].name
            model.graph.nodes.append(NodeProto(name: "bend", operatorType: "Tanh", inputs: [classes], outputs: ["bent"]))
            model.graph.outputs.insert(ValueInfoProto(name: "bent", shape: [.parameter("N"), .value(10)]), at: 0)
            try model.write(to: folder.url.appendingPathComponent("both.onnx"))
            var recipe = TestRecipe(model: "both.onnx", more: ["evaluation: {output: \(classes)}"])
            let run = try recipe.run(in: folder)
            #expect(run.report.status == .met)
            #expect(run.json.stages.map(\.validation) == (try Computing.usual.get().json.stages.map(\.validation)))
            let shipped = try ModelProto(contentsOf: folder.url.appendingPathComponent("compressed/net.onnx"))
            #expect(shipped.graph.outputs.map(\.name) == ["bent", classes])
            recipe.more = ["evaluation: {output: bend}"]
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let message = failure { _ = try Compression.check(recipe: path) }?.description
            #expect(message?.contains("net.yaml:14:22: error: the network has no output 'bend' (outputs: bent, \(classes))") == true)
        }

        /// Without labels; the second output is that of a layer of its own.
        private func twoOutputRecipe(_ folder: TemporaryFolder, _ evaluation: String) throws -> (recipe: TestRecipe, outputs: [String]) {
            var model = try ModelProto(contentsOf: Digits.model)
            let features = try #require(model.graph.nodes.last { $0.operatorType == "Flatten" }).outputs[0]
            let width = try #require(model.graph.initializers.first { $0.name == "fc1.weight" }).dimensions[1]
            let weights = (0..<6 * width).map { Float($0 * 37 % 101) / 500 - 0.1 }
            model.graph.initializers.append(TensorProto(name: "side.weight", dimensions: [6, width], floats: weights))
            model.graph.nodes.append(
                NodeProto(
                    name: "side", operatorType: "Gemm", inputs: [features, "side.weight"], outputs: ["side"],
                    attributes: [AttributeProto("transB", .int(1))]))
            model.graph.outputs.append(ValueInfoProto(name: "side", shape: nil))
            try model.write(to: folder.url.appendingPathComponent("both.onnx"))
            let outputs = model.graph.outputs.map(\.name)
            let recipe = try unlabelled("{floor: 0.9}", "cosine").with {
                $0.model = "both.onnx"
                $0.size = "{ratio: 14}"
                $0.quantize = "{rounds: 2, epochs: 10, levels: {max: 16}}"
                $0.more = ["evaluation: {metric: cosine, output: \(evaluation)}"]
            }
            return (recipe, outputs)
        }

        @Test("Several outputs that the recipe names are measured and learnt from together") func outputsTogether() throws {
            let (one, both) = (try TemporaryFolder(), try TemporaryFolder())
            let outputs = try twoOutputRecipe(one, "").outputs
            let alone = try twoOutputRecipe(one, outputs[0]).recipe.run(in: one)
            let recipe = try twoOutputRecipe(both, "[\(outputs[0]), \(outputs[1])]").recipe
            let together = try recipe.run(in: both)
            #expect(alone.report.status == .met && together.report.status == .met)
            let path = both.path("net.yaml")
            func cosine(_ folder: TemporaryFolder) throws -> Double {
                let text = try Compression.evaluate(
                    model: folder.path("compressed/net.cmdl"), recipe: path, split: "validation", threads: 1)
                return try #require(Double(text.split(separator: " ")[1]))
            }
            #expect(try cosine(both) == together.json.result.validation)
            let (worse, better) = (try cosine(one), try cosine(both))
            #expect(worse < better - 0.01, "\(worse) and \(better)")
        }

        @Test("Outputs that nothing keeps are told of") func unmeasured() throws {
            let folder = try TemporaryFolder()
            let outputs = try twoOutputRecipe(folder, "").outputs
            let recipe = try twoOutputRecipe(folder, outputs[1]).recipe
            let plan = try Compression.check(recipe: try folder.write("net.yaml", Data(recipe.text.utf8)))
            #expect(plan.contains("# output \(outputs[0]) is not measured"))
            #expect(!plan.contains("# output \(outputs[1])"))
        }

        @Test("Several outputs have no labels, and are numbers of their own") func severalOutputsThatDoNotFit() throws {
            let folder = try TemporaryFolder()
            var model = try ModelProto(contentsOf: Digits.model)
            let classes = model.graph.outputs[0].name
            model.graph.nodes.append(NodeProto(name: "soft", operatorType: "Softmax", inputs: [classes], outputs: ["soft"]))
            model.graph.outputs.append(ValueInfoProto(name: "soft", shape: [.parameter("N"), .value(10)]))
            try model.write(to: folder.url.appendingPathComponent("both.onnx"))
            let recipe = TestRecipe(
                model: "both.onnx", accuracy: "{floor: 0.9}",
                more: ["evaluation: {metric: agreement, output: [\(classes), soft]}"])
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let message = failure { _ = try Compression.check(recipe: path) }?.description ?? ""
            #expect(message.contains("the outputs '\(classes)' and 'soft' are forms of the same numbers: one of them is enough"))
            #expect(message.contains("and the samples have labels of one"))
        }

        @Test("Axes that the file leaves open are as long as the samples'") func openAxes() throws {
            let folder = try TemporaryFolder()
            var model = try ModelProto(contentsOf: Digits.model)
            model.graph.inputs[0].shape = [.parameter("N"), .value(1), .parameter("H"), .parameter("W")]
            try model.write(to: folder.url.appendingPathComponent("open.onnx"))
            let source = "npy: {inputs: x.npy, labels: y.npy}"
            let digits = try Digits.training()
            try folder.write("x.npy", arrayFile([digits.count, 1, 8, 8], digits.pixels))
            try folder.write("y.npy", arrayFile([digits.count], digits.labels))
            let recipe = TestRecipe(
                model: "open.onnx", train: "{\(source), take: first 1057}", validation: "{\(source), take: last 200}")
            #expect(try recipe.run(in: folder).cmdl() == Computing.usual.get().cmdl())
        }

        @Test("The only open axis is no batch where the samples have a length for it") func openAxisOfASample() throws {
            let folder = try TemporaryFolder()
            var model = try ModelProto(contentsOf: Digits.model)
            model.graph.inputs[0].shape = [.value(1), .value(1), .value(8), .parameter("W")]
            try model.write(to: folder.url.appendingPathComponent("open.onnx"))
            let source = "npy: {inputs: x.npy, labels: y.npy}"
            let digits = try Digits.training()
            try folder.write("x.npy", arrayFile([digits.count, 1, 8, 8], digits.pixels))
            try folder.write("y.npy", arrayFile([digits.count], digits.labels))
            let recipe = TestRecipe(
                model: "open.onnx", train: "{\(source), take: first 1057}", validation: "{\(source), take: last 200}", test: nil)
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            #expect(throws: Never.self) { _ = try Compression.check(recipe: path) }
        }

        @Test("Arrays that do not fit the network's inputs are refused", arguments: [
            ("_x", "the network has the inputs a, b: an 'npz' source names an array for each"),
            ("{a: _x, c: _x}", "the network has no input 'c' (inputs: a, b)"),
            ("{a: _x}", "the network's input 'b' has no array"),
        ]) func inputsThatDoNotFit(inputs: String, words: String) throws {
            let folder = try TemporaryFolder()
            let recipe = try twoInputRecipe(folder, inputs)
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let message = failure { _ = try Compression.check(recipe: path) }?.description ?? ""
            #expect(message.contains(words), "\(message)")
        }

        @Test("Normalization is for one input") func normalizationOfSeveral() throws {
            let folder = try TemporaryFolder()
            let recipe = try twoInputRecipe(folder, "{a: _x, b: _x}").with { $0.normalize = "{scale: 0.5}" }
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let message = failure { _ = try Compression.check(recipe: path) }?.description
            #expect(message?.contains("'normalize' is for networks with one input") == true)
        }

        private func unlabelled(_ accuracy: String, _ metric: String) -> TestRecipe {
            let source = "npz: {file: \(Digits.data.path), inputs: train_x}"
            return TestRecipe(
                train: "{\(source), take: first 1057}", validation: "{\(source), take: last 200}", test: nil,
                accuracy: accuracy, more: ["evaluation: {metric: \(metric)}"])
        }

        private func idx(_ shape: [Int], _ bytes: [UInt8]) -> Data {
            let extents = shape.flatMap { extent in (0..<4).map { UInt8(extent >> (24 - 8 * $0) & 255) } }
            return Data([0, 0, 8, UInt8(shape.count)] + extents + bytes)
        }
    }
}
