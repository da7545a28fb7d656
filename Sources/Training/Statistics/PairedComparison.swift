/// Two networks on the same samples: how many one has right and the other wrong.
///
/// Says whether the second one's true rate is less than `drop` below the first one's. With no drop at all that is the exact test on
/// the discordant samples alone (McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", 1947, in its exact form). Otherwise the exact unconditional test of their difference: the greatest probability,
/// over all rates of discordant samples, of a difference as small as was seen (Suissa and Shuster, "The 2×2 matched-pairs trial",
/// 1991), where the rate is one of an interval that holds it but for a small part of the error (Berger and Boos, "P values
/// maximized over a confidence set for the nuisance parameter", 1994).
package struct PairedComparison: Sendable, Equatable {
    /// Samples that only the first one has right.
    package let losses: Int
    /// Samples that only the second one has right.
    package let gains: Int
    package let samples: Int

    package init(losses: Int, gains: Int, samples: Int) {
        precondition(losses >= 0 && gains >= 0 && samples > 0 && losses + gains <= samples, "pairs are samples")
        self.losses = losses
        self.gains = gains
        self.samples = samples
    }

    /// The part of the error that is spent on the interval of discordant rates.
    private static let nuisanceError = 1e-3
    /// Rates in the interval that are tried.
    private static let steps = 48

    /// Whether a drop of `drop` or more would give a difference so small with a probability of at most 1 − `confidence`.
    package func clears(drop: Double, confidence: Double) -> Bool {
        guard drop > 0 else {
            let discordant = losses + gains
            return discordant > 0 && Binomial(samples: discordant, rate: 0.5).atMost(losses) <= 1 - confidence
        }
        guard drop < 1 else { return true }
        return greatestChance(drop) + Self.nuisanceError <= 1 - confidence
    }

    /// The smallest drop that is cleared: the true one is less, with the confidence given.
    package func upperBound(confidence: Double) -> Double {
        1 - bisected(0, 1) { clears(drop: 1 - $0, confidence: confidence) }
    }

    /// About the fewest samples that clear a drop at these rates of losses and gains; `nil` if that many are too many to try, or
    /// none would.
    package func samplesToClear(drop: Double, confidence: Double) -> Int? {
        guard Double(losses - gains) < drop * Double(samples) else { return nil }
        func clears(_ count: Int) -> Bool {
            let share = Double(count) / Double(samples)
            let (losses, gains) = (Int((Double(losses) * share).rounded(.up)), Int(Double(gains) * share))
            return PairedComparison(losses: losses, gains: gains, samples: count + 1).clears(drop: drop, confidence: confidence)
        }
        return smallest(upTo: Self.mostSamples, where: clears)
    }

    private static let mostSamples = 1 << 19

    /// Over the rates of the interval. Between two that are tried it is taken to be higher than both by half of their difference.
    private func greatestChance(_ drop: Double) -> Double {
        let seen = Proportion(hits: losses + gains, samples: samples)
        let confidence = 1 - Self.nuisanceError / 2
        let low = max(drop, seen.lowerBound(confidence: confidence))
        let high = max(low, seen.upperBound(confidence: confidence))
        let chances = (0...Self.steps).map { step in
            chance(drop, discordant: low + (high - low) * Double(step) / Double(Self.steps))
        }
        let slack = zip(chances, chances.dropFirst()).reduce(0) { max($0, ($1.0 - $1.1).magnitude / 2) }
        return (chances.max() ?? 1) + (high > low ? slack : 0)
    }

    /// The probability that losses exceed gains by no more than was seen, at a rate of discordant samples of which a drop is
    /// left.
    private func chance(_ drop: Double, discordant rate: Double) -> Double {
        let losing = min(1, (rate + drop) / 2 / rate)
        let difference = losses - gains
        return Binomial(samples: samples, rate: min(1, rate)).mean { discordant in
            // losses - (discordant - losses) <= difference
            Binomial(samples: discordant, rate: losing).atMost(Self.half(discordant + difference))
        }
    }

    /// Rounded down.
    private static func half(_ number: Int) -> Int { number >> 1 }
}

extension Binomial {
    /// The mean of a function of the number of successes.
    func mean(_ value: (Int) -> Double) -> Double {
        if rate == 0 || rate == 1 { return value(rate == 0 ? 0 : samples) }
        var (sum, total) = (0.0, 0.0)
        for (count, weight) in likely {
            sum += weight * value(count)
            total += weight
        }
        return sum / total
    }
}
