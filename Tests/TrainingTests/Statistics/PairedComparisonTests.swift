import Testing

@testable import Training

@Suite("What discordant samples say of a drop") struct PairedComparisonTests {
    private func clears(_ losses: Int, _ gains: Int, _ samples: Int, _ drop: Double, _ confidence: Double = 0.95) -> Bool {
        PairedComparison(losses: losses, gains: gains, samples: samples).clears(drop: drop, confidence: confidence)
    }

    /// scipy 1.17: binomtest(losses, losses + gains, 0.5, alternative='less').pvalue.
    @Test("Without a drop the pairs are tested by their signs", arguments: [
        (1, 9, 0.0107421875), (2, 8, 0.0546875), (40, 60, 0.028443966820490444), (42, 58, 0.06660530960360679),
    ]) func signs(losses: Int, gains: Int, chance: Double) {
        #expect(clears(losses, gains, 1000, 0, 1 - chance * 1.000_001))
        #expect(!clears(losses, gains, 1000, 0, 1 - chance * 0.999_999))
        #expect(!clears(0, 0, 100, 0))
    }

    /// scipy 1.17: the drop at which the greatest over 400 discordant rates of Σ binom.pmf(m, samples, rate) ·
    /// binom.cdf(most losses of m, m, (rate + drop) / (2 rate)), and 0.001, is 0.05; the rates are those of beta.ppf(0.0005, …) to
    /// beta.ppf(0.9995, …).
    @Test("The bound is at most 1 % above the one of a fine grid, and never below", arguments: [
        (0, 0, 540, 0.005569497360967734), (2, 2, 540, 0.007995930821357375), (10, 10, 5000, 0.0016153350630920369),
        (200, 190, 10000, 0.0043003550531639555), (9, 2, 540, 0.025779872846859165),
    ]) func bound(losses: Int, gains: Int, samples: Int, drop: Double) {
        let bound = PairedComparison(losses: losses, gains: gains, samples: samples).upperBound(confidence: 0.95)
        #expect(bound >= drop && bound < drop * 1.01 + 1e-6)
        #expect(clears(losses, gains, samples, bound) && !clears(losses, gains, samples, bound - 2e-6))
    }

    @Test("What is cleared is unlikely at each of a thousand rates", arguments: [
        (0, 0, 540), (2, 2, 540), (10, 10, 5000), (12, 3, 200), (1, 40, 300),
    ]) func noGrid(losses: Int, gains: Int, samples: Int) {
        let pairs = PairedComparison(losses: losses, gains: gains, samples: samples)
        let drop = max(1e-4, pairs.upperBound(confidence: 0.95))
        #expect(pairs.clears(drop: drop, confidence: 0.95))
        let outcomes = FavourableOutcomes(as: pairs, drop: drop)
        let rates = Proportion(hits: losses + gains, samples: samples).interval(confidence: 0.999)
        for step in 0...1000 {
            let rate = max(drop, rates.lowerBound + (rates.upperBound - rates.lowerBound) * Double(step) / 1000)
            #expect(outcomes.probability(losing: (rate + drop) / 2, gaining: (rate - drop) / 2) <= 0.049)
        }
    }

    @Test("Fewer losses, more gains, a greater drop and less confidence are easier to clear") func monotone() {
        for (losses, gains, samples, drop) in [(10, 10, 5000, 0.0017), (4, 6, 540, 0.0085), (30, 20, 1000, 0.026)] {
            #expect(clears(losses, gains, samples, drop))
            #expect(clears(losses - 1, gains, samples, drop) && clears(losses, gains + 1, samples, drop))
            #expect(clears(losses, gains, samples, drop * 1.1) && clears(losses, gains, samples, drop, 0.9))
            #expect(!clears(losses + 5, gains, samples, drop) && !clears(losses, gains, samples, drop, 0.99))
            #expect(!clears(losses, gains, samples / 2, drop))
        }
    }

    @Test("What is cleared without a drop is cleared with any", arguments: [20, 200, 5000]) func coherent(samples: Int) {
        for discordant in 5...20 {
            guard let losses = (0...discordant).last(where: { clears($0, discordant - $0, samples, 0) }) else { continue }
            #expect(clears(losses, discordant - losses, samples, 1e-7))
            #expect(PairedComparison(losses: losses, gains: discordant - losses, samples: samples).upperBound(confidence: 0.95) == 0)
        }
    }

