/// How good a network is, as one number.
package enum Metric: String, Sendable, CaseIterable {
    /// The share of samples whose label has the greatest output, or one of the five greatest.
    case top1, top5
    /// The share of answers that are those of the original network: one for each sample, or for each position of its output.
    case agreement
    /// The mean cosine of the angle between the outputs of a sample and those of the original network, -1 to 1.
    case cosine
    /// The mean squared error against the targets, or against the original network's outputs.
    case mse

    package var isHigherBetter: Bool { self != .mse }

    /// Whether it counts samples that are right.
    package var isShare: Bool { self != .mse && self != .cosine }
}

/// A metric's value on a split.
package struct Evaluation: Sendable, Equatable {
    package let metric: Metric
    package let value: Double
    package let samples: Int

    package init(metric: Metric, value: Double, samples: Int) {
        self.metric = metric
        self.value = value
        self.samples = samples
    }

    package func isBetter(than other: Evaluation) -> Bool {
        metric.isHigherBetter ? value > other.value : value < other.value
    }
}

extension Evaluation {
    /// For people: a percentage, or the error itself.
    package var text: String {
        guard metric.isShare else { return "\(metric == .cosine ? value.rounded4 : value)" }
        let hundredths = Int((value * 10000).rounded())
        let (whole, fraction) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(fraction < 10 ? "0" : "")\(fraction) %"
    }
}

extension Double {
    /// Four decimal places, for people.
    package var rounded4: Double { (self * 10000).rounded() / 10000 }
}
