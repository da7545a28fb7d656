/// What a sample of a network is.
package enum Batch: Sendable {
    /// Axis 0 of every value in the file is the batch, and is no part of a sample's shape.
    case axis0
    /// A sample is one whole invocation of the network: shapes are those of the file.
    case invocation

    /// Axes in the file before those of a sample.
    package var axes: Int { self == .axis0 ? 1 : 0 }
}

/// Lengths of axes that a file leaves open, apart from the batch.
package struct InputShapes: Sendable {
    /// By the dimension's name in the file.
    package var lengths: [String: Int]
    /// In full, by input.
    package var shapes: [String: [Int]]
    /// Inputs that are known to be given a part of their own for each sample, whatever their axes are called.
    package var sampled: Set<String>
    /// What the file calls the batch, if not as it seems.
    package var batchName: String?

    package init(lengths: [String: Int] = [:], shapes: [String: [Int]] = [:], sampled: Set<String> = []) {
        self.lengths = lengths
        self.shapes = shapes
        self.sampled = sampled
    }
}
