extension Recipe {
    /// The recipe with every default written out and the comments gone: YAML that reads back as the same
    /// recipe. Recipes that mean the same give the same text.
    package var resolvedText: String { text(isComplete: false) }

    /// `resolvedText` with the defaults of keys that it leaves out, as recipes were locked before there were these keys.
    package var shownText: String { text(isComplete: true) }

    private func text(isComplete: Bool) -> String {
        let value = ResolvedValue.mapping([
            ("recipe", .plain("\(Self.version)")),
            ("model", resolvedModel(isComplete: isComplete)),
            ("data", data.resolved),
            ("evaluation", .mapping([("metric", .plain(metric.value.rawValue)), ("output", resolvedOutputs), ("axis", resolvedAxis)])),
            ("constraints", .mapping([("accuracy", accuracy.resolved), ("size", size.resolved)])),
            ("augment", augment?.resolved ?? .plain("none")),
            ("effort", .plain(effort.rawValue)),
            ("prune", prune?.resolved ?? .plain("none")),
            ("retrain", retrain.resolved),
            ("quantize", quantize?.resolved ?? .plain("none")),
            ("rules", .list(rules.map(\.resolved))),
            ("seed", .plain("\(seed)")),
            ("output", output.resolved(isComplete: isComplete)),
        ])
        return value.yaml
    }
}

extension Recipe {
    private var resolvedOutputs: ResolvedValue? {
        let names = interface.outputs.map { ResolvedValue.text($0.value) }
        return names.count > 1 ? .list(names) : names.first
    }

    private var resolvedAxis: ResolvedValue? { interface.classAxis.map { .plain("\($0.value)") } }

    private func resolvedModel(isComplete: Bool) -> ResolvedValue {
        let hasOwnAxes = isComplete || interface.openAxes != .standard(interface.batch)
        guard interface.batch != .axis0 || !interface.constants.isEmpty || hasOwnAxes else { return .text(model.value) }
        let constants = interface.constants.sorted { $0.input.value < $1.input.value }
        return .mapping([
            ("file", .text(model.value)), ("batch", .plain(interface.batch.rawValue)),
            ("open_axes", hasOwnAxes ? .plain(interface.openAxes.rawValue) : nil),
            (
                "constants",
                constants.isEmpty ? nil : .mapping(constants.map { ($0.input.value, .plain("\($0.value)")) })
            ),
        ])
    }
}

extension Recipe.Data {
    fileprivate var resolved: ResolvedValue {
        .mapping([
            ("train", train.resolved),
            ("validation", validation.resolved),
            ("test", test?.resolved),
            ("normalize", normalize.resolved),
        ])
    }
}

extension Recipe.Normalization {
    fileprivate var resolved: ResolvedValue {
        .mapping([
            ("scale", .plain("\(scale)")),
            ("mean", .list(mean.value.map { .plain("\($0)") })),
            ("std", .list(std.value.map { .plain("\($0)") })),
        ])
    }
}

extension Recipe.Split {
    fileprivate var resolved: ResolvedValue {
        let entry = source.value.resolved
        return .mapping([(entry.key, entry.value), ("take", .plain(take.value.text))])
    }
}

extension Recipe.Source {
    fileprivate var resolved: (key: String, value: ResolvedValue) {
        switch self {
        case .idx(let inputs, let labels):
            ("idx", .mapping([("inputs", .text(inputs.value)), ("labels", labels.map { .text($0.value) })]))
        case .npz(let file, let inputs, let labels):
            (
                "npz",
                .mapping([
                    ("file", .text(file.value)), ("inputs", inputs.resolved),
                    ("labels", labels.map { .text($0.value) }),
                ])
            )
        case .npy(let inputs, let labels):
            ("npy", .mapping([("inputs", .text(inputs.value)), ("labels", labels.map { .text($0.value) })]))
        case .csv(let file, let label, let hasHeader):
            (
                "csv",
                .mapping([
                    ("file", .text(file.value)), ("label", label?.value.resolved),
                    ("header", .plain("\(hasHeader)")),
                ])
            )
        }
    }
}

extension [Recipe.InputArray] {
    /// The order of the inputs says nothing.
    fileprivate var resolved: ResolvedValue {
        if count == 1, self[0].input == nil { return .text(self[0].array.value) }
        let named = map { (key: $0.input?.value ?? "", array: $0.array.value) }.sorted { $0.key < $1.key }
        return .mapping(named.map { ($0.key, .text($0.array)) })
    }
}

