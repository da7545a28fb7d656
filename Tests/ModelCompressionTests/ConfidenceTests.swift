import Foundation
import ModelCompression
import Testing

extension Computing {
    /// The network has 527 of the 540 test digits right.
    @Suite("Accuracy with a confidence") struct Confidence {
        private func run(_ accuracy: String) throws -> FinishedRun {
            try TestRecipe(
                accuracy: "{\(accuracy), split: test, confidence: 0.95}", size: "{ratio: 1.1}", prune: "{epochs: 1}",
                retrain: "{epochs: 1}"
            ).run()
        }

        @Test("A floor is met where so many hits are unlikely below it") func floor() throws {
            let run = try run("floor: 0.95")
            #expect(run.report.status == .met)
            let certificate = try #require(run.json.certificate)
            #expect(certificate.isCertified && certificate.samples == 540 && certificate.hits > 520)
            #expect(certificate.atLeast > 0.95)
            #expect(try Double(certificate.hits) / 540 == #require(run.json.result.test))
            #expect(run.report.summary.contains("of 540 test samples \(certificate.hits) are right: with confidence 95.00 %"))
        }

        @Test("A floor that the share of hits meets is not met where chance may have had a hand in it") func chance() throws {
            let run = try run("floor: 0.97")
            #expect(run.report.status == .accuracyUnmet)
            let certificate = try #require(run.json.certificate)
            #expect(try #require(run.json.result.test) >= 0.97)
            #expect(!certificate.isCertified && certificate.atLeast < 0.97)
            #expect(try #require(certificate.samplesNeeded) > 540)
            #expect(run.report.summary.contains("these samples do NOT bear out what the recipe asks for; "))
        }

        @Test("A drop is judged by the samples on which the two networks differ") func drop() throws {
            let lenient = try #require(try run("max_drop: 0.03").json.certificate)
            #expect(lenient.isCertified && lenient.dropAtMost < 0.03)
            let strict = try run("max_drop: 0.001")
            #expect(strict.report.status == .accuracyUnmet)
            #expect(try #require(strict.json.certificate).dropAtMost > 0.001)
        }

        @Test("Too few samples are told before any work") func tooFew() throws {
            let folder = try TemporaryFolder()
            let recipe = TestRecipe(accuracy: "{floor: 0.995, split: test, confidence: 0.95}")
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let failure = failure { _ = try Compression.check(recipe: path) }
            #expect(
                failure?.description.contains(
                    "error: the test split's 540 samples cannot bear this out at confidence 0.95, even if the result is right on "
                        + "all of them; at least 598 are needed") == true)
        }
    }
}
