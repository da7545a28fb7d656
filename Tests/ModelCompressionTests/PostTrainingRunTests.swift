import ModelCompression
import Testing

extension Computing {
    @Suite("Quantization without training") struct PostTraining {
        static let unlabelled = TestRecipe().with {
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

        /// Too small for the accuracy without training.
        static let demanding = unlabelled.with {
            $0.accuracy = "{floor: 0.999}"
            $0.size = "{ratio: 36}"
            $0.quantize = "{rounds: 3, epochs: 10}"
        }

        @Test("Where that is not enough, levels are trained until the accuracy is kept") func trained() throws {
            let run = try Self.demanding.run()
            #expect(run.report.status == .met)
            #expect(run.json.stages.map(\.name).prefix(4) == ["original", "quantize", "quantize apart", "train levels 1"])
            let quantized = run.json.stages[1]
            #expect(quantized.validation < 0.999)
            #expect(run.json.result.validation > quantized.validation)
        }

        @Test("Trained levels are the same for any number of threads") func threads() throws {
            let one = try Self.demanding.run(threads: 1), three = try Self.demanding.run(threads: 3)
            #expect(one.json.result.sha256 == three.json.result.sha256)
        }

        @Test("The smallest size is that of the farthest levels which keep the accuracy") func smallest() throws {
            let run = try TestRecipe(accuracy: "{floor: 0.97}", size: "{target: smallest}").run(effort: .instant)
            #expect(run.report.status == .met)
            #expect(run.json.result.validation >= 0.97)
            #expect(run.json.result.ratio > 8)
        }
    }
}
