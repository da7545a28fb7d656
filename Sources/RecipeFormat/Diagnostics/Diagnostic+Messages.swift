import PlainText

// Every sentence that this module says, in one place.

extension Fact {
    /// The fact as a sentence, without a place.
    var message: String {
        switch self {
        case .fileTooLarge(let bytes, let limit):
            "the file has \(bytes) bytes; a recipe has at most \(limit)"
        case .outOfMemory:
            "not enough memory to read the file"
        case .notText(let problem):
            "not readable as UTF-8 text: \(problem)"
        case .syntax(let problem, let context, let line):
            "not valid YAML: \(problem)\(syntaxContext(context, line))"
        case .tooDeep(let limit):
            "nested deeper than \(limit) levels"
        case .emptyFile:
            "the file has no recipe in it"
        case .directive:
            "a recipe cannot use YAML directives"
        case .secondDocument:
            "a recipe is one YAML document; a second one begins here"
        case .anchor(let name):
            "a recipe cannot use anchors (\(quoted("&" + name)))"
        case .alias(let name):
            "a recipe cannot use aliases (\(quoted("*" + name))); write the value out"
        case .tag:
            "a recipe cannot use tags"
        case .blockScalar:
            "a recipe cannot use block text ('|' or '>'); write the value on one line"
        case .multilineScalar:
            "a value must stay on one line"
        case .mergeKey:
            "a recipe cannot use merge keys ('<<'); write the keys out"
        case .keyNotScalar:
            "a key must be a word, not a mapping or a sequence"
        case .repeatedKey(let key, let line):
            "repeated key \(quoted(key)); it is given first on line \(line)"

        case .unknownKey(let key, let allowed):
            "unknown key \(quoted(key))\(suggestion(for: key, among: allowed)) (allowed: \(list(allowed)))"
        case .missingKey(let key):
            "missing key \(quoted(key))"
        case .notExactlyOne(let keys, let given):
            "give exactly one of \(list(keys)); found \(given.isEmpty ? "none" : list(given))"
        case .expected(let expectation, let found):
            "expected \(expectation.words), found \(found.words(insteadOf: expectation))"
        case .beyondSinglePrecision(let text):
            "\(quoted(text)) is beyond single precision, which networks compute in"
        case .unknownWord(let word, let allowed):
            "unknown value \(quoted(word))\(suggestion(for: word, among: allowed)) (allowed: \(list(allowed)))"
        case .repeatedItem(let word):
            "\(quoted(word)) is in the list twice"
        case .unprintable:
            "text must not hold control characters or line breaks"
        case .invalidGlob(let problem):
            "not a valid glob: \(problem.words)"
        case .invalidRegex(let problem):
            "not a valid regular expression: \(problem)"
        case .patternTooLong(let limit):
            "a pattern has at most \(limit) characters"

        case .newerRecipe(let version, let known):
            "recipe version \(version) is newer than this program, which knows version \(known); use a newer program"
        case .axisNotForMetric(let metric):
            "'axis' says where the classes of answers are, which metric '\(metric.rawValue)' does not look at; 'agreement' does"
        case .differentLengths(let mean, let std):
            "'mean' has \(mean) values and 'std' has \(std); both need one for each channel"
        case .labelNameWithoutHeader(let name):
            "the label column is given by its name, \(quoted(name)), which needs 'header: true'"
        case .missingLabels(let metric):
            "metric '\(metric.rawValue)' needs labels, and this source gives none; "
                + "'agreement', 'cosine' and 'mse' compare with what the original network gives"
        case .boundNotForMetric(let key, let metric, let allowed):
            "metric '\(metric.rawValue)' cannot be bounded by '\(key)' (allowed: \(list(allowed)))"
        case .noTestSplit:
            "split 'test' is to decide, but 'data' has no 'test'"
        case .confidenceNotForMetric(let metric):
            "metric '\(metric.rawValue)' cannot have a 'confidence': it is no share of samples"
        case .confidenceWithoutTest:
            "'confidence' is a promise about samples that nothing was chosen by: it needs 'split: test'"
        case .speedupWithoutChannels:
            "'speedup' takes the removal of channels: 'structure' must have 'channel'"
        case .nothingToDo:
            "nothing to do: 'prune' and 'quantize' are both none"
        case .ruleSetsNothing:
            "a rule must set 'prune' or 'quantize'"
        case .stepIsOff(let step):
            "this rule sets '\(step)', but the recipe says '\(step): none'"

        case .noSuchLayer(let name, let layers):
            "no layer has the name \(quoted(name))\(suggestion(for: name, among: layers)) (layers: \(list(layers)))"
        case .noSuchOperator(let name, let operators):
            "no layer has the operator \(quoted(name))\(suggestion(for: name, among: operators))"
                + " (operators: \(list(operators)))"
        case .noLayerMatches(let kind, let pattern, let layers):
            "no layer matches the \(kind) \(quoted(pattern)) (layers: \(list(layers)))"
        case .rulesInConflict(let conflict):
            conflict.words
        }
    }
}

