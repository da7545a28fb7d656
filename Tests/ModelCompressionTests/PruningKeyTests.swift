import Foundation
import ModelCompression
import ONNX
import Testing

extension Computing {
    @Suite("What the keys of pruning and quantization do") struct StepKeys {
        private let floats = TestRecipe(size: "{ratio: 3}", quantize: "none")

        @Test("Channels alone: tensors and the .onnx file become smaller") func channels() throws {
            let run = try floats.with { $0.prune = "{structure: [channel], epochs: 10}" }.run()
            #expect(run.report.status == .met)
            #expect(run.json.stages.map(\.name) == ["original", "prune channels", "retrain"])
            #expect(run.json.layers.contains { $0.shape != $0.originalShape })
            #expect(run.json.layers.allSatisfy { $0.nonzeros == $0.shape.reduce(1, *) && $0.levels == nil })
            #expect(try run.onnx().count < run.json.baseline.bytes / 2)
            let convolutions = try run.weights().map(\.dimensions)
            #expect(convolutions[0][0] == convolutions[1][1])
        }

        @Test("Weights alone: shapes stay, zeros make the .cmdl file smaller") func weights() throws {
            let run = try floats.with { $0.prune = "{structure: [weight], epochs: 10}" }.run()
            #expect(run.report.status == .met)
            #expect(run.json.stages.map(\.name) == ["original", "prune weights", "retrain"])
            #expect(run.json.layers.allSatisfy { $0.shape == $0.originalShape && $0.levels == nil })
            let nonzeros = run.json.layers.reduce(0) { $0 + $1.nonzeros }
            #expect(run.json.result.bytes < 5 * nonzeros + 1000)
            #expect(run.json.result.bytes > 3 * nonzeros)
        }

        @Test("Without pruning every weight stays") func noPruning() throws {
            let run = try TestRecipe(prune: "none").run()
            #expect(run.report.status == .met)
            #expect(run.json.layers.allSatisfy { $0.nonzeros == $0.originalWeights && $0.levels != nil })
        }

        @Test("Every way to estimate contributions leads to a network of its own") func contributions() throws {
            let runs = try ["fisher", "taylor", "magnitude"].map { name in
                try TestRecipe(prune: "{epochs: 16, contribution: \(name)}").run()
            }
            #expect(runs.allSatisfy { $0.report.status == .met })
            #expect(Set(try runs.map { try $0.cmdl() }).count == 3)
        }

        @Test("No layer loses more weights than max_ratio says, by pruning and quantization together")
        func maxRatioOfWeights() throws {
            let run = try TestRecipe(
                accuracy: "{floor: 0}", size: "{ratio: 50}",
                prune: "{structure: [weight], epochs: 10, max_ratio: 0.4}").run()
            #expect(run.json.layers.allSatisfy { 5 * $0.nonzeros >= 3 * $0.originalWeights })
            #expect(run.json.layers.contains { 5 * $0.nonzeros < 4 * $0.originalWeights })
        }

        @Test("No layer loses more channels than max_ratio says") func maxRatioOfChannels() throws {
            let run = try TestRecipe(
                accuracy: "{floor: 0}", size: "{ratio: 50}",
                prune: "{structure: [channel], epochs: 10, max_ratio: 0.4}").run()
            #expect(run.json.layers.allSatisfy { 5 * $0.shape[0] >= 3 * $0.originalShape[0] })
            #expect(run.json.layers.contains { 5 * $0.shape[0] < 4 * $0.originalShape[0] })
        }

        @Test("At most levels.max distinct values are left in a layer") func levels() throws {
            let run = try TestRecipe(accuracy: "{floor: 0.5}", quantize: "{rounds: 2, epochs: 4, levels: {max: 3}}").run()
            #expect(run.report.status == .met)
            for weight in try run.weights() { #expect(Set(try weight.floats()).union([0]).count <= 3) }
        }

        @Test("Rules change single layers") func rules() throws {
            let rules = """
                rules:
                  - {match: {name: conv1}, prune: none}
                  - {match: {glob: "conv*"}, quantize: {levels: 3}}
                  - {match: {regex: "f.2"}, quantize: none}
                """
            let run = try TestRecipe(size: "{ratio: 8}", more: [rules]).run()
            #expect(run.report.status == .met)
            let values = try run.weights().map { try $0.floats() }
            let original = try ModelProto(contentsOf: Digits.model).graph.initializers.filter { $0.dimensions.count > 1 }
            #expect(values[0].count == original[0].elementCount && !values[0].contains(0))
            #expect(Set(values[0]).count == 2)
            #expect(Set(values[1]).union([0]).count <= 3)
            #expect(run.json.layers[2].levels != nil)
            #expect(run.json.layers[3].levels == nil && Set(values[3]).count > 100)
        }
    }
}
