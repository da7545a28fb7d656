import Testing

@testable import Training

@Suite("What samples say of a rate") struct StatisticsTests {
    @Test("Tails are those of the binomial distribution", arguments: [
        (200, 0.9, 188), (1000, 0.985, 992), (5000, 0.5, 2558), (20, 0.01, 3), (300, 0.2, 30),
    ]) func tails(samples: Int, rate: Double, count: Int) {
        let binomial = Binomial(samples: samples, rate: rate)
        #expect((binomial.atLeast(count) + binomial.atMost(count - 1) - 1).magnitude < 1e-12)
        #expect((binomial.atLeast(count) - direct(samples, rate, count)).magnitude < 1e-12)
    }

    /// The tail as a sum of products, each term from the first: slow, and exact enough for few samples.
    private func direct(_ samples: Int, _ rate: Double, _ count: Int) -> Double {
        // Factors are taken so that the product stays within range.
        (count...samples).reduce(0) { sum, hits in
            var (term, powers) = (1.0, samples - hits)
            var ones = hits
            for factor in 0..<hits {
                term *= Double(samples - factor) / Double(hits - factor)
                while term > 1, ones > 0 { (term, ones) = (term * rate, ones - 1) }
                while term > 1, powers > 0 { (term, powers) = (term * (1 - rate), powers - 1) }
            }
            for _ in 0..<ones { term *= rate }
            for _ in 0..<powers { term *= 1 - rate }
            return sum + term
        }
    }

    @Test("Ends") func ends() {
        for samples in [0, 1, 7] {
            #expect(Binomial(samples: samples, rate: 0.3).atLeast(0) == 1)
            #expect(Binomial(samples: samples, rate: 0.3).atLeast(samples + 1) == 0)
            #expect(Binomial(samples: samples, rate: 0.3).atMost(samples) == 1)
            #expect(Binomial(samples: samples, rate: 0.3).atMost(-1) == 0)
        }
        #expect(Binomial(samples: 5, rate: 0).atLeast(1) == 0)
        #expect(Binomial(samples: 5, rate: 1).atLeast(5) == 1)
        #expect(Binomial(samples: 5, rate: 1).atMost(4) == 0)
        #expect(Binomial(samples: 1_000_000, rate: 0.5).atLeast(0) == 1)
        #expect((Binomial(samples: 1_000_001, rate: 0.5).atLeast(500_001) - 0.5).magnitude < 1e-9)
    }

    @Test("Bounds are Clopper and Pearson's") func bounds() {
        // All of n right: the bound is (1 - confidence)^(1/n).
        #expect((Proportion(hits: 10, samples: 10).lowerBound(confidence: 0.95) - 0.741_134_449).magnitude < 1e-8)
        // Table of the exact 95 % interval of 5 of 10: 0.1871 to 0.8129.
        let half = Proportion(hits: 5, samples: 10)
        #expect((half.lowerBound(confidence: 0.975) - 0.187_086).magnitude < 1e-6)
        #expect((half.upperBound(confidence: 0.975) - 0.812_914).magnitude < 1e-6)
        #expect(Proportion(hits: 0, samples: 10).lowerBound(confidence: 0.95) == 0)
        #expect(Proportion(hits: 10, samples: 10).upperBound(confidence: 0.95) == 1)
        #expect(Proportion.fewestSamples(floor: 0.99, confidence: 0.95) == 299)
        #expect(Proportion.fewestSamples(floor: 1, confidence: 0.95) == nil)
    }

    @Test("The fewest hits clear a floor and one fewer do not", arguments: [(540, 0.96), (10000, 0.985), (299, 0.99), (30, 0.5)])
    func fewestHits(samples: Int, floor: Double) throws {
        let hits = try #require(Proportion.fewestHits(samples: samples, floor: floor, confidence: 0.95))
        #expect(Proportion(hits: hits, samples: samples).clears(floor, confidence: 0.95))
        #expect(!Proportion(hits: hits - 1, samples: samples).clears(floor, confidence: 0.95))
        #expect(Proportion(hits: hits, samples: samples).lowerBound(confidence: 0.95) > floor - 1e-9)
        #expect(Proportion.fewestHits(samples: 298, floor: 0.99, confidence: 0.95) == nil)
    }

    @Test("So many samples would do") func samplesToClear() throws {
        let proportion = Proportion(hits: 97, samples: 100)
        #expect(!proportion.clears(0.96, confidence: 0.95))
        let samples = try #require(proportion.samplesToClear(0.96, confidence: 0.95))
        #expect(Proportion(hits: Int(0.97 * Double(samples)), samples: samples).clears(0.96, confidence: 0.95))
        #expect(samples > 900 && samples < 1400)
        #expect(proportion.samplesToClear(0.97, confidence: 0.95) == nil)
    }

