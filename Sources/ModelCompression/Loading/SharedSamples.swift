import Datasets
import Training

/// Samples that two splits of the data have in common: what a network does on samples that it has learnt from, or was chosen by, says
/// little of new ones.
struct SharedSamples {
    private let count: Int
    private let total: Int
    private let first: String
    private let own: String
    private let other: String

    /// - Returns: by pair of splits, those that have some.
    static func all(train: Training.Split, validation: Training.Split, test: Training.Split?) -> [SharedSamples] {
        let training = Set(train.digests)
        let ofValidation = validation.digests
        var found = [SharedSamples(ofValidation, training, of: validation, "validation", "training")]
        if let test {
            let ofTest = test.digests
            found.append(SharedSamples(ofTest, training, of: test, "test", "training"))
            found.append(SharedSamples(ofTest, Set(ofValidation), of: test, "test", "validation"))
        }
        return found.compactMap { $0 }
    }

    private init?(_ digests: [SampleDigest], _ others: Set<SampleDigest>, of split: Training.Split, _ own: String, _ other: String) {
        let shared = digests.indices.filter { others.contains(digests[$0]) }
        guard let first = shared.first else { return nil }
        let data = split.inputs[0]
        (count, total) = (shared.count, digests.count)
        self.first = "sample \(data.firstSample + first) of \(data.name)"
        (self.own, self.other) = (own, other)
    }

    var text: String {
        "\(count) of the \(total) samples of the \(own) split are in the \(other) split too (the first: \(first)): the accuracy on them "
            + "says little of new samples"
    }
}

extension Training.Split {
    /// Of each sample, with all its inputs.
    fileprivate var digests: [SampleDigest] {
        guard inputs.count > 1 else { return inputs[0].digests }
        return inputs.reduce(into: [SampleDigest](repeating: SampleDigest(), count: count)) { sums, data in
            for (index, digest) in data.digests.enumerated() { sums[index].add(digest) }
        }
    }
}
