/// Everything that can be wrong with a recipe; `Diagnostic+Messages.swift` has the words.
enum Fact {
    // The file as YAML.
    case fileTooLarge(bytes: Int, limit: Int)
    case outOfMemory
    case notText(problem: String)
    case syntax(problem: String, context: String?, contextLine: Int?)
    case tooDeep(limit: Int)
    case emptyFile
    case directive
    case secondDocument
    case anchor(String)
    case alias(String)
    case tag
    case blockScalar
    case multilineScalar
    case mergeKey
    case keyNotScalar
    case repeatedKey(String, firstLine: Int)

    // Keys and values, each by itself.
    case unknownKey(String, allowed: [String])
    case missingKey(String)
    case notExactlyOne(of: [String], given: [String])
    case expected(Expectation, found: Found)
    case beyondSinglePrecision(String)
    case unknownWord(String, allowed: [String])
    case repeatedItem(String)
    case unprintable
    case invalidGlob(GlobPattern.Problem)
    case invalidRegex(problem: String)
    case patternTooLong(limit: Int)

    // Values together.
    case newerRecipe(version: String, known: Int)
    case axisNotForMetric(Metric)
    case differentLengths(mean: Int, std: Int)
    case labelNameWithoutHeader(String)
    case missingLabels(metric: Metric)
    case boundNotForMetric(String, metric: Metric, allowed: [String])
    case noTestSplit
    case confidenceNotForMetric(Metric)
    case confidenceWithoutTest
    case speedupWithoutChannels
    case nothingToDo
    case ruleSetsNothing
    case stepIsOff(String)

    // Rules and the layers of a network.
    case noSuchLayer(String, layers: [String])
    case noSuchOperator(String, operators: [String])
    case noLayerMatches(kind: String, pattern: String, layers: [String])
    case rulesInConflict(RuleConflict)
}

/// What a value should have been.
enum Expectation {
    case text
    case integer(ClosedRange<Int>)
    case multiple(of: Int, in: ClosedRange<Int>)
    case number(NumberRange)
    case boolean
    case mapping
    case noneOrMapping
    case numberOrMapping
    case sequence
    case filledSequence
    case take
    case byteCount
    case columnIndex
}

/// What stood there instead.
enum Found {
    case nothing
    case plainText(String)
    case quotedText(String)
    case sequence
    case emptySequence
    case mapping

    init(_ content: YAMLNode.Content) {
        self =
            switch content {
            case .scalar("", isQuoted: false), .invalid: .nothing
            case .scalar(let text, isQuoted: false): .plainText(text)
            case .scalar(let text, isQuoted: true): .quotedText(text)
            case .sequence(let items): items.isEmpty ? .emptySequence : .sequence
            case .mapping: .mapping
            }
    }
}

/// The numbers that a key takes.
enum NumberRange {
    case any
    case nonZero
    case positive
    /// 0…1
    case fraction
    case confidence
    /// 0..<1
    case properFraction
    case aboveOne

    func contains(_ number: Double) -> Bool {
        switch self {
        case .any: true
        case .nonZero: number != 0
        case .positive: number > 0
        case .fraction: number >= 0 && number <= 1
        case .confidence: number >= 0.5 && number < 1
        case .properFraction: number >= 0 && number < 1
        case .aboveOne: number > 1
        }
    }
}
