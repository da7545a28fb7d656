/// So many hits among independent samples, and what that says of the true rate. Exact (Clopper and Pearson, "The use of
/// confidence or fiducial limits illustrated in the case of the binomial", 1934).
package struct Proportion: Sendable, Equatable {
    package let hits: Int
    package let samples: Int

    package init(hits: Int, samples: Int) {
        precondition(samples > 0 && (0...samples).contains(hits), "hits are at most as many as samples")
        self.hits = hits
        self.samples = samples
    }

    /// Whether a rate below `floor` would give so many hits with a probability of at most 1 − `confidence`.
    package func clears(_ floor: Double, confidence: Double) -> Bool {
        Binomial(samples: samples, rate: floor).atLeast(hits) <= 1 - confidence
    }

    /// The rate is at least so high, with the confidence given.
    package func lowerBound(confidence: Double) -> Double {
        bisected(0, Double(hits) / Double(samples)) { clears($0, confidence: confidence) }
    }

    /// The rate is at most so high, with the confidence given.
    package func upperBound(confidence: Double) -> Double {
        1 - Proportion(hits: samples - hits, samples: samples).lowerBound(confidence: confidence)
    }

    /// The fewest hits among `samples` that clear a floor; `nil` if not even all of them do.
    package static func fewestHits(samples: Int, floor: Double, confidence: Double) -> Int? {
        func clears(_ hits: Int) -> Bool { Proportion(hits: hits, samples: samples).clears(floor, confidence: confidence) }
        guard clears(samples) else { return nil }
        return smallest(in: 0...samples, where: clears)
    }

    /// The fewest samples that clear a floor when all of them are hits.
    package static func fewestSamples(floor: Double, confidence: Double) -> Int? {
        guard floor < 1 else { return nil }
        var (samples, chance) = (0, 1.0)
        while chance > 1 - confidence {
            chance *= floor
            samples += 1
        }
        return max(1, samples)
    }

    /// About the fewest samples that clear a floor at this rate of hits; `nil` if the rate is not above the floor.
    package func samplesToClear(_ floor: Double, confidence: Double) -> Int? {
        let rate = Double(hits) / Double(samples)
        guard rate > floor else { return nil }
        func clears(_ samples: Int) -> Bool {
            Proportion(hits: Int(Double(samples) * rate), samples: samples).clears(floor, confidence: confidence)
        }
        return smallest(upTo: Self.mostSamples, where: clears)
    }

    private static let mostSamples = 1 << 30
}

/// The greatest number, to a billionth, from `low` up to `high` for which a condition holds that holds below it; `low` where it
/// never does.
func bisected(_ low: Double, _ high: Double, where holds: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    while high - low > 1e-9 {
        let middle = (low + high) / 2
        if holds(middle) { low = middle } else { high = middle }
    }
    return low
}

/// The smallest number from 1 on at which a condition begins to hold, found by doubling; `nil` if that is not up to `limit`, a power
/// of two.
func smallest(upTo limit: Int, where holds: (Int) -> Bool) -> Int? {
    var most = 1
    while !holds(most) {
        guard most < limit else { return nil }
        most *= 2
    }
    return smallest(in: most / 2 + 1...most, where: holds)
}

/// The smallest number of a range at which a condition begins to hold; the last if it holds at none before.
package func smallest(in range: ClosedRange<Int>, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
        let middle = low + (high - low) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}
