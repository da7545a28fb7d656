/// A metric of all outputs that are judged: the mean over all answers, numbers or directions that they are compared by.
struct JointScore {
    /// By output.
    private var scores: [Score]
    private let samples: Int

    /// - Parameters:
    ///   - widths: by output that is judged.
    ///   - answers: for `agreement`, by output; none where a sample's outputs are those of one position.
    ///   - reference: by output; none for metrics that do not compare with it.
    init(_ metric: Metric, on split: Split, widths: [Int], answers: [AnswerForm], reference: [Reference]) {
        samples = split.count
        scores = widths.indices.map { index in
            Score(
                metric, on: split, width: widths[index], answers: answers.isEmpty ? nil : answers[index],
                reference: reference.isEmpty ? nil : reference[index])
        }
    }

    /// Samples that all outputs have been looked at for.
    var seen: Int { scores.reduce(samples) { min($0, $1.seen) } }

    /// Takes in the next `count` samples of an output.
    /// - Parameter outputs: of these samples, `[sample][output]`.
    mutating func add(_ count: Int, of output: Int, outputs: UnsafeBufferPointer<Float>) { scores[output].add(count, outputs: outputs) }

    /// Takes in what the outputs are compared with, for all samples, as the outputs themselves.
    mutating func addReference() {
        for output in scores.indices { scores[output].addReference() }
    }

    /// Once all samples have been looked at.
    var measurement: Measurement {
        Measurement(evaluation: best, hits: (0..<samples).map { sample in scores.allSatisfy { $0.hits[sample] } })
    }

    /// What the metric comes to if all samples that were not seen are right.
    var best: Evaluation { joint(scores.map(\.best)) }

    /// What the metric comes to if all samples that were not seen are wrong; `nil` where an error has no limit.
    private var worst: Evaluation? {
        let all = scores.compactMap(\.worst)
        return all.count == scores.count ? joint(all) : nil
    }

    /// Rounded or not, it does not fall where none of the evaluations does.
    private func joint(_ evaluations: [Evaluation]) -> Evaluation {
        guard evaluations.count > 1 else { return evaluations[0] }
        var (sum, items) = (0.0, 0)
        for (score, evaluation) in zip(scores, evaluations) {
            sum += Double(score.itemsPerSample) * evaluation.value
            items += score.itemsPerSample
        }
        return Evaluation(metric: evaluations[0].metric, value: sum / Double(items), samples: samples)
    }

    /// Whether a requirement is met, as soon as that is certain; `nil` before.
    func decision(_ requirement: Requirement) -> Decision? {
        guard requirement.isMet(by: best) else { return Decision(isMet: false, evaluated: seen, limit: best) }
        guard let worst, requirement.isMet(by: worst) else { return nil }
        return Decision(isMet: true, evaluated: seen, limit: worst)
    }
}
