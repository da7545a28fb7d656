/// Two networks on the same samples: how many one has right and the other wrong.
///
/// Says whether the second one's true rate is less than `drop` below the first one's. With no drop at all that is the exact test on
/// the discordant samples alone (McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", 1947, in its exact form). Otherwise the exact unconditional test of their difference: the greatest probability,
/// over all rates of discordant samples, of an outcome as favourable as the one seen (Suissa and Shuster, "The 2×2 matched-pairs
/// trial", 1991; Hsueh, Liu and Chen, "Unconditional exact tests for equivalence or noninferiority for paired binary endpoints",
/// 2001), where the rate is one of an interval that holds it but for a small part of the error (Berger and Boos, "P values
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

    /// Whether a drop of `drop` or more would give an outcome so favourable with a probability of at most 1 − `confidence`.
    package func clears(drop: Double, confidence: Double) -> Bool {
        guard drop > 0 else { return areSignsUnlikely(error: 1 - confidence) }
        guard drop < 1 else { return drop > 1 || losses < samples }
        // What exceeds the drop speaks for no confidence above one half.
        guard Double(losses - gains) < drop * Double(samples) else { return false }
        return isUnlikely(drop: drop, error: 1 - confidence)
    }

    /// The smallest drop that is cleared with those above it, rounded up to a millionth: the true one is less, with the confidence
    /// given.
    package func upperBound(confidence: Double) -> Double {
        func clears(_ drop: Double) -> Bool { self.clears(drop: drop, confidence: confidence) }
        if clears(0) { return 0 }
        var high = 1.0
        while high > 1e-6, clears(high / 2) { high /= 2 }
        // With few discordant samples a drop can be cleared and one some hundredths greater not, so it is come to from above.
        high = min(1, high * 2)
        while high > 1e-6, clears(0.99 * high) { high *= 0.99 }
        return high - bisected(0, 0.01 * high, to: 1e-6) { clears(high - $0) }
    }

    /// Of no discordant samples nothing can be said.
    private func areSignsUnlikely(error: Double) -> Bool {
        let discordant = losses + gains
        return discordant > 0 && Binomial(samples: discordant, rate: 0.5).atMost(losses) <= error
    }

    /// The part of the error that is spent on the interval of discordant rates: 0.001 of 0.05.
    private static let nuisanceShare = 0.02

    private func isUnlikely(drop: Double, error: Double) -> Bool {
        let nuisanceError = error * Self.nuisanceShare
        let rates = Proportion(hits: losses + gains, samples: samples).interval(confidence: 1 - nuisanceError)
        let low = max(drop, rates.lowerBound)
        return FavourableOutcomes(as: self, drop: drop)
            .areUnlikely(discordant: low...max(low, rates.upperBound), limit: error - nuisanceError)
    }
}

extension PairedComparison {
    /// About the fewest samples that clear a drop at these rates of losses and gains; `nil` if that many are too many to try, or
    /// none would.
    package func samplesToClear(drop: Double, confidence: Double) -> Int? {
        guard Double(losses - gains) < drop * Double(samples) else { return nil }
        return smallest(upTo: 1 << 20) { scaled(to: $0).clears(drop: drop, confidence: confidence) }
    }

    /// Losses rounded up, gains down.
    private func scaled(to count: Int) -> PairedComparison {
        PairedComparison(
            losses: (losses * count + samples - 1) / samples, gains: gains * count / samples, samples: count)
    }
}
