// What two values of a recipe may not say together.

extension RecipeReader {
    /// `prune: none` and `quantize: none` leave nothing to do, and a rule cannot set a step that is off.
    mutating func checkSteps(_ root: Fields, rules: [Recipe.Rule]) {
        let isPruneOff = isNone(root["prune"])
        let isQuantizeOff = isNone(root["quantize"])
        if isPruneOff, isQuantizeOff, let quantize = root["quantize"] {
            reports.add(.nothingToDo, at: quantize.place)
        }
        for rule in rules {
            if isPruneOff, let prune = rule.prune, prune.value != .none {
                reports.add(.stepIsOff("prune"), at: prune.range)
            }
            if isQuantizeOff, let quantize = rule.quantize, quantize.value != .none {
                reports.add(.stepIsOff("quantize"), at: quantize.range)
            }
        }
    }

    /// Every split needs labels when the metric does, also one with other errors in it.
    mutating func checkLabels(_ data: YAMLNode?, metric: Metric?) {
        guard let metric, metric.needsLabels, case .mapping(let splits) = data?.content else { return }
        for split in splits where ["train", "validation", "test"].contains(split.key) {
            guard case .mapping(let entries) = split.value.content else { continue }
            for entry in entries {
                guard let key = Self.labelKeys[entry.key], case .mapping(let source) = entry.value.content
                else { continue }
                let names = source.map(\.key)
                let isMeant = names.contains { $0 == key || nearest(to: $0, in: [key]) != nil }
                if !isMeant { reports.add(.missingLabels(metric: metric), at: entry.value.place) }
            }
        }
    }

    private static let labelKeys = ["idx": "labels", "npz": "labels", "npy": "labels", "csv": "label"]

    mutating func checkTestSplit(_ root: Fields) {
        guard case .mapping(let data) = root["data"]?.content, !data.contains(where: { $0.key == "test" }),
            case .mapping(let constraints) = root["constraints"]?.content,
            case .mapping(let accuracy) = constraints.first(where: { $0.key == "accuracy" })?.value.content,
            let split = accuracy.first(where: { $0.key == "split" })?.value,
            case .scalar("test", _) = split.content
        else { return }
        reports.add(.noTestSplit, at: split.range)
    }
}
