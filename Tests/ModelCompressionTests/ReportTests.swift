import Foundation
import ModelCompression
import ONNX
import Testing

extension Computing {
    @Suite("The report and the files of a run") struct Reports {
        let run: FinishedRun

        init() throws { run = try Computing.usual.get() }

        @Test("A recipe that can be met ends as met, with its files and no others") func met() throws {
            #expect(run.report.status == .met)
            #expect(run.json.status == "met")
            #expect(try run.json.result.bytes <= #require(run.json.target.bytes))
            #expect(run.json.result.validation >= run.json.target.accuracy)
            #expect(
                run.folder.names
                    == [
                        "compressed", "compressed/net.cmdl", "compressed/net.onnx", "compressed/net.provenance.json",
                        "compressed/net.report.json", "net.lock", "net.yaml",
                    ])
        }

        @Test("Sizes and digests in the report are those of the files") func digests() throws {
            let (cmdl, onnx) = (try run.cmdl(), try run.onnx())
            #expect(run.json.result.bytes == cmdl.count)
            #expect(run.json.result.sha256 == sha256(cmdl))
            #expect(run.json.result.onnx == ReportJSON.File(bytes: onnx.count, sha256: sha256(onnx)))
            let original = try Data(contentsOf: Digits.model).count
            #expect(run.json.baseline.bytes == original)
            #expect(run.json.target.bytes == original / 18)
            #expect(abs(run.json.result.ratio - Double(original) / Double(cmdl.count)) <= 0.05)
        }

        @Test("Accuracies in the report are those that evaluate finds in both files", arguments: ["validation", "test"])
        func accuracies(split: String) throws {
            let (result, baseline) = (run.json.result, run.json.baseline)
            let reported = split == "test" ? result.test : result.validation
            for path in [run.cmdlPath, run.onnxPath] {
                #expect(try evaluate(path, split) == reported)
            }
            #expect(try evaluate(Digits.model.path, split) == (split == "test" ? baseline.test : baseline.validation))
        }

        @Test("A file behind a symbolic link is as large as the file") func link() throws {
            let folder = try TemporaryFolder()
            let link = folder.path("link.cmdl")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: run.cmdlPath)
            let text = try Compression.evaluate(model: link, recipe: run.recipe, split: "validation", threads: 2)
            #expect(text.hasSuffix(", \(try run.cmdl().count) bytes"))
        }

        /// The number in `top1 0.975 on 200 validation samples, 5620 bytes`.
        private func evaluate(_ model: String, _ split: String) throws -> Double? {
            let text = try Compression.evaluate(model: model, recipe: run.recipe, split: split, threads: 2)
            let words = text.split(separator: " ")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: model)).count
            let samples = split == "test" ? 540 : 200
            #expect(words.first == "top1")
            #expect(text.hasSuffix(" on \(samples) \(split) samples, \(bytes) bytes"))
            return words.count > 1 ? Double(words[1]) : nil
        }

        @Test("The .onnx file holds levels, not floats") func onnxSize() throws {
            #expect(try run.onnx().count < 2 * run.cmdl().count + 2_000)
            #expect(run.json.result.onnx.bytes < run.json.baseline.bytes / 6)
        }

        @Test("Stages and rounds stand in their order and lead to the result") func stages() {
            let names = run.json.stages.map(\.name)
            #expect(names.prefix(4) == ["original", "prune channels", "prune weights", "retrain"])
            #expect(names.dropFirst(4) == run.json.rounds.map { "quantize round \($0.round)" }[...])
            #expect(run.json.rounds.map(\.round) == Array(1...run.json.rounds.count))
            #expect(run.json.rounds.map(\.frozen) == run.json.rounds.map(\.frozen).sorted())
            #expect(run.json.stages.contains { $0.bytes == run.json.result.bytes })
            #expect(run.json.stages[0].validation == run.json.baseline.validation)
            #expect(run.json.seconds >= run.json.stages.reduce(0) { $0 + $1.seconds } - 0.1)
            #expect(run.json.reachable == nil)
        }

        @Test("Layers in the report are those of the .cmdl file") func layers() throws {
            let weights = try run.weights()
            #expect(run.json.layers.map(\.name) == ["conv1", "conv2", "fc1", "fc2"])
            #expect(run.json.layers.map(\.operator) == ["Conv", "Conv", "Gemm", "Gemm"])
            #expect(run.json.layers.map(\.originalShape) == [[16, 1, 3, 3], [32, 16, 3, 3], [64, 128], [10, 64]])
            #expect(run.json.layers.map(\.shape) == weights.map(\.dimensions))
            for (layer, weight) in zip(run.json.layers, weights) {
                let values = try weight.floats()
                #expect(layer.originalWeights == layer.originalShape.reduce(1, *))
                #expect(layer.nonzeros == values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) })
                #expect(layer.levels == Set(values).union([0]).count)
            }
            // 3×3 kernels at 8×8 places, and at 4×4 after pooling.
            #expect(run.json.layers.map(\.originalMultiplyAdds) == [16 * 9 * 64, 32 * 16 * 9 * 16, 64 * 128, 640])
            for (layer, places) in zip(run.json.layers, [64, 16, 1, 1]) {
                #expect(layer.multiplyAdds == layer.shape.reduce(places, *))
            }
            #expect(run.json.layers.map { $0.protected != nil } == [false, false, false, true])
            #expect(run.json.layers.reduce(0) { $0 + $1.codedBytes } <= run.json.result.bytes)
        }

        @Test("The summary says what was reached and what was written") func summary() {
            let text = run.report.summary
            #expect(text.contains("met: \(run.json.result.bytes) bytes of .cmdl, \(run.json.result.onnx.bytes) of .onnx"))
            for kind in ["cmdl", "onnx", "report.json"] {
                #expect(text.contains("wrote \(run.folder.path("compressed/net.\(kind)"))"))
            }
        }
    }
}
