import Testing

@testable import Training

/// Whether "met" is said too often of what does not meet a requirement.
@Suite("The promise of a confidence") struct PromiseTests {
    private static let runs = 10_000
    /// Three deviations of a simulation whose "met" are 5 % of its runs.
    private static let simulationError = 65

    @Test("A predictor below the floor is said to meet it in at most 5 % of the runs", arguments: [
        (0.9, 200), (0.985, 1000), (0.5, 5000), (0.985, 5000), (0.97, 540), (0.5, 200),
    ]) func floor(floor: Double, samples: Int) throws {
        let rate = floor - 1e-6
        let fewest = try #require(Proportion.fewestHits(samples: samples, floor: floor, confidence: 0.95))
        #expect(Binomial(samples: samples, rate: rate).atLeast(fewest) <= 0.05)
        var random = RandomStream(seed: 1, name: "promise \(floor) \(samples)")
        let threshold = UInt64(rate * 0x1p32)
        var met = 0
        for _ in 0..<Self.runs {
            var hits = 0
            for _ in 0..<samples { hits += random.next() >> 32 < threshold ? 1 : 0 }
            if hits >= fewest { met += 1 }
        }
        #expect(met <= Self.runs / 20 + Self.simulationError)
    }

    @Test("A network that drops by more than allowed is said not to in at most 5 % of the runs", arguments: [
        (0.005, 5000, 0.02), (0.01, 1000, 0.05), (0.02, 540, 0.03), (0.0, 2000, 0.03), (0.005, 5000, 0.0051), (0.1, 100, 0.4),
    ]) func drop(drop: Double, samples: Int, discordant: Double) {
        let losing = (discordant + drop + 1e-6) / 2
        var random = RandomStream(seed: 2, name: "pairs \(drop) \(samples)")
        let (lost, gained) = (UInt64(losing * 0x1p32), UInt64(discordant * 0x1p32))
        var decisions = Decisions(samples: samples, drop: drop)
        var met = 0
        for _ in 0..<Self.runs {
            var (losses, differing) = (0, 0)
            for _ in 0..<samples {
                let draw = random.next() >> 32
                losses += draw < lost ? 1 : 0
                differing += draw < gained ? 1 : 0
            }
            if losses <= decisions.mostLosses(differing) { met += 1 }
        }
        #expect(met <= Self.runs / 20 + Self.simulationError)
    }

    @Test("The exact probability of saying so is at most 5 %", arguments: [
        (0.01, 540), (0.01, 1000), (0.05, 100), (0.002, 1000), (0.0, 540), (0.3, 30),
    ]) func exact(drop: Double, samples: Int) {
        var decisions = Decisions(samples: samples, drop: drop)
        for discordant in [drop, drop + 0.004, drop + 0.02, drop + 0.06, 2 * drop] where discordant > 0 {
            let losing = (discordant + drop) / 2 / discordant
            let (counts, weights) = Binomial(samples: samples, rate: discordant).likely
            let total = weights.reduce(0, +)
            let met = zip(counts, weights).reduce(0) { sum, one in
                // What hardly happens is taken to be said wrongly.
                guard one.1 > 1e-7 else { return sum + one.1 }
                return sum + one.1 * Binomial(samples: one.0, rate: losing).atMost(decisions.mostLosses(one.0))
            }
            #expect(met / total <= 0.05)
        }
    }
}

/// What is said at confidence 0.95, by the number of discordant samples.
private struct Decisions {
    let samples: Int
    let drop: Double
    private var known: [Int: Int] = [:]

    init(samples: Int, drop: Double) {
        self.samples = samples
        self.drop = drop
    }

    /// Of which so many may be losses; −1 if even none are too many.
    mutating func mostLosses(_ discordant: Int) -> Int {
        if let most = known[discordant] { return most }
        func isRefused(_ losses: Int) -> Bool {
            losses > discordant
                || !PairedComparison(losses: losses, gains: discordant - losses, samples: samples)
                    .clears(drop: drop, confidence: 0.95)
        }
        let most = smallest(in: 0...discordant + 1, where: isRefused) - 1
        known[discordant] = most
        return most
    }
}
