/// What a metric needs of the original network's outputs on a split, to compare those of others with: for agreement the answers alone,
/// which are many times fewer.
package enum Reference: Sendable {
    /// By sample and position.
    case answers([Int32])
    /// `[sample][output]`.
    case values([Float])
}

/// What the original network comes to on a split.
package struct Baseline: Sendable {
    /// By output that is judged; none for metrics that do not compare with the original network.
    package let reference: [Reference]
    package let measurement: Measurement

    package var evaluation: Evaluation { measurement.evaluation }
}

/// What a network comes to on a split.
package struct Measurement: Sendable {
    package let evaluation: Evaluation
    /// Whether each sample is right in all that it is asked; never where values are compared.
    package let hits: [Bool]
}
