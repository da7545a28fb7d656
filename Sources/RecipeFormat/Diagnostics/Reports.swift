/// What is wrong with a recipe so far, as facts; words and source lines come last.
struct Reports {
    private var all: [(fact: Fact, range: SourceRange)] = []

    var isEmpty: Bool { all.isEmpty }

    mutating func add(_ fact: Fact, at range: SourceRange) {
        all.append((fact, range))
    }

    /// The facts as diagnostics.
    ///
    /// - Precondition: not empty.
    func errors(in source: SourceText, files: Recipe.NamedFiles? = nil) -> RecipeErrors {
        RecipeErrors(diagnostics: all.map { Diagnostic($0.fact.message, at: $0.range, in: source) }, files: files)
    }
}