    @Test("Ends") func ends() {
        #expect(!clears(5, 0, 5, 1) && clears(4, 1, 5, 1) && clears(5, 0, 5, 1.5))
        #expect(!clears(1, 0, 1, 0.5) && !clears(0, 0, 1, 0.5) && clears(0, 0, 1, 0.96))
        #expect(!clears(50, 0, 1000, 0.05) && clears(0, 1000, 1000, 0.001) && !clears(1000, 0, 1000, 0.999))
        #expect(clears(0, 0, 2000, 0.01, 0.9999) && clears(0, 100, 2000, 0.0001, 0.999_999))
        #expect(PairedComparison(losses: 5, gains: 0, samples: 5).upperBound(confidence: 0.95) == 1)
    }

    /// (1 - drop) to the power of the samples is at most 0.049.
    @Test("So many samples of which none is discordant clear a drop", arguments: [(0.1, 29), (0.01, 301), (0.001, 3015)])
    func fewestSamples(drop: Double, samples: Int) {
        #expect(clears(0, 0, samples, drop) && !clears(0, 0, samples - 1, drop))
    }

    @Test("So many samples would do") func samplesToClear() throws {
        let pairs = PairedComparison(losses: 3, gains: 2, samples: 540)
        #expect(!pairs.clears(drop: 0.007, confidence: 0.95))
        let needed = try #require(pairs.samplesToClear(drop: 0.007, confidence: 0.95))
        #expect(needed > 540 && needed < 3000)
        #expect(PairedComparison(losses: 9, gains: 2, samples: 540).samplesToClear(drop: 0.01, confidence: 0.95) == nil)
    }
}

@Suite("Outcomes that are as favourable") struct FavourableOutcomesTests {
    /// Losses, gains, samples, drop, and rates of losses and gains.
    private static let cases: [(Int, Int, Int, Double, Double, Double)] = [
        (10, 10, 5000, 0.005, 0.006, 0.002), (26, 14, 159, 0.0946, 0.185, 0.0966), (592, 88, 1409, 0.39, 0.428, 0.0427),
        (0, 0, 540, 0.01, 0.01, 0.000_000_1), (3, 0, 400, 0.02, 0.021, 0), (0, 40, 400, 0.001, 0.05, 0.051), (7, 9, 20, 0.2, 0.6, 0.4),
        (900, 2, 1000, 0.95, 0.97, 0.001),
    ]

    private func outcomes(_ losses: Int, _ gains: Int, _ samples: Int, _ drop: Double) -> FavourableOutcomes {
        FavourableOutcomes(as: PairedComparison(losses: losses, gains: gains, samples: samples), drop: drop)
    }

    @Test("Their probability is the sum of the tails of each number of discordant samples", arguments: cases)
    func reference(losses: Int, gains: Int, samples: Int, drop: Double, losing: Double, gaining: Double) {
        let outcomes = outcomes(losses, gains, samples, drop)
        let (counts, weights) = Binomial(samples: samples, rate: losing + gaining).likely
        let sum = zip(counts, weights).reduce(0) {
            $0 + $1.1 * Binomial(samples: $1.0, rate: losing / (losing + gaining)).atMost(outcomes.mostLosses($1.0))
        }
        #expect((outcomes.probability(losing: losing, gaining: gaining) - sum / weights.reduce(0, +)).magnitude < 1e-12)
    }

    @Test("The one seen is among them, one with a loss more is not", arguments: cases)
    func seen(losses: Int, gains: Int, samples: Int, drop: Double, losing: Double, gaining: Double) {
        #expect(outcomes(losses, gains, samples, drop).mostLosses(losses + gains) == losses)
    }

    @Test("Fewer losses and more gains keep an outcome among them", arguments: cases)
    func barnard(losses: Int, gains: Int, samples: Int, drop: Double, losing: Double, gaining: Double) {
        let outcomes = outcomes(losses, gains, samples, drop)
        for discordant in 0..<samples {
            let step = outcomes.mostLosses(discordant + 1) - outcomes.mostLosses(discordant)
            #expect(step == 0 || step == 1)
        }
    }

    @Test("Rarer losses and more frequent gains make them more likely", arguments: cases)
    func direction(losses: Int, gains: Int, samples: Int, drop: Double, losing: Double, gaining: Double) {
        let outcomes = outcomes(losses, gains, samples, drop)
        let probability = outcomes.probability(losing: losing, gaining: gaining)
        #expect(outcomes.probability(losing: losing * 0.99, gaining: gaining) >= probability - 1e-12)
        #expect(outcomes.probability(losing: losing * 0.99, gaining: gaining + losing * 0.01) >= probability - 1e-12)
    }
}