    @Test("Without a drop the pairs are tested by their signs") func signs() {
        // 1 of 10 discordant ones lost: 11/1024; 2 of 10: 56/1024.
        #expect(PairedComparison(losses: 1, gains: 9, samples: 100).clears(drop: 0, confidence: 0.98))
        #expect(!PairedComparison(losses: 2, gains: 8, samples: 100).clears(drop: 0, confidence: 0.95))
        #expect(!PairedComparison(losses: 0, gains: 0, samples: 100).clears(drop: 0, confidence: 0.95))
    }

    @Test("A smaller loss, more samples and a greater drop are easier to clear") func monotone() {
        func clears(_ losses: Int, _ gains: Int, _ samples: Int, _ drop: Double) -> Bool {
            PairedComparison(losses: losses, gains: gains, samples: samples).clears(drop: drop, confidence: 0.95)
        }
        #expect(clears(10, 10, 5000, 0.005))
        #expect(!clears(30, 10, 5000, 0.005))
        #expect(!clears(10, 10, 1000, 0.005))
        #expect(clears(10, 10, 1000, 0.02))
        let bound = PairedComparison(losses: 10, gains: 10, samples: 5000).upperBound(confidence: 0.95)
        #expect(bound > 0.001 && bound < 0.003)
        #expect(clears(10, 10, 5000, bound + 1e-6) && !clears(10, 10, 5000, bound - 1e-6))
        let more = PairedComparison(losses: 2, gains: 2, samples: 540)
        #expect(!more.clears(drop: 0.01, confidence: 0.95))
        #expect(more.samplesToClear(drop: 0.01, confidence: 0.95).map { $0 > 540 && $0 < 1200 } == true)
        #expect(PairedComparison(losses: 9, gains: 2, samples: 540).samplesToClear(drop: 0.01, confidence: 0.95) == nil)
    }

    // MARK: The promise itself

    /// Simulated predictors just below the floor: whether "met" is said of too many of 10,000.
    @Test("A predictor below the floor is said to meet it in at most 5 % of the runs", arguments: [
        (0.9, 200), (0.985, 1000), (0.985, 10000), (0.5, 5000), (0.97, 540),
    ]) func promise(floor: Double, samples: Int) throws {
        let rate = floor - 1e-6
        let fewest = try #require(Proportion.fewestHits(samples: samples, floor: floor, confidence: 0.95))
        #expect(Binomial(samples: samples, rate: rate).atLeast(fewest) <= 0.05)
        var random = RandomStream(seed: 1, name: "promise \(floor) \(samples)")
        let threshold = UInt64(rate * 0x1p32)
        var met = 0
        for _ in 0..<10000 {
            var hits = 0
            for _ in 0..<samples where random.next() >> 32 < threshold { hits += 1 }
            if Proportion(hits: hits, samples: samples).clears(floor, confidence: 0.95) { met += 1 }
        }
        // Three deviations of the simulation itself above the exact 5 % at most.
        #expect(met <= 500 + 65)
        #expect(Double(met) / 10000 <= Binomial(samples: samples, rate: rate).atLeast(fewest) + 0.0066)
    }

    @Test("A network that drops by more than allowed is said not to in at most 5 % of the runs", arguments: [
        (0.005, 5000, 0.02), (0.01, 1000, 0.05), (0.02, 540, 0.03), (0.0, 2000, 0.03), (0.005, 10000, 0.0051),
    ]) func pairedPromise(drop: Double, samples: Int, discordant: Double) {
        let losing = (discordant + drop + 1e-6) / 2
        var random = RandomStream(seed: 2, name: "pairs \(drop) \(samples)")
        let (lost, gained) = (UInt64(losing * 0x1p32), UInt64(discordant * 0x1p32))
        var answers: [PairedComparison.Key: Bool] = [:]
        var met = 0
        for _ in 0..<10000 {
            var (losses, gains) = (0, 0)
            for _ in 0..<samples {
                let draw = random.next() >> 32
                if draw < lost { losses += 1 } else if draw < gained { gains += 1 }
            }
            let key = PairedComparison.Key(losses: losses, gains: gains)
            let answer = answers[key] ?? PairedComparison(losses: losses, gains: gains, samples: samples)
                .clears(drop: drop, confidence: 0.95)
            answers[key] = answer
            if answer { met += 1 }
        }
        #expect(met <= 500)
    }
}

extension PairedComparison {
    struct Key: Hashable {
        let losses: Int
        let gains: Int
    }
}
