extension RecipeReader {
    private static let matches = ["name", "glob", "regex", "operator"]

    mutating func rules(_ node: YAMLNode?) -> [Recipe.Rule] {
        guard let node, let items = items(node, expected: .sequence) else { return [] }
        return items.compactMap { rule($0) }
    }

    private mutating func rule(_ node: YAMLNode) -> Recipe.Rule? {
        let fields = fields(node, allowed: ["match", "prune", "quantize"], required: ["match"])
        let match = fields["match"].flatMap { ruleMatch($0) }
        let prune = fields["prune"].flatMap { rulePrune($0) }
        let quantize = fields["quantize"].flatMap { ruleQuantize($0) }
        if fields.isUsable, !fields.isMeant(["prune", "quantize"]) {
            reports.add(.ruleSetsNothing, at: fields.place)
        }
        return match.map { Recipe.Rule(match: $0, prune: prune, quantize: quantize) }
    }

    private mutating func ruleMatch(_ node: YAMLNode) -> Located<Recipe.Match>? {
        let fields = fields(node, allowed: Self.matches)
        guard let (kind, value) = only(of: Self.matches, in: fields), let text = text(value)?.value else {
            return nil
        }
        let match: Recipe.Match =
            switch kind {
            case "name": .name(text)
            case "glob": .glob(text)
            case "regex": .regex(text)
            default: .operator(text)
            }
        do {
            _ = try LayerPattern(match)
        } catch {
            reports.add(error.fact, at: value.range)
        }
        return Located(match, at: value.range)
    }

    private mutating func rulePrune(_ node: YAMLNode) -> Located<LayerSettings.Prune>? {
        if isNone(node) { return Located(.none, at: node.place) }
        let fields = fields(
            node, allowed: ["max_ratio"], required: ["max_ratio"], expected: .noneOrMapping)
        return number(fields["max_ratio"], .properFraction).map { Located(.maxRatio($0), at: node.place) }
    }

    private mutating func ruleQuantize(_ node: YAMLNode) -> Located<LayerSettings.Quantize>? {
        if isNone(node) { return Located(.none, at: node.place) }
        let fields = fields(node, allowed: ["levels"], required: ["levels"], expected: .noneOrMapping)
        guard let levels = fields["levels"] else { return nil }
        return Located(.levels(integer(levels, in: Recipe.levels, default: 16)), at: node.place)
    }
}
