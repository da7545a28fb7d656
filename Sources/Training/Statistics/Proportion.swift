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

    /// Whether a rate of `floor` or less would give so many hits with a probability of at most 1 − `confidence`.
    package func clears(_ floor: Double, confidence: Double) -> Bool {
        Binomial(samples: samples, rate: floor).atLeast(hits) <= 1 - confidence
    }

    /// The rate is at least so high, with the confidence given: never above the exact bound, and below it by less than 10⁻¹¹.
    package func lowerBound(confidence: Double) -> Double {
        let bound = bisected(0, Double(hits) / Double(samples)) { clears($0, confidence: confidence) }
        return max(0, bound - Self.roundingError)
    }

    /// The rate is at most so high, with the confidence given: never below the exact bound.
    package func upperBound(confidence: Double) -> Double {
        1 - Proportion(hits: samples - hits, samples: samples).lowerBound(confidence: confidence)
    }

    /// The rate is in here with the confidence given, outside on either side with half of what is left.
    package func interval(confidence: Double) -> ClosedRange<Double> {
        let oneSided = 1 - (1 - confidence) / 2
        return lowerBound(confidence: oneSided)...upperBound(confidence: oneSided)
    }

    /// Of a bound, for the tails it is found by are rounded.
    private static let roundingError = 1e-12

    /// The fewest hits among `samples` that clear a floor; `nil` if not even all of them do.
    package static func fewestHits(samples: Int, floor: Double, confidence: Double) -> Int? {
        func clears(_ hits: Int) -> Bool { Proportion(hits: hits, samples: samples).clears(floor, confidence: confidence) }
        guard clears(samples) else { return nil }
        return smallest(in: 0...samples, where: clears)
    }

    /// The fewest samples that clear a floor when all of them are hits; `nil` if none do.
    package static func fewestSamples(floor: Double, confidence: Double) -> Int? {
        guard floor < 1 else { return nil }
        return smallest(upTo: mostSamples) { Proportion(hits: $0, samples: $0).clears(floor, confidence: confidence) }
    }

    /// About the fewest samples that clear a floor at this rate of hits; `nil` if the rate is not above the floor.
    package func samplesToClear(_ floor: Double, confidence: Double) -> Int? {
        guard Double(hits) > floor * Double(samples) else { return nil }
        return smallest(upTo: Self.mostSamples) { count in
            let share = count.multipliedFullWidth(by: hits)
            let hits = samples.dividingFullWidth(share).quotient
            return Proportion(hits: hits, samples: count).clears(floor, confidence: confidence)
        }
    }

    private static let mostSamples = 1 << 30
}
