extension Recipe {
    private typealias Matching = (rule: Rule, layers: [Bool])

    /// What is done to each layer. For each setting the most specific rule that gives it wins (name, glob,
    /// regex, operator); without a rule the recipe's own settings hold.
    ///
    /// - Parameter layers: the network's layers by name and operator.
    /// - Returns: one value for each layer, in the same order.
    /// - Throws: every rule that matches no layer, and every two rules of one kind that set the same
    ///   thing differently for a layer where no more specific rule decides.
    package func resolve(layers: [(name: String, operator: String)]) throws(RecipeErrors) -> [LayerSettings] {
        var reports = Reports()
        let matching = matchings(layers, &reports)
        let prune = winners("prune", \.prune, among: matching, layers, &reports)
        let quantize = winners("quantize", \.quantize, among: matching, layers, &reports)
        guard reports.isEmpty else { throw reports.errors(in: source) }
        return layers.indices.map { layer in
            LayerSettings(
                prune: prune[layer] ?? self.prune.map { .maxRatio($0.maxRatio) } ?? .none,
                quantize: quantize[layer] ?? self.quantize.map { .levels($0.maxLevels) } ?? .none,
                statesLevels: quantize[layer] != nil || self.quantize?.statesLevels ?? false)
        }
    }

    private func matchings(
        _ layers: [(name: String, operator: String)], _ reports: inout Reports
    ) -> [Matching] {
        var result: [Matching] = []
        for rule in rules {
            do {
                let pattern = try LayerPattern(rule.match.value)
                let matches = layers.map { pattern.matches($0) }
                if !matches.contains(true) {
                    reports.add(unmatched(rule.match.value, layers), at: rule.match.range)
                }
                result.append((rule, matches))
            } catch {
                reports.add(error.fact, at: rule.match.range)
            }
        }
        return result
    }

    private func unmatched(_ match: Match, _ layers: [(name: String, operator: String)]) -> Fact {
        let names = layers.map(\.name)
        switch match {
        case .name(let name):
            return .noSuchLayer(name, layers: names)
        case .operator(let name):
            let operators = layers.indices.filter { index in
                layers.firstIndex { $0.operator == layers[index].operator } == index
            }
            return .noSuchOperator(name, operators: operators.map { layers[$0].operator })
        case .glob, .regex:
            return .noLayerMatches(kind: match.kind, pattern: match.text, layers: names)
        }
    }

    /// For each layer the value that the most specific rule gives a setting, nil without such a rule.
    private func winners<Value: LayerSetting>(
        _ name: String, _ setting: KeyPath<Rule, Located<Value>?>, among matching: [Matching],
        _ layers: [(name: String, operator: String)], _ reports: inout Reports
    ) -> [Value?] {
        var conflicts = RuleConflicts(setting: name)
        let values = layers.indices.map { layer -> Value? in
            let rules = matching.filter { $0.layers[layer] && $0.rule[keyPath: setting] != nil }.map(\.rule)
            guard let highest = rules.map(\.match.value.specificity).max() else { return nil }
            let strongest = rules.filter { $0.match.value.specificity == highest }
            let given = strongest.compactMap { $0[keyPath: setting] }
            for other in given.dropFirst() where other.value != given[0].value {
                conflicts.add(
                    given[0], other, kind: strongest[0].match.value.kind, layer: layers[layer].name)
            }
            return given[0].value
        }
        for conflict in conflicts.all { reports.add(.rulesInConflict(conflict), at: conflict.place) }
        return values
    }
}
