extension Recipe {
    /// How much time a run may take for a better result.
    package enum Effort: String, Sendable, CaseIterable {
        /// Without any training.
        case instant
        case fast, balanced, thorough
    }

    /// What the command line says in place of the recipe.
    package struct Overrides: Sendable {
        package var effort: Effort?
        package var seed: UInt64?

        package init(effort: Effort? = nil, seed: UInt64? = nil) {
            self.effort = effort
            self.seed = seed
        }
    }
}

extension Recipe {
    /// Whether a network is quantized without training before anything else is tried: where nothing but its own outputs could teach it,
    /// and where there is to be no training. A recipe that says how many levels there are, or how much less is to be computed, wants
    /// what training gives.
    package var beginsWithoutTraining: Bool {
        guard let quantize else { return false }
        let isTaughtAlone = !data.train.source.value.hasLabels || retrain.distill.weight == 1
        return effort == .instant || isTaughtAlone && !quantize.statesLevels && prune?.speedup == nil
    }
}

extension Recipe.Effort {
    /// Epochs of a recipe that names none.
    var pruneEpochs: Int {
        switch self {
        case .instant: 0
        case .fast: 6
        case .balanced: 20
        case .thorough: 40
        }
    }

    var retrainEpochs: Int {
        switch self {
        case .instant: 0
        case .fast: 0
        case .balanced: 1
        case .thorough: 2
        }
    }

    /// In each round.
    var quantizeEpochs: Int {
        switch self {
        case .instant: 0
        case .fast: 4
        case .balanced: 12
        case .thorough: 20
        }
    }

    /// On which it is measured what errors of weights do, where a run begins without training.
    package var measuredSamples: Int {
        switch self {
        case .instant, .fast: 256
        case .balanced, .thorough: 1024
        }
    }

    /// Networks, from the original one down, that a run may make in search of one that meets the constraints.
    package var descents: Int {
        switch self {
        case .instant: 0
        case .fast: 2
        case .balanced: 4
        case .thorough: 8
        }
    }

    /// Of these, those that follow one that met both constraints: the most accurate network of them all ships.
    package var repeats: Int {
        switch self {
        case .instant, .fast, .balanced: 0
        case .thorough: 3
        }
    }
}
