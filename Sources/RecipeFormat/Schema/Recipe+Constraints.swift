/// How good a network is.
package enum Metric: String, Sendable, CaseIterable {
    /// The share of samples whose label has the largest output.
    case top1
    /// The share of samples whose label is among the five largest outputs.
    case top5
    /// The share of samples for which the original network and the result agree.
    case agreement
    /// The mean cosine of the angle between the original network's outputs and the result's.
    case cosine
    /// The mean squared difference from the original network's outputs.
    case mse

    var needsLabels: Bool {
        switch self {
        case .top1, .top5: true
        case .agreement, .cosine, .mse: false
        }
    }

    /// The keys that can bound the metric.
    var bounds: [String] {
        switch self {
        case .top1, .top5: ["floor", "max_drop"]
        case .agreement, .cosine: ["floor"]
        case .mse: ["ceiling"]
        }
    }
}

extension Recipe {
    /// How good the result must be.
    package struct Accuracy: Sendable {
        package var bound: Located<Bound>
        /// The split that decides; with `test` the test split decides as well as the validation split.
        package var split: Located<SplitName>
        /// How sure it must be that samples which nothing was chosen by keep to the bound, 0.5 ..< 1; nil where the split's own value
        /// counts.
        package var confidence: Located<Double>?
    }

    package enum Bound: Sendable, Equatable {
        /// The least value of the metric, 0…1.
        case floor(Double)
        /// How far the metric may drop from the original network's on the same split, 0…1.
        case maxDrop(Double)
        /// The largest mean squared error.
        case ceiling(Double)
    }

    /// How small the result must be.
    package struct Size: Sendable {
        package var target: Located<SizeTarget>
        package var measure: SizeMeasure
    }

    package enum SizeTarget: Sendable, Equatable {
        /// The most bytes that the result may have.
        case bytes(Int)
        /// The least quotient of the original file's bytes and the result's, greater than 1.
        case ratio(Double)
        /// As small as the accuracy allows.
        case smallest
    }

    /// The file whose bytes are counted.
    package enum SizeMeasure: String, Sendable, CaseIterable {
        case cmdl, onnx
    }
}
