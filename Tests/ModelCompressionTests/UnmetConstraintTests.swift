import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("Constraints that cannot be met") struct UnmetConstraints {
        @Test("An impossible recipe writes its report and leaves the earlier network alone") func impossible() throws {
            let folder = try TemporaryFolder()
            try folder.write("compressed/net.cmdl", Data("earlier .cmdl".utf8))
            try folder.write("compressed/net.onnx", Data("earlier .onnx".utf8))
            let run = try TestRecipe(accuracy: "{floor: 1}", size: "{target: 100 B}").run(in: folder)
            #expect(run.report.status == .sizeUnmet)
            #expect(run.json.status == "size_unmet")
            #expect(try run.cmdl() == Data("earlier .cmdl".utf8))
            #expect(try run.onnx() == Data("earlier .onnx".utf8))
            #expect(
                folder.names
                    == ["compressed", "compressed/net.cmdl", "compressed/net.onnx", "compressed/net.report.json", "net.yaml"])
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
