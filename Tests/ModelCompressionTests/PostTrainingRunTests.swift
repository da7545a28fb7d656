import ModelCompression
import Testing

extension Computing {
    @Suite("Quantization without training") struct PostTraining {
        private static let unlabelled = TestRecipe().with {
            $0.train = Digits.source("train", take: "first 1057", labels: false)
            $0.validation = Digits.source("train", take: "last 200", labels: false)
            $0.test = nil
            $0.more = ["evaluation: {metric: agreement}"]
        }

        @Test("A network without labels is quantized and no more where that is enough") func enough() throws {
            let run = try Self.unlabelled.with {
                $0.accuracy = "{floor: 0.95}"
                $0.size = "{ratio: 8}"
            }.run()
            #expect(run.report.status == .met)
            #expect(run.json.stages.map(\.name) == ["original", "quantize"])
        }

        @Test("With the least effort nothing is trained, with labels too") func instant() throws {
            let run = try TestRecipe(accuracy: "{floor: 0.9}", size: "{ratio: 8}").run(effort: .instant)
            #expect(run.report.status == .met)
            #expect(run.json.stages.map(\.name) == ["original", "quantize"])
        }

        @Test("The smallest size is that of the farthest levels which keep the accuracy") func smallest() throws {
            let run = try TestRecipe(accuracy: "{floor: 0.97}", size: "{target: smallest}").run(effort: .instant)
            #expect(run.report.status == .met)
            #expect(run.json.result.validation >= 0.97)
            #expect(run.json.result.ratio > 8)
        }
    }
}