extension Recipe.Column {
    fileprivate var resolved: ResolvedValue {
        switch self {
        case .name(let name): .text(name)
        case .index(let index): .plain("\(index)")
        }
    }
}

extension Recipe.Take {
    fileprivate var text: String {
        switch self {
        case .all: "all"
        case .first(let count): "first \(count)"
        case .last(let count): "last \(count)"
        case .range(let range): "range \(range.lowerBound) \(range.upperBound)"
        }
    }
}

extension Recipe.Accuracy {
    fileprivate var resolved: ResolvedValue {
        let entry: (key: String, value: Double) =
            switch bound.value {
            case .floor(let value): ("floor", value)
            case .maxDrop(let value): ("max_drop", value)
            case .ceiling(let value): ("ceiling", value)
            }
        return .mapping([
            (entry.key, .plain("\(entry.value)")), ("split", .plain(split.value.rawValue)),
            ("confidence", confidence.map { .plain("\($0.value)") }),
        ])
    }
}

extension Recipe.Size {
    fileprivate var resolved: ResolvedValue {
        let entry: (key: String, value: String) =
            switch target.value {
            case .bytes(let bytes): ("target", "\(bytes)")
            case .ratio(let ratio): ("ratio", "\(ratio)")
            case .smallest: ("target", "smallest")
            }
        return .mapping([(entry.key, .plain(entry.value)), ("measure", .plain(measure.rawValue))])
    }
}

extension Recipe.Augment {
    fileprivate var resolved: ResolvedValue {
        .mapping([("shift", .plain("\(shift)")), ("flip", .plain(flip.rawValue))])
    }
}

extension Recipe.Prune {
    fileprivate var resolved: ResolvedValue {
        .mapping([
            ("structure", .list(structure.map { .plain($0.rawValue) })),
            ("contribution", .plain(contribution.rawValue)),
            ("max_ratio", .plain("\(maxRatio)")),
            ("cost", .plain(cost.rawValue)),
            ("speedup", speedup.map { .plain("\($0)") }),
            ("noise", .plain("\(noise)")),
            ("epochs", .plain("\(epochs)")),
        ])
    }
}

extension Recipe.Retrain {
    fileprivate var resolved: ResolvedValue {
        .mapping([
            ("epochs", .plain("\(epochs)")),
            ("batch", .plain("\(batch)")),
            ("optimizer", optimizer.resolved),
            ("schedule", .plain(schedule.rawValue)),
            (
                "distill",
                .mapping([
                    ("weight", .plain("\(distill.weight)")),
                    ("temperature", .plain("\(distill.temperature)")),
                ])
            ),
        ])
    }
}

extension Recipe.Optimizer {
    fileprivate var resolved: ResolvedValue {
        switch self {
        case .adam(let rate):
            .mapping([("adam", .mapping([("learning_rate", .plain("\(rate)"))]))])
        case .sgd(let rate, let momentum):
            .mapping([
                (
                    "sgd",
                    .mapping([("learning_rate", .plain("\(rate)")), ("momentum", .plain("\(momentum)"))])
                )
            ])
        }
    }
}

extension Recipe.Quantize {
    fileprivate var resolved: ResolvedValue {
        .mapping([
            ("rounds", .plain("\(rounds)")),
            ("levels", .mapping([("max", .plain("\(maxLevels)"))])),
            ("epochs", .plain("\(epochs)")),
        ])
    }
}

extension Recipe.Rule {
    fileprivate var resolved: ResolvedValue {
        .mapping([
            ("match", .mapping([(match.value.kind, .text(match.value.text))])),
            ("prune", prune?.value.resolved),
            ("quantize", quantize?.value.resolved),
        ])
    }
}

extension LayerSettings.Prune {
    fileprivate var resolved: ResolvedValue {
        switch self {
        case .none: .plain("none")
        case .maxRatio(let ratio): .mapping([("max_ratio", .plain("\(ratio)"))])
        }
    }
}

extension LayerSettings.Quantize {
    fileprivate var resolved: ResolvedValue {
        switch self {
        case .none: .plain("none")
        case .levels(let levels): .mapping([("levels", .plain("\(levels)"))])
        }
    }
}

extension Recipe.Output {
    fileprivate func resolved(isComplete: Bool) -> ResolvedValue {
        .mapping([
            ("directory", .text(directory.value)), ("keep_names", .plain("\(keepNames)")),
            ("metadata", isComplete || metadata != .short ? .plain(metadata.rawValue) : nil),
        ])
    }
}
