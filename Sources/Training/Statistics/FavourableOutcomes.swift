/// The outcomes of a comparison in pairs that speak at least as much as a given one for a drop of less than d.
///
/// They are ordered by (losses − gains − nd) / √(losses + gains + nd). The root makes the probability of what is below a given
/// value almost the same for all rates of discordant samples, so that the greatest one over an interval of rates costs little power.
/// Any order gives a valid test; this one also has, because of the nd under the root, what Barnard ("Significance tests for 2×2
/// tables", 1947) asks of one: an outcome stays in when a loss becomes a sample without a difference, or such a sample a gain.
/// The probability of all that are in is therefore the greater the rarer losses and the more frequent gains are.
struct FavourableOutcomes {
    private let samples: Int
    private let drop: Double
    /// Losses less gains at the drop: nd.
    private let permitted: Double
    /// The given outcome's place in the order; negative.
    private let score: Double

    init(as seen: PairedComparison, drop: Double) {
        samples = seen.samples
        self.drop = drop
        permitted = drop * Double(seen.samples)
        score =
            (Double(seen.losses - seen.gains) - permitted) / (Double(seen.losses + seen.gains) + permitted).squareRoot()
    }

    /// What is as favourable but for rounding is in.
    private static let tie = 1e-9

    /// Of so many discordant samples at most so many may be losses; −1 if even none are too many.
    func mostLosses(_ discordant: Int) -> Int {
        let sum = Double(discordant) + permitted
        let most = (sum + score * sum.squareRoot()) / 2 + Self.tie
        return most < 0 ? -1 : min(discordant, Int(most))
    }

    /// The probability of these outcomes, by the rates of losses and gains.
    ///
    /// That of losses is followed from one number of discordant samples to the next; time is that of the likely numbers.
    func probability(losing: Double, gaining: Double) -> Double {
        let (counts, weights) = Binomial(samples: samples, rate: min(1, losing + gaining)).likely
        let last = counts.upperBound - 1
        // No fewer losses are permitted when more samples are discordant.
        guard mostLosses(last) >= 0 else { return 0 }
        let first = smallest(in: counts.lowerBound...last) { mostLosses($0) >= 0 }
        let total = weights.reduce(0, +)
        func weight(_ discordant: Int) -> Double { weights[discordant - counts.lowerBound] }
        guard gaining > 0 else {
            return (first...last).reduce(0) { $0 + (mostLosses($1) >= $1 ? weight($1) : 0) } / total
        }
        let start = start(in: first...last, losing: losing / (losing + gaining))
        var tail = BinomialTail(samples: start, losing: losing, gaining: gaining, count: mostLosses(start))
        var sum = weight(start) * tail.atMost
        for discordant in start + 1..<max(start, last) + 1 {
            tail.move(samples: discordant, count: mostLosses(discordant))
            sum += weight(discordant) * tail.atMost
        }
        tail = BinomialTail(samples: start, losing: losing, gaining: gaining, count: mostLosses(start))
        for discordant in (first..<start).reversed() {
            tail.move(samples: discordant, count: mostLosses(discordant))
            sum += weight(discordant) * tail.atMost
        }
        return sum / total
    }

    /// Where about the most losses that are permitted are most likely. Elsewhere their probability may be too small for a number.
    private func start(in counts: ClosedRange<Int>, losing: Double) -> Int {
        func distance(_ discordant: Int) -> Double {
            let difference = Double(mostLosses(discordant)) - Double(discordant) * losing
            return difference * difference / Double(discordant + 1)
        }
        let candidates = stride(from: counts.lowerBound, through: counts.upperBound, by: max(1, counts.count / 64))
        return candidates.min { distance($0) < distance($1) } ?? counts.lowerBound
    }
}

extension FavourableOutcomes {
    /// How often an interval of rates is halved at most; what cannot be told then is taken to be likely.
    private static let halvings = 8

    /// Whether their probability is at most `limit` at each rate of discordant samples in a range, when losses are more frequent than
    /// gains by the drop.
    ///
    /// No grid: what holds for losses as at an interval's low end and gains as at its high end holds everywhere in it, and an interval
    /// for which it does not is halved.
    func areUnlikely(discordant rates: ClosedRange<Double>, limit: Double) -> Bool {
        func areUnlikely(_ low: Double, _ high: Double) -> Bool {
            probability(losing: (low + drop) / 2, gaining: (high - drop) / 2) <= limit
        }
        func areUnlikely(_ low: Double, _ high: Double, halvings: Int) -> Bool {
            if areUnlikely(low, high) { return true }
            let middle = (low + high) / 2
            guard halvings > 0, areUnlikely(middle, middle) else { return false }
            return areUnlikely(low, middle, halvings: halvings - 1) && areUnlikely(middle, high, halvings: halvings - 1)
        }
        let (low, high) = (rates.lowerBound, rates.upperBound)
        return areUnlikely(low, low) && areUnlikely(high, high) && areUnlikely(low, high, halvings: Self.halvings)
    }
}