extension RuleConflict {
    fileprivate var words: String {
        let others = layers.count > 1 ? " and \(layers.count - 1) more" : ""
        return "two \(kind) rules set '\(setting)' differently for layer \(quoted(layers[0]))\(others): "
            + "\(value) here, \(otherValue) at \(otherPlace.start.line):\(otherPlace.start.column)"
    }
}

extension Expectation {
    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .integer(let range):
            range.lowerBound == range.upperBound
                ? "\(range.lowerBound)"
                : "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .multiple(let step, let range):
            "a multiple of \(step) from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): range.words
        case .boolean: "true or false"
        case .mapping: "a mapping"
        case .noneOrMapping: "none or a mapping"
        case .numberOrMapping: "a number from 0 to 1 or a mapping"
        case .sequence: "a list"
        case .filledSequence: "a list with at least one entry"
        case .take: "'all', 'first N', 'last N' or 'range A B' with A < B"
        case .byteCount: "a size of at least one byte, such as 12288, 12 KiB, 1 MiB, 12 KB or 1 MB, or the word smallest"
        case .columnIndex: "a column index, counted from 0, or a column name"
        }
    }

    /// Whether quotes around a scalar make it wrong here.
    fileprivate var refusesQuotes: Bool {
        switch self {
        case .integer, .multiple, .number, .boolean, .numberOrMapping, .byteCount: true
        default: false
        }
    }
}

extension NumberRange {
    fileprivate var words: String {
        switch self {
        case .any: "a number"
        case .nonZero: "a number other than 0"
        case .positive: "a number greater than 0"
        case .fraction: "a number from 0 to 1"
        case .confidence: "a number from 0.5 to below 1"
        case .properFraction: "a number from 0 to below 1"
        case .aboveOne: "a number greater than 1"
        }
    }
}

extension Found {
    fileprivate func words(insteadOf expectation: Expectation) -> String {
        switch self {
        case .nothing: "nothing"
        case .plainText(let text): quoted(text)
        case .quotedText(let text):
            expectation.refusesQuotes ? "the text \(quoted(text)) (in quotes)" : quoted(text)
        case .sequence: "a list"
        case .emptySequence: "an empty list"
        case .mapping: "a mapping"
        }
    }
}

extension GlobPattern.Problem {
    fileprivate var words: String {
        switch self {
        case .unclosedSet: "'[' without ']'"
        case .emptySet: "'[]' holds no character"
        case .reversedRange(let first, let last): "the range '\(first)-\(last)' runs backwards"
        }
    }
}

private func syntaxContext(_ context: String?, _ line: Int?) -> String {
    guard let context else { return "" }
    return line.map { " (\(context) that begins on line \($0))" } ?? " (\(context))"
}

private func suggestion(for word: String, among candidates: [String]) -> String {
    nearest(to: word, in: candidates).map { "; did you mean \(quoted($0))?" } ?? ""
}

/// Words with commas between them; of more than twenty the rest only counted.
private func list(_ words: [String]) -> String {
    let shown = 20
    guard words.count > shown else { return words.map(shortened).joined(separator: ", ") }
    return words.prefix(shown).map(shortened).joined(separator: ", ") + ", … and \(words.count - shown) more"
}

private func quoted(_ text: String) -> String {
    "'\(shortened(text))'"
}

/// Text that is safe to print on one line: cut when long.
private func shortened(_ text: String) -> String {
    let limit = 60
    return String(text.unicodeScalars.prefix(limit)).plain + (text.unicodeScalars.count > limit ? "…" : "")
}
