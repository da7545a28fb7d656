import Foundation

/// The files that samples come from, and the labels where there are any.
package enum DataSource: Hashable, Sendable {
    /// IDX files, as they are or gzipped.
    case idx(inputs: URL, labels: URL?)
    /// Two arrays of an NPZ file, by name.
    case npz(file: URL, inputs: String, labels: String?)
    case npy(inputs: URL, labels: URL?)
    /// A table with a sample per row; every column but the label's is an input.
    case csv(file: URL, label: CSVLabel?, header: Bool)
}
