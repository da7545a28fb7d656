extension Recipe {
    /// How the images of the training split are changed, anew each time they are used.
    package struct Augment: Sendable, Equatable {
        /// The most pixels of a move along each axis.
        package var shift: Int
        package var flip: Flip
        package var range: SourceRange
    }

    package enum Flip: String, Sendable, CaseIterable {
        case none, horizontal, vertical, both
    }

    /// How the least contributing units are removed.
    package struct Prune: Sendable {
        /// What may be removed; not empty, none twice.
        package var structure: [Structure]
        package var contribution: Contribution
        /// The largest share of any one layer's weights that may be removed, 0 ≤ r < 1.
        package var maxRatio: Double
        /// What a weight's contribution is weighed against.
        package var cost: Cost
        /// How many times fewer multiply-adds a sample is to take, greater than 1; nil where only the size counts.
        package var speedup: Double?
        /// The deviation of the multiplicative noise on the weights in training, 0…1.
        package var noise: Double
        package var epochs: Int
        package var range: SourceRange
    }

    package enum Cost: String, Sendable, CaseIterable {
        /// The bytes that the weight takes in the coded file.
        case bytes
        /// Nothing: all weights cost the same.
        case weights
    }

    package enum Structure: String, Sendable, CaseIterable {
        case channel, weight
    }

    /// The measure of what a unit contributes to the output.
    package enum Contribution: String, Sendable, CaseIterable {
        case taylor, magnitude, fisher
    }

    /// How what is left is trained again.
    package struct Retrain: Sendable {
        package var epochs: Int
        /// Samples per step, a multiple of 64.
        package var batch: Int
        package var optimizer: Optimizer
        package var schedule: Schedule
        package var distill: Distillation
        package var range: SourceRange
    }

    package enum Optimizer: Sendable, Equatable {
        case adam(learningRate: Double)
        case sgd(learningRate: Double, momentum: Double)
    }

    /// How the learning rate runs over the steps.
    package enum Schedule: String, Sendable, CaseIterable {
        case cosine, constant
    }

    /// Learning from the original network's outputs.
    package struct Distillation: Sendable, Equatable {
        /// The share of the loss, 0…1.
        package var weight: Double
        /// Greater than 0.
        package var temperature: Double

        package init(weight: Double, temperature: Double) {
            self.weight = weight
            self.temperature = temperature
        }
    }

    /// How parameters are brought to few levels, round by round.
    package struct Quantize: Sendable {
        /// The most rounds, 1…64.
        package var rounds: Int
        /// The most distinct values in one layer, zero included, 3…255.
        package var maxLevels: Int
        /// Whether the recipe says so; otherwise it holds for training alone.
        package var statesLevels: Bool
        /// Epochs of training in one round.
        package var epochs: Int
        package var range: SourceRange
    }
}
