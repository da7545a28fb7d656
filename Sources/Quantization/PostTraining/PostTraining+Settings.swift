extension PostTraining {
    /// What quantization without training is made of. The product always takes what stands here; a part of it is a setting because
    /// `Benchmarks/ablation` leaves it out, to tell what it gives.
    package struct Settings: Sendable {
        /// Whether a column makes up for the errors of those before it, and whether a unit does.
        package var (feedsBackOverColumns, feedsBackOverUnits) = (true, true)
        /// Whether columns come first whose errors cost most; else they come as they stand.
        package var sortsColumns = true
        /// The share of moments of inputs beside those that gradients tell.
        package var inputShare: Float = 0.5
        /// What is added to the diagonals of moments, of their means.
        package var (columnDamping, unitDamping) = (0.01, 0.05)
        /// Over the root of the samples, the share of how units meet that is not believed: a tenth after 1,024 of them, more after fewer.
        package var doubt = 3.2
        /// Whether rows and columns whose errors cost more have finer steps.
        package var hasScales = true
        /// Whether layers whose errors cost more have finer steps; else each has the same step for the deviation of its weights.
        package var followsCurvature = true
        /// Beyond the middle between two levels a weight goes to the greater one only from so far on, in steps: bits are worth something.
        package var zone: Float = 0.05
        /// What a step of a level that depends on others is worth for the same reason, in squares of steps.
        package var price: Float = 0.05
        /// Whether shifts of units keep their means where they were.
        package var correctsBiases = true

        package init() {}
    }
}
