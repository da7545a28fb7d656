/// The number of successes among independent samples. Computed with exact operations alone, so that it is the same on every
/// machine: probabilities relative to that of the mode, by the ratio of neighbours, and divided by their sum.
///
/// A probability's rounding error is below 10⁻¹¹ of it for a million samples. Time is that of the counts that are not all but
/// impossible: some twenty standard deviations.
package struct Binomial: Sendable {
    package let samples: Int
    /// The probability of a success, 0 to 1.
    package let rate: Double
    private let odds: Double

    package init(samples: Int, rate: Double) {
        precondition(samples >= 0 && (0...1).contains(rate), "a binomial distribution has samples and a rate from 0 to 1")
        self.samples = samples
        self.rate = rate
        odds = rate / (1 - rate)
    }

    /// What is less likely than the mode by this factor is left out.
    private static let negligible = 1e-20

    /// The probability of at least `count` successes.
    package func atLeast(_ count: Int) -> Double {
        if count <= 0 { return 1 }
        if count > samples { return 0 }
        if rate == 0 || rate == 1 { return rate }
        if count == samples { return Self.power(rate, samples) }
        return weights(count...samples) / weights(0...samples)
    }

    /// The probability of at most `count` successes.
    package func atMost(_ count: Int) -> Double {
        if count >= samples { return 1 }
        if count < 0 { return 0 }
        if rate == 0 || rate == 1 { return 1 - rate }
        if count == 0 { return Self.power(1 - rate, samples) }
        return weights(0...count) / weights(0...samples)
    }

    /// The probability of `count` successes, however small.
    package func exactly(_ count: Int) -> Double {
        guard (0...samples).contains(count) else { return 0 }
        if rate == 0 || rate == 1 { return count == (rate == 0 ? 0 : samples) ? 1 : 0 }
        var weight = 1.0
        for lower in mode..<max(mode, count) { weight *= ratio(after: lower) }
        for upper in (min(mode, count)..<mode).reversed() { weight *= ratio(before: upper + 1) }
        return weight / weights(0...samples)
    }

    /// The counts that are not all but impossible, and their probabilities by that of the mode.
    var likely: (counts: Range<Int>, weights: [Double]) {
        if rate == 0 || rate == 1 { return (mode..<mode + 1, [1]) }
        var (above, below) = ([1.0], [Double]())
        var (weight, count) = (1.0, mode)
        while count < samples, weight > Self.negligible {
            weight *= ratio(after: count)
            count += 1
            above.append(weight)
        }
        (weight, count) = (1, mode)
        while count > 0, weight > Self.negligible {
            weight *= ratio(before: count)
            count -= 1
            below.append(weight)
        }
        return (count..<mode + above.count, below.reversed() + above)
    }

    private var mode: Int { min(samples, Int(Double(samples + 1) * rate)) }

    /// How many times as likely as `count` successes one more is.
    private func ratio(after count: Int) -> Double {
        Double(samples - count) * odds / Double(count + 1)
    }

    /// How many times as likely as `count` successes one fewer is.
    private func ratio(before count: Int) -> Double {
        Double(count) / (Double(samples - count + 1) * odds)
    }

    /// The sum of the probabilities in a range by that of the mode, outward from it.
    private func weights(_ range: ClosedRange<Int>) -> Double {
        var sum = 0.0
        var weight = 1.0
        var count = mode
        while count <= range.upperBound, weight > Self.negligible {
            if count >= range.lowerBound { sum += weight }
            weight *= ratio(after: count)
            count += 1
        }
        weight = 1
        count = mode
        while count > range.lowerBound, weight > Self.negligible {
            weight *= ratio(before: count)
            count -= 1
            if count <= range.upperBound { sum += weight }
        }
        return sum
    }

    /// By repeated squaring.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
