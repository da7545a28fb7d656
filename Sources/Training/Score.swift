/// A metric while the samples of a split are looked at one after the other, in their order, and what is certain of
/// its final value.
struct Score {
    private let metric: Metric
    private let expected: Expected
    private let width: Int
    /// Of the whole split.
    private let samples: Int
    private(set) var seen = 0
    private var hits = 0
    private var squaredError = 0.0

    /// What outputs are compared with, by sample.
    private enum Expected {
        /// A sample is a hit if its class is among so many greatest outputs.
        case classes([Int32], places: Int)
        case values([Float])
    }

    /// - Parameters:
    ///   - width: outputs of a sample.
    ///   - reference: the original network's outputs on this split, for `agreement` and for `mse` without targets.
    init(_ metric: Metric, on split: Split, width: Int, reference: Teacher?) {
        self.metric = metric
        self.width = width
        samples = split.count
        expected = Self.expected(metric, split, reference)
        if case .values(let values) = expected {
            precondition(values.count == samples * width && !values.isEmpty, "outputs and targets must be as many")
        }
    }

    private static func expected(_ metric: Metric, _ split: Split, _ reference: Teacher?) -> Expected {
        switch (metric, split.targets) {
        case (.mse, .values(let values, _)):
            return .values(values)
        case (.mse, _):
            return .values(reference?.outputs ?? [])
        case (.agreement, _):
            guard let reference else { preconditionFailure("agreement needs the original network's outputs") }
            return .classes((0..<split.count).map { Int32(reference.top($0)) }, places: 1)
        case (_, .classes(let labels, _)):
            return .classes(labels, places: metric == .top1 ? 1 : 5)
        default:
            preconditionFailure("\(metric) needs labels")
        }
    }

    /// Takes in the next `count` samples.
    /// - Parameter outputs: of the whole split, `[sample][output]`.
    mutating func add(_ count: Int, outputs: UnsafeBufferPointer<Float>) {
        for sample in seen..<seen + count {
            switch expected {
            case .classes:
                if isHit(sample, outputs: outputs) { hits += 1 }
            case .values(let values):
                let range = sample * width..<(sample + 1) * width
                for (output, value) in zip(outputs[range], values[range]) {
                    let error = Double(output) - Double(value)
                    squaredError += error * error
                }
            }
        }
        seen += count
    }
}

extension Score {
    /// Whether a sample's class is among the greatest outputs; never where values are compared.
    func isHit(_ sample: Int, outputs: UnsafeBufferPointer<Float>) -> Bool {
        guard case .classes(let labels, let places) = expected else { return false }
        let row = UnsafeBufferPointer(rebasing: outputs[sample * width..<(sample + 1) * width])
        return row.rank(of: Int(labels[sample])) < places
    }

    /// What the metric comes to if all samples that were not seen are right.
    ///
    /// No sample makes it better: rounded or not, a sum does not shrink by adding what is not negative, nor does its
    /// quotient by the number of samples.
    var best: Evaluation {
        switch expected {
        case .classes: evaluation(Double(hits + samples - seen) / Double(samples))
        case .values: evaluation(squaredError / Double(samples * width))
        }
    }

    /// What the metric comes to if all samples that were not seen are wrong; `nil` where an error has no limit.
    private var worst: Evaluation? {
        switch expected {
        case .classes: evaluation(Double(hits) / Double(samples))
        case .values: seen == samples ? best : nil
        }
    }

    private func evaluation(_ value: Double) -> Evaluation {
        Evaluation(metric: metric, value: value, samples: samples)
    }

    /// Whether a requirement is met, as soon as that is certain; `nil` before.
    func decision(_ requirement: Requirement) -> Decision? {
        guard requirement.isMet(by: best) else { return Decision(isMet: false, evaluated: seen, limit: best) }
        guard let worst, requirement.isMet(by: worst) else { return nil }
        return Decision(isMet: true, evaluated: seen, limit: worst)
    }
}

extension UnsafeBufferPointer<Float> {
    /// How many outputs stand before `label`; of equals the first stands first.
    fileprivate func rank(of label: Int) -> Int {
        let own = self[label]
        var rank = 0
        for (output, other) in enumerated() where other > own || other == own && output < label { rank += 1 }
        return rank
    }
}
