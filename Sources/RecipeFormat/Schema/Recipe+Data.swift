extension Recipe {
    /// The samples that the network is retrained with and judged by.
    package struct Data: Sendable {
        package var train: Split
        package var validation: Split
        package var test: Split?
        package var normalize: Normalization

        package var splits: [Split] { [train, validation] + [test].compactMap(\.self) }
    }

    package enum SplitName: String, Sendable, CaseIterable {
        case validation, test
    }

    /// One set of samples: a source, and which of its samples.
    package struct Split: Sendable {
        package var source: Located<Source>
        package var take: Located<Take>
    }

    /// The files that samples come from, relative to the recipe's folder.
    package enum Source: Sendable {
        case idx(inputs: Located<String>, labels: Located<String>?)
        /// `inputs` and `labels` name arrays in the file.
        case npz(file: Located<String>, inputs: [InputArray], labels: Located<String>?)
        case npy(inputs: Located<String>, labels: Located<String>?)
        case csv(file: Located<String>, label: Located<Column>?, hasHeader: Bool)

        /// Whether samples come with a label.
        package var hasLabels: Bool {
            switch self {
            case .idx(_, let labels), .npz(_, _, let labels), .npy(_, let labels): labels != nil
            case .csv(_, let label, _): label != nil
            }
        }
    }

    /// An array with what one input of the network takes for each sample.
    package struct InputArray: Sendable {
        /// nil for a network's only input.
        package var input: Located<String>?
        package var array: Located<String>
    }

    /// A column of a table.
    package enum Column: Sendable, Equatable {
        /// Needs a header.
        case name(String)
        /// Counted from 0.
        case index(Int)
    }

    /// Which samples of a source make a split.
    package enum Take: Sendable, Equatable {
        case all
        case first(Int)
        case last(Int)
        case range(Range<Int>)
    }

    /// What is done to an input value x of channel c: (x · scale − mean[c]) / std[c].
    package struct Normalization: Sendable {
        package var scale: Double
        /// One value for each channel; empty for 0 everywhere.
        package var mean: Located<[Double]>
        /// One value greater than 0 for each channel; empty for 1 everywhere.
        package var std: Located<[Double]>
    }
}
