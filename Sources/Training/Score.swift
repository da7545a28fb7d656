/// A metric of one output while the samples of a split are looked at one after the other, in their order, and what is certain of its
/// final value.
struct Score {
    private let metric: Metric
    private let expected: Expected
    /// Outputs of a sample.
    private let width: Int
    /// Of the whole split.
    private let samples: Int
    private(set) var seen = 0
    /// By sample that was seen: whether its class is among the greatest outputs, or all its answers are right; never where values are
    /// compared.
    private(set) var hits: [Bool] = []
    /// Of the samples that were seen.
    private var rightAnswers = 0
    /// Squared errors, or cosines.
    private var sum = 0.0

    /// What outputs are compared with, by sample.
    private enum Expected {
        /// A sample is a hit if its class is among so many greatest outputs.
        case classes([Int32], places: Int)
        /// By sample and position.
        case answers([Int32], AnswerForm)
        case values([Float])
        case directions([Float])

        /// Those that are right or wrong.
        var answersPerSample: Int { if case .answers(_, let form) = self { form.positions } else { 1 } }
    }

    /// - Parameters:
    ///   - width: outputs of a sample.
    ///   - answers: for `agreement`; `nil` where a sample's outputs are those of one position.
    ///   - reference: the original network's on this split, for metrics that compare with it.
    init(_ metric: Metric, on split: Split, width: Int, answers: AnswerForm?, reference: Reference?) {
        self.metric = metric
        self.width = width
        samples = split.count
        expected = Self.expected(metric, split, answers ?? AnswerForm(classes: width), reference)
        switch expected {
        case .values(let values), .directions(let values):
            precondition(values.count == samples * width && !values.isEmpty, "outputs and targets must be as many")
        case .classes, .answers: break
        }
    }

    private static func expected(
        _ metric: Metric, _ split: Split, _ form: AnswerForm, _ reference: Reference?
    ) -> Expected {
        switch (metric, split.targets, reference) {
        case (.mse, .values(let values, _), _): .values(values)
        case (.mse, _, .values(let values)): .values(values)
        case (.cosine, _, .values(let values)): .directions(values)
        case (.agreement, _, .answers(let answers)): .answers(answers, form)
        case (.top1, .classes(let labels, _), _): .classes(labels, places: 1)
        case (.top5, .classes(let labels, _), _): .classes(labels, places: 5)
        default: preconditionFailure("\(metric) needs labels, or what the original network gives")
        }
    }

    /// Takes in the next `count` samples.
    /// - Parameter outputs: of these samples, `[sample][output]`.
    mutating func add(_ count: Int, outputs: UnsafeBufferPointer<Float>) {
        for (place, sample) in (seen..<seen + count).enumerated() {
            let range = sample * width..<(sample + 1) * width
            let own = UnsafeBufferPointer(rebasing: outputs[place * width..<(place + 1) * width])
            switch expected {
            case .classes(let labels, let places): add(rightAnswers: own.rank(of: Int(labels[sample])) < places ? 1 : 0)
            case .answers(let all, let form):
                let start = sample * form.positions
                add(rightAnswers: (0..<form.positions).count { form.answer(own, position: $0) == Int(all[start + $0]) })
            case .values(let values):
                for (output, value) in zip(own, values[range]) {
                    let error = Double(output) - Double(value)
                    sum += error * error
                }
                hits.append(false)
            case .directions(let values):
                sum += cosine(own, values[range])
                hits.append(false)
            }
        }
        seen += count
    }

    /// Takes in what outputs are compared with, for all samples, as the outputs themselves.
    mutating func addReference() {
        switch expected {
        case .classes: preconditionFailure("labels are no outputs")
        case .answers:
            for _ in 0..<samples { add(rightAnswers: expected.answersPerSample) }
            seen = samples
        case .values(let values), .directions(let values): values.withUnsafeBufferPointer { add(samples, outputs: $0) }
        }
    }

    /// Takes in a sample.
    private mutating func add(rightAnswers count: Int) {
        rightAnswers += count
        hits.append(count == expected.answersPerSample)
    }
}

/// 0 where either has no direction, unless neither has.
private func cosine(_ a: UnsafeBufferPointer<Float>, _ b: ArraySlice<Float>) -> Double {
    var (product, first, second) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
        product += Double(x) * Double(y)
        first += Double(x) * Double(x)
        second += Double(y) * Double(y)
    }
    guard first > 0, second > 0 else { return first == second ? 1 : 0 }
    return max(-1, min(1, product / (first.squareRoot() * second.squareRoot())))
}

extension Score {
    /// What the metric comes to if all samples that were not seen are right.
    ///
    /// No sample makes it better: rounded or not, a sum of squared errors does not shrink by adding what is not negative, nor does
    /// its quotient by the number of samples. A sum of cosines is rounded, by less than the slack.
    var best: Evaluation {
        let rest = samples - seen
        switch expected {
        case .classes, .answers: return share(rightAnswers + rest * expected.answersPerSample)
        case .values: return evaluation(sum / Double(samples * width))
        case .directions: return evaluation(rest == 0 ? sum / Double(samples) : (sum + Double(rest)) / Double(samples) + Self.slack)
        }
    }

    /// What the metric comes to if all samples that were not seen are wrong; `nil` where an error has no limit.
    var worst: Evaluation? {
        let rest = samples - seen
        switch expected {
        case .classes, .answers: return share(rightAnswers)
        case .values: return rest == 0 ? best : nil
        case .directions: return rest == 0 ? best : evaluation((sum - Double(rest)) / Double(samples) - Self.slack)
        }
    }

    /// What the metric counts or averages over: answers, numbers or directions of a sample.
    var itemsPerSample: Int {
        switch expected {
        case .classes, .directions: 1
        case .answers: expected.answersPerSample
        case .values: width
        }
    }

    private static let slack = 1e-6

    private func share(_ answers: Int) -> Evaluation {
        evaluation(Double(answers) / Double(samples * expected.answersPerSample))
    }

    private func evaluation(_ value: Double) -> Evaluation {
        Evaluation(metric: metric, value: value, samples: samples)
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
