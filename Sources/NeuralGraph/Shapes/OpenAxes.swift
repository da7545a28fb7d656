import ONNX

/// A length that follows from those of axes that the file leaves open, as far as it can be known from outside: what it is when these have
/// one length and another. Two lengths that are the same each time are taken for the same.
package struct OpenLength: Hashable, Sendable {
    package let tried: [Int]

    package init(tried: [Int]) { self.tried = tried }
}

/// The axes of inputs and outputs, besides the batch, that may be of any length: what the file calls them.
package struct OpenAxes: Equatable, Sendable {
    /// By the name of the input or output, and by its axis in the file.
    package var dimensions: [String: [Int: Dimension]] = [:]
    /// Which of the lengths that were tried the network's values have.
    package var current = 0

    package init() {}
}

/// A number of a shape or a range that a node is written with.
package enum WrittenLength: Sendable, Hashable {
    case number(Int)
    /// As long as another axis is.
    ///
    /// - Parameter now: the number, which is written where no axis is known that always is as long.
    case open(OpenLength, now: Int)
    /// The batch of the node's first input.
    case batch

    /// That of an axis of a shape.
    package static func length(_ axis: Int, of shape: [Int], _ open: [Int: OpenLength]) -> WrittenLength {
        open[axis].map { .open($0, now: shape[axis]) } ?? .number(shape[axis])
    }

    package var number: Int? { if case .number(let number) = self { number } else { nil } }
}
