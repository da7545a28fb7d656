/// The number of successes among independent samples. Computed with exact operations alone, so that it is the same on every
/// machine: probabilities relative to that of the mode, by the ratio of neighbours, and divided by their sum.
package struct Binomial: Sendable {
    package let samples: Int
    /// The probability of a success, 0 to 1.
    package let rate: Double

    package init(samples: Int, rate: Double) {
        precondition(samples >= 0 && (0...1).contains(rate), "a binomial distribution has samples and a rate from 0 to 1")
        self.samples = samples
        self.rate = rate
    }

    /// What is less likely than the mode by this factor is left out.
    private static let negligible = 1e-25

    /// The probability of at least `count` successes.
    package func atLeast(_ count: Int) -> Double {
        if count <= 0 { return 1 }
        if count > samples { return 0 }
        if rate == 0 || rate == 1 { return rate }
        let total = weights(0...samples)
        return total == 0 ? 0 : weights(count...samples) / total
    }

    /// The probability of at most `count` successes.
    package func atMost(_ count: Int) -> Double {
        if count >= samples { return 1 }
        if count < 0 { return 0 }
        if rate == 0 || rate == 1 { return 1 - rate }
        return weights(0...count) / weights(0...samples)
    }

    /// Numbers of successes that are not all but impossible, with their probabilities by that of the mode.
    var likely: [(count: Int, weight: Double)] {
        let odds = rate / (1 - rate)
        var found: [(count: Int, weight: Double)] = []
        var (count, weight) = (mode, 1.0)
        while count <= samples, weight > Self.likelyWeight {
            found.append((count, weight))
            weight *= Double(samples - count) / Double(count + 1) * odds
            count += 1
        }
        (count, weight) = (mode, 1)
        while count > 0 {
            weight *= Double(count) / Double(samples - count + 1) / odds
            count -= 1
            guard weight > Self.likelyWeight else { break }
            found.append((count, weight))
        }
        return found
    }

    private static let likelyWeight = 1e-14

    private var mode: Int { min(samples, Int(Double(samples + 1) * rate)) }

    /// The sum of the probabilities in a range by that of the mode: outward from the mode, or from the nearest end to it.
    private func weights(_ range: ClosedRange<Int>) -> Double {
        let odds = rate / (1 - rate)
        var sum = 0.0
        var weight = 1.0
        var count = mode
        while count <= range.upperBound, weight > Self.negligible {
            if count >= range.lowerBound { sum += weight }
            weight *= Double(samples - count) / Double(count + 1) * odds
            count += 1
        }
        weight = 1
        count = mode
        while count > range.lowerBound, weight > Self.negligible {
            weight *= Double(count) / Double(samples - count + 1) / odds
            count -= 1
            if count <= range.upperBound { sum += weight }
        }
        return sum
    }
}
