extension RecipeReader {
    private static let sources = ["idx", "npz", "npy", "csv"]

    mutating func data(_ node: YAMLNode?) -> Recipe.Data? {
        guard let node else { return nil }
        let fields = fields(
            node, allowed: ["train", "validation", "test", "normalize"], required: ["train", "validation"])
        let train = split(fields["train"])
        let validation = split(fields["validation"])
        let test = split(fields["test"])
        let normalize = normalization(fields["normalize"], place: fields.place)
        guard let train, let validation else { return nil }
        return Recipe.Data(train: train, validation: validation, test: test, normalize: normalize)
    }

    private mutating func split(_ node: YAMLNode?) -> Recipe.Split? {
        guard let node else { return nil }
        let fields = fields(node, allowed: Self.sources + ["take"])
        let take = take(fields["take"], place: fields.place)
        guard let (kind, value) = only(of: Self.sources, in: fields),
            let source = source(kind, value)
        else { return nil }
        note(Located(source, at: value.place))
        return Recipe.Split(source: Located(source, at: value.place), take: take)
    }

    private mutating func source(_ kind: String, _ node: YAMLNode) -> Recipe.Source? {
        switch kind {
        case "npz":
            let fields = fields(
                node, allowed: ["file", "inputs", "labels"], required: ["file", "inputs"])
            let file = text(fields["file"])
            let inputs = inputArrays(fields["inputs"])
            let labels = text(fields["labels"])
            guard let file, let inputs else { return nil }
            return .npz(file: file, inputs: inputs, labels: labels)
        case "csv":
            return table(node)
        default:
            let fields = fields(node, allowed: ["inputs", "labels"], required: ["inputs"])
            let inputs = text(fields["inputs"])
            let labels = text(fields["labels"])
            guard let inputs else { return nil }
            return kind == "idx"
                ? .idx(inputs: inputs, labels: labels) : .npy(inputs: inputs, labels: labels)
        }
    }

    /// The name of an array, or one for each input of the network.
    private mutating func inputArrays(_ node: YAMLNode?) -> [Recipe.InputArray]? {
        guard case .mapping(let entries) = node?.content else {
            return text(node).map { [Recipe.InputArray(input: nil, array: $0)] }
        }
        if let node, entries.isEmpty { refuse(node, .text) }
        let arrays = entries.compactMap { entry in
            text(entry.value).map { array in
                Recipe.InputArray(input: Located(entry.key, at: entry.value.place), array: array)
            }
        }
        return arrays.count == entries.count && !arrays.isEmpty ? arrays : nil
    }

    private mutating func table(_ node: YAMLNode) -> Recipe.Source? {
        let fields = fields(node, allowed: ["file", "label", "header"], required: ["file"])
        let file = text(fields["file"])
        let label = column(fields["label"])
        let hasHeader = boolean(fields["header"], default: false)
        if let label, case .name(let name) = label.value, !hasHeader {
            reports.add(.labelNameWithoutHeader(name), at: label.range)
        }
        guard let file else { return nil }
        return .csv(file: file, label: label, hasHeader: hasHeader)
    }

    /// A plain scalar of digits is an index; a name that looks like a number needs quotes.
    private mutating func column(_ node: YAMLNode?) -> Located<Recipe.Column>? {
        guard let node, let text = text(node) else { return nil }
        let isName = text.value.contains { !"+-.0123456789".contains($0) }
        if case .scalar(_, isQuoted: false) = node.content, !isName {
            guard let index = ScalarGrammar.integer(text.value), index >= 0 else {
                refuse(node, .columnIndex)
                return nil
            }
            return Located(.index(index), at: node.range)
        }
        return Located(.name(text.value), at: node.range)
    }

    private mutating func take(_ node: YAMLNode?, place: SourceRange) -> Located<Recipe.Take> {
        guard let node else { return Located(.all, at: place) }
        if case .scalar(let text, _) = node.content, let take = ScalarGrammar.take(text) {
            return Located(take, at: node.range)
        }
        refuse(node, .take)
        return Located(.all, at: node.range)
    }

    private mutating func normalization(_ node: YAMLNode?, place: SourceRange) -> Recipe.Normalization {
        let fields = fields(node, allowed: ["scale", "mean", "std"])
        let sectionPlace = node?.place ?? place
        let scale = number(fields["scale"], .nonZero) ?? 1
        let mean = numbers(fields["mean"], .any, place: sectionPlace)
        let std = numbers(fields["std"], .positive, place: sectionPlace)
        let counts = (mean.value.count, std.value.count)
        if counts.0 != counts.1, counts.0 > 0, counts.1 > 0 {
            reports.add(.differentLengths(mean: counts.0, std: counts.1), at: std.range)
        }
        return Recipe.Normalization(scale: scale, mean: mean, std: std)
    }

    private mutating func numbers(
        _ node: YAMLNode?, _ range: NumberRange, place: SourceRange
    ) -> Located<[Double]> {
        guard let node, let items = items(node, expected: .sequence) else { return Located([], at: place) }
        // A wrong item has been reported; it keeps its seat, for the lists' lengths are compared.
        return Located(items.map { number($0, range) ?? 1 }, at: node.place)
    }
}
