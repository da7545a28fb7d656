/// What computed integers have of the number n of their sample: in the file they are n times a constant more than in the graph.
///
/// Indices into the samples of a whole batch are made so: `n * length + place` along an axis of N times `length` elements, or rows
/// `(n, place)`.
package struct SampleNumbering: Sendable {
    /// For each element of a sample, what n is multiplied with.
    package let steps: [Int]
    /// For each element, whether the rest, which is computed, may be below 0.
    package let mayBeNegative: [Bool]

    package init(steps: [Int], mayBeNegative: [Bool]) {
        self.steps = steps
        self.mayBeNegative = mayBeNegative
    }
}

/// How a node takes integers that tell the samples of the batch apart by their numbers, and what it makes of them.
package enum NumberedInputs: Sendable {
    /// Its outputs are elements of these inputs, moved and no more.
    case moved([Int])
    case sum
    /// Of input 0 and input 1.
    case difference
    /// Of this input and a number that is known.
    case product(of: Int)
    /// Input 1 has indices: each is one, or each row on the last axis.
    case indices(inRows: Bool)

    /// The inputs of which a node makes of a sum what it makes of both parts.
    package var positions: [Int] {
        switch self {
        case .moved(let positions): positions
        case .sum, .difference: [0, 1]
        case .product(let position): [position]
        case .indices: []
        }
    }

    /// Whether an output is at least 0 where what it is made of is.
    package var keepsSigns: Bool {
        switch self {
        case .moved, .sum: true
        case .difference, .product, .indices: false
        }
    }

    /// Whether the output is the other input where this one is nothing but numbers of samples, but for them.
    package func mayBeLeftOut(_ position: Int) -> Bool {
        switch self {
        case .sum: true
        case .difference: position == 1
        case .moved, .product, .indices: false
        }
    }
}

extension AxisTranslation {
    /// Whether nothing but the indices at input 1 has numbers of samples in it.
    package var hasNumberedIndices: Bool { inputs.indices.filter { inputs[$0]?.numbering != nil } == [1] }
}
