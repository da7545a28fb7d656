import RecipeFormat
import Training

/// What is promised, with a confidence, of samples that nothing was chosen by.
struct AccuracyPromise {
    let bound: Recipe.Bound
    let confidence: Double

    /// What the search asks of a split that it looks at, so that one of the same size which it does not look at will bear the
    /// promise out.
    func searchBound(baseline: Evaluation) -> Double {
        let samples = baseline.samples
        switch bound {
        case .floor(let floor):
            let hits = Proportion.fewestHits(samples: samples, floor: floor, confidence: confidence)
            return Double(hits ?? samples) / Double(samples)
        case .maxDrop(let drop):
            // Where even gains alone would not bear the promise out, nothing better than all can be asked for.
            return min(1, baseline.value - Double(greatestDrop(drop, baseline)) / Double(samples))
        case .ceiling(let ceiling):
            return ceiling
        }
    }

    /// In samples. As many are taken to be discordant as if both networks failed independently of each other.
    private func greatestDrop(_ drop: Double, _ baseline: Evaluation) -> Int {
        let samples = baseline.samples
        let discordant = min(samples, Int(Double(samples) * (drop + 2 * (1 - baseline.value))))
        let least = smallest(in: 0...discordant) { gains in
            PairedComparison(losses: discordant - gains, gains: gains, samples: samples)
                .clears(drop: drop, confidence: confidence)
        }
        return discordant - 2 * least
    }

    /// - Parameters:
    ///   - original, result: whether each sample is a hit.
    func certificate(original: [Bool], result: [Bool]) -> Certificate {
        let proportion = Proportion(hits: result.count { $0 }, samples: result.count)
        let pairs = PairedComparison(
            losses: zip(original, result).count { $0 && !$1 }, gains: zip(original, result).count { !$0 && $1 },
            samples: result.count)
        let isCertified = isBorneOut(by: proportion, pairs)
        return Certificate(
            confidence: confidence, isCertified: isCertified, samples: result.count, hits: proportion.hits,
            atLeast: proportion.lowerBound(confidence: confidence), losses: pairs.losses, gains: pairs.gains,
            dropAtMost: pairs.upperBound(confidence: confidence), samplesNeeded: isCertified ? nil : samplesNeeded(proportion, pairs))
    }

    private func isBorneOut(by proportion: Proportion, _ pairs: PairedComparison) -> Bool {
        switch bound {
        case .floor(let floor): proportion.clears(floor, confidence: confidence)
        case .maxDrop(let drop): pairs.clears(drop: drop, confidence: confidence)
        case .ceiling: true
        }
    }

    private func samplesNeeded(_ proportion: Proportion, _ pairs: PairedComparison) -> Int? {
        switch bound {
        case .floor(let floor): proportion.samplesToClear(floor, confidence: confidence)
        case .maxDrop(let drop): pairs.samplesToClear(drop: drop, confidence: confidence)
        case .ceiling: nil
        }
    }
}

/// What the test split says of the promise.
struct Certificate: Codable, Equatable {
    let confidence: Double
    let isCertified: Bool
    let samples: Int
    let hits: Int
    /// The result's true rate of hits, with the confidence.
    let atLeast: Double
    /// Samples that only the original has right, and that only the result has.
    let losses: Int
    let gains: Int
    /// The true drop from the original, with the confidence.
    let dropAtMost: Double
    /// About how many samples would bear the promise out at these rates; absent if none would.
    let samplesNeeded: Int?
}
