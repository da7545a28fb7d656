extension RecipeReader {
    private static let bounds = ["floor", "max_drop", "ceiling"]

    /// - Parameter metric: nil when the recipe's metric is wrong.
    mutating func constraints(
        _ node: YAMLNode?, metric: Metric?
    ) -> (accuracy: Recipe.Accuracy, size: Recipe.Size)? {
        guard let node else { return nil }
        let fields = fields(node, allowed: ["accuracy", "size"], required: ["accuracy", "size"])
        let accuracy = accuracy(fields["accuracy"], metric: metric)
        let size = size(fields["size"])
        guard let accuracy, let size else { return nil }
        return (accuracy, size)
    }

    private mutating func accuracy(_ node: YAMLNode?, metric: Metric?) -> Recipe.Accuracy? {
        guard let node else { return nil }
        let fields = fields(node, allowed: Self.bounds + ["split", "confidence"])
        let split =
            fields["split"].map { Located(word($0, default: Recipe.SplitName.validation), at: $0.range) }
            ?? Located(.validation, at: fields.place)
        let confidence = fields["confidence"].flatMap { node in
            number(node, .confidence).map { Located($0, at: node.range) }
        }
        checkConfidence(confidence, split: split.value, metric: metric)
        let values = fields.given(of: Self.bounds).compactMap { key in
            fields[key].flatMap { bound(key, $0) }
        }
        guard isBounded(fields, for: metric), let bound = values.first else { return nil }
        return Recipe.Accuracy(bound: bound, split: split, confidence: confidence)
    }

    /// It is about shares of samples, and about samples that were kept apart.
    private mutating func checkConfidence(_ confidence: Located<Double>?, split: Recipe.SplitName, metric: Metric?) {
        guard let confidence else { return }
        if let metric, metric == .mse || metric == .cosine {
            reports.add(.confidenceNotForMetric(metric), at: confidence.range)
        }
        if split != .test { reports.add(.confidenceWithoutTest, at: confidence.range) }
    }

    /// Whether exactly one bound is given, and one that the metric can have.
    private mutating func isBounded(_ fields: Fields, for metric: Metric?) -> Bool {
        let allowed = metric?.bounds ?? Self.bounds
        let others = fields.given(of: Self.bounds).filter { !allowed.contains($0) }
        guard let metric, !others.isEmpty else { return only(of: allowed, in: fields) != nil }
        for key in others {
            let place = fields[key]?.place ?? fields.place
            reports.add(.boundNotForMetric(key, metric: metric, allowed: allowed), at: place)
        }
        return false
    }

    private mutating func bound(_ key: String, _ node: YAMLNode) -> Located<Recipe.Bound>? {
        let bound: Recipe.Bound? =
            switch key {
            case "floor": number(node, .fraction).map { .floor($0) }
            case "max_drop": number(node, .fraction).map { .maxDrop($0) }
            default: number(node, .positive).map { .ceiling($0) }
            }
        return bound.map { Located($0, at: node.range) }
    }

    private mutating func size(_ node: YAMLNode?) -> Recipe.Size? {
        guard let node else { return nil }
        let fields = fields(node, allowed: ["target", "ratio", "measure"])
        let measure = word(fields["measure"], default: Recipe.SizeMeasure.cmdl)
        let target = target(fields["target"])
        let ratio = number(fields["ratio"], .aboveOne)
        guard let (_, value) = only(of: ["target", "ratio"], in: fields),
            let target = target ?? ratio.map({ .ratio($0) })
        else { return nil }
        return Recipe.Size(target: Located(target, at: value.range), measure: measure)
    }

    private mutating func target(_ node: YAMLNode?) -> Recipe.SizeTarget? {
        guard let node else { return nil }
        if case .scalar("smallest", _) = node.content { return .smallest }
        // With a unit it is text and may be quoted; a number alone may not.
        if case .scalar(let text, let isQuoted) = node.content, !isQuoted || text.contains(" "),
            let count = ScalarGrammar.byteCount(text)
        {
            return .bytes(count)
        }
        refuse(node, .byteCount)
        return nil
    }
}
