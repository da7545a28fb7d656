/// Reads a recipe from its YAML nodes and collects everything that is wrong with it.
///
/// A value that is wrong is reported and replaced by its default, so that reading goes on; a recipe
/// with a report is never handed out.
struct RecipeReader {
    let source: SourceText
    var reports: Reports
    let overrides: Recipe.Overrides
    /// What has been read of the files that the recipe names.
    private(set) var files: Recipe.NamedFiles

    init(source: SourceText, reports: Reports, overrides: Recipe.Overrides = Recipe.Overrides()) {
        self.source = source
        self.reports = reports
        self.overrides = overrides
        files = Recipe.NamedFiles(source: source)
    }

    mutating func note(_ source: Located<Recipe.Source>) { files.sources.append(source) }

    private static let keys = [
        "recipe", "model", "data", "evaluation", "constraints", "augment", "effort", "prune", "retrain", "quantize",
        "rules", "seed", "output",
    ]

    /// nil when something that has no default is missing or wrong, which has been reported then.
    mutating func recipe(_ root: YAMLNode) -> Recipe? {
        guard isKnownVersion(root) else { return nil }
        let fields = fields(
            root, allowed: Self.keys, required: ["recipe", "model", "data", "constraints"])
        var (model, interface) = model(fields["model"])
        files.model = model
        let metric = evaluation(fields["evaluation"], &interface, root: fields)
        let data = data(fields["data"])
        let constraints = constraints(fields["constraints"], metric: metric?.value)
        let augment = augment(fields["augment"])
        let ownEffort = word(fields["effort"], default: Recipe.Effort.balanced)
        let effort = overrides.effort ?? ownEffort
        let prune = prune(fields["prune"], effort: effort, root: fields)
        let retrain = retrain(fields["retrain"], effort: effort, root: fields)
        let quantize = quantize(fields["quantize"], effort: effort, root: fields)
        let rules = rules(fields["rules"])
        let seed = integer(fields["seed"], in: 0...Int.max, default: 1)
        let output = output(fields["output"], root: fields)

        checkSteps(fields, rules: rules)
        checkLabels(fields["data"], metric: metric?.value)
        checkTestSplit(fields)
        guard let model, let metric, let data, let (accuracy, size) = constraints else { return nil }
        return Recipe(
            model: model, interface: interface, data: data, metric: metric, accuracy: accuracy, size: size,
            augment: augment, effort: effort, prune: prune, retrain: retrain, quantize: quantize, rules: rules,
            seed: overrides.seed ?? UInt64(seed), output: output, source: source)
    }

    /// A newer schema may mean anything by its keys, so nothing else of such a recipe is judged.
    private mutating func isKnownVersion(_ root: YAMLNode) -> Bool {
        guard case .mapping(let entries) = root.content,
            let node = entries.first(where: { $0.key == "recipe" })?.value
        else { return true }
        guard case .scalar(let text, isQuoted: false) = node.content,
            let version = ScalarGrammar.integer(text), version > Recipe.version
        else {
            _ = integer(node, in: 1...Recipe.version, default: Recipe.version)
            return true
        }
        reports.add(.newerRecipe(version: text, known: Recipe.version), at: node.range)
        return false
    }

    private mutating func evaluation(_ node: YAMLNode?, _ interface: inout Recipe.Interface, root: Fields) -> Located<Metric>? {
        let fields = fields(node, allowed: ["metric", "output", "axis"])
        interface.outputs = outputs(fields["output"])
        var metric: Located<Metric>?
        if let node = fields["metric"] {
            metric = word(node).map { Located($0, at: node.range) }
        } else if fields.isUsable {
            metric = Located(.top1, at: node?.place ?? root.place)
        }
        guard let axis = fields["axis"] else { return metric }
        interface.classAxis = Located(integer(axis, in: -64...63, default: -1), at: axis.range)
        if let metric, metric.value != .agreement { reports.add(.axisNotForMetric(metric.value), at: axis.range) }
        return metric
    }

    /// A name, or a list of names.
    private mutating func outputs(_ node: YAMLNode?) -> [Located<String>] {
        guard let node, case .sequence(let items) = node.content else { return [text(node)].compactMap(\.self) }
        return distinct(items, of: node, text: \.value) { $0.text($1) }
    }

    private mutating func output(_ node: YAMLNode?, root: Fields) -> Recipe.Output {
        let fields = fields(node, allowed: ["directory", "keep_names", "metadata"])
        return Recipe.Output(
            directory: text(fields["directory"]) ?? Located("compressed", at: node?.place ?? root.place),
            keepNames: boolean(fields["keep_names"], default: false), metadata: word(fields["metadata"], default: .short))
    }
}
