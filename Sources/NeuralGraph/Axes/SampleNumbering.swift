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
