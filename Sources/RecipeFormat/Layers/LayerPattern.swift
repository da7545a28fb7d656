/// A rule's match, ready to be tried on layers.
struct LayerPattern {
    /// The longest glob or regular expression, in characters; keeps hostile patterns from nesting deeply.
    static let maximumLength = 200

    private enum Test {
        case name(String)
        case glob(GlobPattern)
        case regex(RegularExpression)
        case `operator`(String)
    }

    private let test: Test

    /// - Throws: what is wrong with the pattern.
    init(_ match: Recipe.Match) throws(LayerPatternError) {
        switch match {
        case .name(let name): test = .name(name)
        case .operator(let name): test = .operator(name)
        case .glob(let pattern): test = .glob(try Self.glob(pattern))
        case .regex(let pattern): test = .regex(try Self.regex(pattern))
        }
    }

    private static func glob(_ pattern: String) throws(LayerPatternError) -> GlobPattern {
        try checkLength(pattern)
        do {
            return try GlobPattern(pattern)
        } catch {
            throw LayerPatternError(fact: .invalidGlob(error))
        }
    }

    private static func regex(_ pattern: String) throws(LayerPatternError) -> RegularExpression {
        try checkLength(pattern)
        do {
            return try RegularExpression(pattern)
        } catch {
            throw LayerPatternError(fact: .invalidRegex(problem: error.description))
        }
    }

    private static func checkLength(_ pattern: String) throws(LayerPatternError) {
        if pattern.count > maximumLength {
            throw LayerPatternError(fact: .patternTooLong(limit: maximumLength))
        }
    }

    /// Whether the whole name, or the operator, fits.
    func matches(_ layer: (name: String, operator: String)) -> Bool {
        switch test {
        case .name(let name): return layer.name == name
        case .operator(let name): return layer.operator == name
        case .glob(let pattern): return pattern.matches(layer.name)
        case .regex(let regex): return regex.wholeMatch(layer.name)
        }
    }
}

/// A pattern that cannot be used.
struct LayerPatternError: Error {
    var fact: Fact
}
