/// An output that a file gives as a map of numbers for each sample, as scikit-learn's converter does behind a classifier's probabilities
/// (`ZipMap`). In the graph it is the tensor of the numbers.
package struct MappedOutput: Sendable, Equatable {
    package let output: String
    /// The name of the node that makes the maps.
    package let node: String
    /// What the columns of the tensor are called in the maps.
    package let keys: [String]

    package init(output: String, node: String, keys: [String]) {
        self.output = output
        self.node = node
        self.keys = keys
    }
}
