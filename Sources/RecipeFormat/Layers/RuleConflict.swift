/// Two rules of one kind that set the same thing differently for the same layers.
struct RuleConflict {
    /// The setting and the kind of match, as recipes spell them.
    var setting: String
    var kind: String
    /// The layers' names; at least one.
    var layers: [String]
    /// What the later rule says, and where.
    var value: String
    var place: SourceRange
    /// What the earlier rule says, and where.
    var otherValue: String
    var otherPlace: SourceRange
}

/// The conflicts about one setting, in the order in which they were found, each pair of rules once.
struct RuleConflicts {
    let setting: String
    private(set) var all: [RuleConflict] = []

    init(setting: String) {
        self.setting = setting
    }

    mutating func add<Value: LayerSetting>(
        _ first: Located<Value>, _ second: Located<Value>, kind: String, layer: String
    ) {
        let known = all.firstIndex { $0.place == second.range && $0.otherPlace == first.range }
        if let known {
            all[known].layers.append(layer)
            return
        }
        all.append(
            RuleConflict(
                setting: setting, kind: kind, layers: [layer], value: second.value.text,
                place: second.range, otherValue: first.value.text, otherPlace: first.range))
    }
}

/// A setting that rules give layers; its text is the recipe's.
protocol LayerSetting: Sendable, Equatable {
    var text: String { get }
}

extension LayerSettings.Prune: LayerSetting {
    var text: String {
        switch self {
        case .none: "none"
        case .maxRatio(let ratio): "{max_ratio: \(ratio)}"
        }
    }
}

extension LayerSettings.Quantize: LayerSetting {
    var text: String {
        switch self {
        case .none: "none"
        case .levels(let levels): "{levels: \(levels)}"
        }
    }
}
