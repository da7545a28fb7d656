import Testing

@testable import Training

@Suite("The binomial distribution") struct BinomialTests {
    /// scipy 1.17: binom.sf(count - 1, samples, rate), binom.cdf(count, samples, rate), binom.pmf(count, samples, rate).
    @Test("Probabilities are scipy's", arguments: [
        (200, 0.9, 188, 0.03204652879690649, 0.9832104668296959, 0.015256995626602408),
        (1000, 0.985, 992, 0.03642752999168859, 0.9826165256863136, 0.019044055678002252),
        (5000, 0.5, 2558, 0.051933338383729995, 0.9510050631923379, 0.0029384015760685195),
        (20, 0.01, 3, 0.0010035761681001167, 0.9999573790723576, 0.000960955240457675),
        (1_000_000, 0.985, 985_200, 0.05013599911698779, 0.9507122956607434, 0.0008482947777297965),
        (1_000_000, 0.001, 900, 0.9993808124898681, 0.0006940154622868455, 7.482795215494169e-05),
        (1_000_000, 0.3, 298_000, 0.9999937330140903, 6.3299684047719576e-06, 6.29824950556699e-08),
    ]) func probabilities(samples: Int, rate: Double, count: Int, atLeast: Double, atMost: Double, exactly: Double) {
        let binomial = Binomial(samples: samples, rate: rate)
        #expect((binomial.atLeast(count) / atLeast - 1).magnitude < 1e-9)
        #expect((binomial.atMost(count) / atMost - 1).magnitude < 1e-9)
        #expect((binomial.exactly(count) / exactly - 1).magnitude < 1e-9)
        #expect((binomial.atLeast(count) + binomial.atMost(count - 1) - 1).magnitude < 1e-12)
    }

    @Test("Ends") func ends() {
        for samples in [0, 1, 7] {
            let binomial = Binomial(samples: samples, rate: 0.3)
            #expect(binomial.atLeast(0) == 1 && binomial.atLeast(samples + 1) == 0)
            #expect(binomial.atMost(samples) == 1 && binomial.atMost(-1) == 0)
            #expect(binomial.exactly(-1) == 0 && binomial.exactly(samples + 1) == 0)
        }
        #expect(Binomial(samples: 7, rate: 0.5).atLeast(7) == 0x1p-7)
        #expect(Binomial(samples: 7, rate: 0.5).atMost(0) == 0x1p-7)
        #expect((Binomial(samples: 1_000_001, rate: 0.5).atLeast(500_001) - 0.5).magnitude < 1e-11)
    }

    @Test("Rates 0 and 1") func certain() {
        let (never, always) = (Binomial(samples: 5, rate: 0), Binomial(samples: 5, rate: 1))
        #expect(never.atLeast(1) == 0 && never.atLeast(0) == 1 && never.atMost(0) == 1 && never.exactly(0) == 1)
        #expect(always.atLeast(5) == 1 && always.atMost(4) == 0 && always.atMost(5) == 1 && always.exactly(5) == 1)
        #expect(never.likely.counts == 0..<1 && always.likely.counts == 5..<6)
    }

    @Test("Hardly any probability is outside the likely counts", arguments: [(1, 0.5), (30, 0.02), (540, 0.97), (100_000, 0.4)])
    func likely(samples: Int, rate: Double) {
        let binomial = Binomial(samples: samples, rate: rate)
        let (counts, weights) = binomial.likely
        #expect(counts.count == weights.count && weights.max() == 1)
        #expect(binomial.atMost(counts.lowerBound - 1) + binomial.atLeast(counts.upperBound) < 1e-18)
        let total = weights.reduce(0, +)
        for (count, weight) in zip(counts, weights) { #expect((weight / total - binomial.exactly(count)).magnitude < 1e-13) }
    }

    @Test("Tails grow and shrink with the rate") func monotone() {
        let tails = (0...100).map { Binomial(samples: 300, rate: Double($0) / 100).atLeast(150) }
        #expect(zip(tails, tails.dropFirst()).allSatisfy { $0 <= $1 })
    }
}
