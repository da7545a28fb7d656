import Testing

@testable import Training

@Suite("What hits say of the true rate") struct ProportionTests {
    /// scipy 1.17: beta.ppf(1 - confidence, hits, samples - hits + 1), beta.ppf(confidence, hits + 1, samples - hits).
    @Test("Bounds are scipy's, and never too tight", arguments: [
        (188, 200, 0.95, 0.9045985822701227, 0.9650178678744681),
        (992, 1000, 0.95, 0.9856117750479081, 0.9960131488446118),
        (527, 540, 0.95, 0.9619968618571919, 0.9857026843382773),
        (9850, 10000, 0.99, 0.9819233744562982, 0.9876853038036629),
        (1, 10, 0.95, 0.005116196891823705, 0.39416330243650466),
        (985_000, 1_000_000, 0.95, 0.9847985227836319, 0.9851993977416701),
    ]) func bounds(hits: Int, samples: Int, confidence: Double, low: Double, high: Double) {
        let proportion = Proportion(hits: hits, samples: samples)
        let (lower, upper) = (proportion.lowerBound(confidence: confidence), proportion.upperBound(confidence: confidence))
        #expect(lower <= low && lower > low - 1e-11)
        #expect(upper >= high && upper < high + 1e-11)
    }

    /// scipy 1.17: binomtest(hits, samples).proportion_ci(0.95, 'exact').
    @Test("Intervals are scipy's") func interval() {
        let interval = Proportion(hits: 527, samples: 540).interval(confidence: 0.95)
        #expect((interval.lowerBound - 0.9591844147941977).magnitude < 1e-11)
        #expect((interval.upperBound - 0.9871207235403383).magnitude < 1e-11)
    }

    @Test("No hits and all hits") func ends() {
        #expect(Proportion(hits: 0, samples: 10).lowerBound(confidence: 0.95) == 0)
        #expect(Proportion(hits: 10, samples: 10).upperBound(confidence: 0.95) == 1)
        // (1 - confidence) to the power of 1/n.
        #expect((Proportion(hits: 10, samples: 10).lowerBound(confidence: 0.95) - 0.7411344491069477).magnitude < 1e-11)
        #expect(!Proportion(hits: 10, samples: 10).clears(1, confidence: 0.95))
        #expect(Proportion(hits: 1, samples: 10).clears(0, confidence: 0.95))
        #expect(!Proportion(hits: 0, samples: 10).clears(0, confidence: 0.95))
    }

    @Test("A floor is cleared just where the bound is above it") func boundIsDecision() {
        for hits in 170...200 {
            let proportion = Proportion(hits: hits, samples: 200)
            let bound = proportion.lowerBound(confidence: 0.95)
            #expect(proportion.clears(bound, confidence: 0.95))
            #expect(!proportion.clears(bound + 1e-11, confidence: 0.95))
        }
    }

    @Test("More hits raise the bound, more confidence lowers it") func monotone() {
        let byHits = (0...50).map { Proportion(hits: $0, samples: 50).lowerBound(confidence: 0.95) }
        #expect(zip(byHits, byHits.dropFirst()).allSatisfy { $0 < $1 })
        let byConfidence = [0.5, 0.8, 0.95, 0.99, 0.999999].map { Proportion(hits: 40, samples: 50).lowerBound(confidence: $0) }
        #expect(zip(byConfidence, byConfidence.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test("The fewest hits clear a floor and one fewer do not", arguments: [(540, 0.96), (10000, 0.985), (299, 0.99), (30, 0.5)])
    func fewestHits(samples: Int, floor: Double) throws {
        let hits = try #require(Proportion.fewestHits(samples: samples, floor: floor, confidence: 0.95))
        #expect(Proportion(hits: hits, samples: samples).clears(floor, confidence: 0.95))
        #expect(!Proportion(hits: hits - 1, samples: samples).clears(floor, confidence: 0.95))
        #expect(Proportion.fewestHits(samples: 298, floor: 0.99, confidence: 0.95) == nil)
    }

    @Test("The fewest samples of which all are hits", arguments: [
        (0.0, 1), (0.5, 5), (0.9, 29), (0.99, 299), (0.995, 598), (0.999_999, 2_995_731),
    ]) func fewestSamples(floor: Double, samples: Int) {
        #expect(Proportion.fewestSamples(floor: floor, confidence: 0.95) == samples)
        #expect(Proportion.fewestSamples(floor: 1, confidence: 0.95) == nil)
        // A tie: 0.5² is 1 - 0.75.
        #expect(Proportion.fewestSamples(floor: 0.5, confidence: 0.75) == 2)
    }

    /// Whole hits make what clears and what does not alternate: found is a number from the first that does to the last that does not.
    @Test("So many samples would do", arguments: [
        (97, 100, 0.96, 1098...1268), (99, 100, 0.97, 257...303), (985, 1000, 0.98, 2258...2541), (527, 540, 0.97, 2325...2620),
    ]) func samplesToClear(hits: Int, samples: Int, floor: Double, expected: ClosedRange<Int>) throws {
        let proportion = Proportion(hits: hits, samples: samples)
        let needed = try #require(proportion.samplesToClear(floor, confidence: 0.95))
        #expect(expected.contains(needed))
        #expect(Proportion(hits: needed * hits / samples, samples: needed).clears(floor, confidence: 0.95))
        #expect(proportion.samplesToClear(Double(hits) / Double(samples), confidence: 0.95) == nil)
    }
}
