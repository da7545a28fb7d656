extension RecipeReader {
    private static let epochs = 0...1_000_000
    private static let batches = 64...65_536
    private static let shifts = 0...64

    /// nil for `augment: none`, and where nothing is said.
    mutating func augment(_ node: YAMLNode?) -> Recipe.Augment? {
        guard let node, !isNone(node) else { return nil }
        let fields = fields(node, allowed: ["shift", "flip"], expected: .noneOrMapping)
        let augment = Recipe.Augment(
            shift: integer(fields["shift"], in: Self.shifts, default: 0),
            flip: word(fields["flip"], default: .none), range: node.place)
        return augment.shift == 0 && augment.flip == .none ? nil : augment
    }

    /// nil for `prune: none`.
    mutating func prune(_ node: YAMLNode?, effort: Recipe.Effort, root: Fields) -> Recipe.Prune? {
        if isNone(node) { return nil }
        let fields = fields(
            node, allowed: ["structure", "contribution", "max_ratio", "cost", "speedup", "noise", "epochs"],
            expected: .noneOrMapping)
        let structure = structure(fields["structure"])
        if let speedup = fields["speedup"], !structure.contains(.channel) {
            reports.add(.speedupWithoutChannels, at: speedup.range)
        }
        return Recipe.Prune(
            structure: structure,
            contribution: word(fields["contribution"], default: .fisher),
            maxRatio: number(fields["max_ratio"], .properFraction) ?? 0.999,
            cost: word(fields["cost"], default: .bytes),
            speedup: number(fields["speedup"], .aboveOne),
            noise: number(fields["noise"], .fraction) ?? 0.2,
            epochs: integer(fields["epochs"], in: Self.epochs, default: effort.pruneEpochs),
            range: node?.place ?? root.place)
    }

    private mutating func structure(_ node: YAMLNode?) -> [Recipe.Structure] {
        guard let node, let items = items(node, expected: .filledSequence) else {
            return [.channel, .weight]
        }
        let structure: [Recipe.Structure] = distinct(items, of: node, text: \.rawValue) { $0.word($1) }
        // The order says nothing; one order keeps the resolved text the same.
        return Recipe.Structure.allCases.filter(structure.contains)
    }

    mutating func retrain(_ node: YAMLNode?, effort: Recipe.Effort, root: Fields) -> Recipe.Retrain {
        let fields = fields(node, allowed: ["epochs", "batch", "optimizer", "schedule", "distill"])
        return Recipe.Retrain(
            epochs: integer(fields["epochs"], in: Self.epochs, default: effort.retrainEpochs),
            batch: multiple(fields["batch"], of: 64, in: Self.batches, default: 128),
            optimizer: optimizer(fields["optimizer"]),
            schedule: word(fields["schedule"], default: .cosine),
            distill: distillation(fields["distill"]),
            range: node?.place ?? root.place)
    }

    private mutating func optimizer(_ node: YAMLNode?) -> Recipe.Optimizer {
        let fallback = Recipe.Optimizer.adam(learningRate: 0.003)
        guard let node else { return fallback }
        let kinds = fields(node, allowed: ["adam", "sgd"])
        guard let (kind, value) = only(of: ["adam", "sgd"], in: kinds) else { return fallback }
        if kind == "adam" {
            let fields = fields(value, allowed: ["learning_rate"])
            return .adam(learningRate: number(fields["learning_rate"], .positive) ?? 0.003)
        }
        let fields = fields(value, allowed: ["learning_rate", "momentum"])
        return .sgd(
            learningRate: number(fields["learning_rate"], .positive) ?? 0.02,
            momentum: number(fields["momentum"], .properFraction) ?? 0.9)
    }

    private mutating func distillation(_ node: YAMLNode?) -> Recipe.Distillation {
        if case .scalar = node?.content {
            let weight = number(node, .fraction, expected: .numberOrMapping)
            return Recipe.Distillation(weight: weight ?? 0.7, temperature: 1)
        }
        let fields = fields(node, allowed: ["weight", "temperature"], expected: .numberOrMapping)
        return Recipe.Distillation(
            weight: number(fields["weight"], .fraction) ?? 0.7,
            temperature: number(fields["temperature"], .positive) ?? 1)
    }

    /// nil for `quantize: none`.
    mutating func quantize(_ node: YAMLNode?, effort: Recipe.Effort, root: Fields) -> Recipe.Quantize? {
        if isNone(node) { return nil }
        let fields = fields(node, allowed: ["rounds", "levels", "epochs"], expected: .noneOrMapping)
        let levels = self.fields(fields["levels"], allowed: ["max"])
        return Recipe.Quantize(
            rounds: integer(fields["rounds"], in: 1...64, default: 4),
            maxLevels: integer(levels["max"], in: Recipe.levels, default: 16), statesLevels: levels["max"] != nil,
            epochs: integer(fields["epochs"], in: Self.epochs, default: effort.quantizeEpochs),
            range: node?.place ?? root.place)
    }
}

extension Recipe {
    /// How many distinct values a layer may have: both signs and zero at the least, one byte at the most.
    static let levels = 3...255
}
