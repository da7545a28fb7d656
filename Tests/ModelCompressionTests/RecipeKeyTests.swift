import Foundation
import ModelCompression
import ONNX
import Testing

extension Computing {
    @Suite("What the other keys of a recipe do") struct RecipeKeys {
        static let retrainings = [
            "{epochs: 2, optimizer: {sgd: {learning_rate: 0.02, momentum: 0.9}}}",
            "{epochs: 2, optimizer: {adam: {learning_rate: 0.001}}}",
            "{epochs: 2, schedule: constant}",
            "{epochs: 2, distill: 0.3}",
            "{epochs: 2, distill: {weight: 0.5, temperature: 4}}",
            "{epochs: 2, batch: 64}",
            "{epochs: 5}",
        ]

        @Test("Every key of retraining has its effect", arguments: retrainings) func retraining(keys: String) throws {
            let run = try TestRecipe(retrain: keys).run()
            #expect(run.report.status == .met)
            #expect(try run.cmdl() != Computing.usual.get().cmdl())
        }

        @Test("Defaults written out give the same bytes") func defaults() throws {
            let written = TestRecipe(
                normalize: "{scale: 0.0625, mean: [0], std: [1]}", accuracy: "{max_drop: 0.1, split: validation}",
                size: "{ratio: 18, measure: cmdl}",
                prune: "{epochs: 16, structure: [weight, channel], contribution: fisher, max_ratio: 0.999}",
                retrain: """
                    {epochs: 2, batch: 128, optimizer: {adam: {learning_rate: 0.003}}, schedule: cosine, \
                    distill: {weight: 0.7, temperature: 1}}
                    """,
                quantize: "{rounds: 2, epochs: 10, levels: {max: 16}}",
                more: ["evaluation: {metric: top1}", "rules: []", "seed: 1", "output: {keep_names: false}"])
            #expect(try written.run().cmdl() == Computing.usual.get().cmdl())
        }

        @Test("A size is given in bytes, with a unit, or as a ratio of the original file", arguments: [
            ("{target: 5626}", 5626), ("{target: 5 KiB}", 5120), ("{target: 6 KB}", 6000), ("{ratio: 18}", 3126),
        ])
        func target(size: String, bytes: Int) throws {
            let run = try TestRecipe(size: size).run()
            #expect(run.json.target.bytes == bytes)
            #expect(run.json.result.bytes <= bytes)
        }

        @Test("With measure: onnx the .onnx file has to be small") func measure() throws {
            let run = try TestRecipe(size: "{ratio: 10, measure: onnx}", prune: "{epochs: 20}").run()
            #expect(run.report.status == .met)
            #expect(run.json.target.measure == "onnx")
            #expect(try run.onnx().count <= run.json.baseline.bytes / 10)
            #expect(!run.json.rounds.isEmpty)
        }

        @Test("With measure: onnx zeros make the file small where nothing is quantized") func measureOfFloats() throws {
            let run = try TestRecipe(size: "{ratio: 3, measure: onnx}", prune: "{epochs: 20}", quantize: "none").run()
            #expect(run.report.status == .met)
            #expect(try run.onnx().count <= run.json.baseline.bytes / 3)
        }

        @Test("Names are kept on demand") func names() throws {
            let original = try ModelProto(contentsOf: Digits.model).graph
            let kept = try TestRecipe(more: ["output: {keep_names: true}"]).run().model().graph
            let values = kept.initializers.map(\.name) + kept.nodes.flatMap(\.outputs)
            #expect(Set(values).isSuperset(of: original.initializers.map(\.name)))
            #expect(kept.nodes.map(\.name).filter { !$0.isEmpty } == original.nodes.map(\.name))
            let dropped = try Computing.usual.get().model().graph
            #expect(Set(dropped.initializers.map(\.name)).isDisjoint(with: original.initializers.map(\.name)))
            #expect(dropped.inputs.map(\.name) == original.inputs.map(\.name))
            #expect(dropped.outputs.map(\.name) == original.outputs.map(\.name))
        }

        @Test("Outputs go where the recipe or the caller says") func outputDirectory() throws {
            let folder = try TemporaryFolder()
            let recipe = TestRecipe(
                accuracy: "{floor: 0}", prune: "{epochs: 1}", quantize: "{rounds: 1, epochs: 1}",
                more: ["output: {directory: a/b}"])
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let here = try Compression.run(recipe: path, options: CompressionOptions(threads: 2)) { _ in }
            #expect(here.summary.contains("wrote \(folder.path("a/b/net.cmdl"))"))
            let there = CompressionOptions(outputDirectory: folder.path("c"), threads: 2)
            _ = try Compression.run(recipe: path, options: there) { _ in }
            let files = ["net.cmdl", "net.onnx", "net.provenance.json", "net.report.json"]
            #expect(
                folder.names == (["a", "a/b", "c", "net.lock", "net.yaml"] + files.flatMap { ["a/b/\($0)", "c/\($0)"] }).sorted())
            #expect(try folder.data("a/b/net.cmdl") == folder.data("c/net.cmdl"))
        }

        @Test("top5 counts a label among the five largest outputs") func top5() throws {
            let run = try TestRecipe(size: "{ratio: 30}", more: ["evaluation: {metric: top5}"]).run()
            #expect(run.report.status == .met)
            #expect(run.json.metric == "top5")
            #expect(try #require(run.json.result.test) > 0.98)
            let text = try Compression.evaluate(model: run.cmdlPath, recipe: run.recipe, split: "test", threads: 1)
            #expect(text.hasPrefix("top5 "))
        }
    }
}
