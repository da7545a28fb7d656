import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("Constraints that cannot be met") struct UnmetConstraints {
        @Test("An impossible recipe writes its report and leaves the earlier network alone") func impossible() throws {
            let folder = try TemporaryFolder()
            try folder.write("compressed/net.cmdl", Data("earlier .cmdl".utf8))
            try folder.write("compressed/net.onnx", Data("earlier .onnx".utf8))
            let recipe = try folder.write("net.yaml", Data(TestRecipe(accuracy: "{floor: 1}", size: "{target: 100 B}").text.utf8))
            #expect(try Compression.run(recipe: recipe, options: CompressionOptions()) { _ in }.status == .sizeUnmet)
            let report = try JSONDecoder().decode(ReportJSON.self, from: folder.data("compressed/net.failed.report.json"))
            #expect(report.status == "size_unmet")
            #expect(try folder.data("compressed/net.cmdl") == Data("earlier .cmdl".utf8))
            #expect(try folder.data("compressed/net.onnx") == Data("earlier .onnx".utf8))
            #expect(
                folder.names
                    == ["compressed", "compressed/net.cmdl", "compressed/net.failed.report.json", "compressed/net.onnx", "net.yaml"])
        }

        @Test("What can be reached is reported") func reachable() throws {
            let run = try TestRecipe(accuracy: "{floor: 1}", size: "{target: 100 B}").run()
            let reachable = try #require(run.json.reachable)
            let points = run.json.stages
            #expect(reachable.bestWithinTarget == nil)
            #expect(reachable.smallest?.bytes == points.map(\.bytes).min())
            let accurate = try #require(reachable.smallestAccurate)
            #expect(accurate.validation == 1)
            #expect(accurate.bytes == points.filter { $0.validation == 1 }.map(\.bytes).min())
            #expect(run.report.summary.contains("best accuracy within the size target: none was seen"))
            #expect(
                run.report.summary.contains(
                    "smallest file that keeps the accuracy: \(accurate.bytes) bytes at validation 100.00 %"))
            #expect(run.report.summary.contains("NOT met: "))
        }

        @Test("The layers that take most are named, with what stands against their becoming smaller") func obstacles() throws {
            let run = try TestRecipe(
                accuracy: "{floor: 0}", size: "{target: 100 B}", prune: "{epochs: 1}",
                more: [
                    "rules:", "- match: {name: conv2}", "  prune: none", "  quantize: none", "- match: {name: fc1}",
                    "  prune: {max_ratio: 0.5}",
                ]
            ).run()
            #expect(run.report.status == .sizeUnmet)
            let obstacles = try #require(run.json.obstacles)
            #expect(obstacles.map(\.layer).prefix(2) == ["conv2", "fc1"])
            #expect(obstacles[0].reasons == ["'prune: none' keeps its weights", "'quantize: none' keeps it in floats"])
            #expect(obstacles[1].reasons == ["'max_ratio: 0.5' keeps the rest of its weights"])
            #expect(obstacles.map(\.bytes) == obstacles.map(\.bytes).sorted(by: >))
            #expect(run.report.summary.contains("  conv2: \(obstacles[0].bytes) bytes; 'prune: none' keeps its weights; "))
        }

        @Test("The best can be kept under another name") func best() throws {
            let folder = try TemporaryFolder()
            let recipe = TestRecipe(accuracy: "{floor: 0}", size: "{target: 50 B}", prune: "{epochs: 1}")
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let report = try Compression.run(recipe: path, options: CompressionOptions(keepsBest: true)) { _ in }
            #expect(report.status == .sizeUnmet)
            #expect(
                folder.names == [
                    "compressed", "compressed/net.best.cmdl", "compressed/net.best.onnx", "compressed/net.report.json",
                    "net.yaml",
                ])
            let text = try Compression.evaluate(
                model: folder.path("compressed/net.best.cmdl"), recipe: path, split: "validation", threads: 1)
            let result = try JSONDecoder().decode(ReportJSON.self, from: folder.data("compressed/net.report.json")).result
            #expect(text.contains("\(result.validation)"))
        }

        @Test("A target out of reach is followed by a search for what can be reached") func search() throws {
            let run = try TestRecipe(accuracy: "{floor: 0.99}", size: "{target: 400 B}").run()
            let accurate = try #require(run.json.reachable?.smallestAccurate)
            let first = run.json.stages.filter { $0.descent == 1 && $0.validation >= 0.99 }
            #expect(try accurate.bytes < #require(first.map(\.bytes).min()))
        }

        @Test("A size that costs too much accuracy is told apart from one that cannot be had") func accuracy() throws {
            let run = try TestRecipe(accuracy: "{floor: 1}", size: "{ratio: 100}").run()
            #expect(run.report.status == .accuracyUnmet)
            #expect(run.json.status == "accuracy_unmet")
            let within = try #require(run.json.reachable?.bestWithinTarget)
            #expect(try within.bytes <= #require(run.json.target.bytes) && within.validation < 1)
        }

        @Test("The test split decides only where the recipe says so") func testSplit() throws {
            // The network itself gets 97.59 % of the test digits right, and all of the validation digits.
            let recipe = TestRecipe(size: "{ratio: 1.1}")
            let lenient = try recipe.with { $0.accuracy = "{floor: 0.99}" }.run()
            let strict = try recipe.with { $0.accuracy = "{floor: 0.99, split: test}" }.run()
            #expect(lenient.report.status == .met)
            #expect(strict.report.status == .accuracyUnmet)
            #expect(strict.json.result.test == lenient.json.result.test)
            #expect(strict.json.result.sha256 == lenient.json.result.sha256)
        }
    }
}
