/// One error in a recipe: where it is, what is wrong, and the line as the user typed it.
package struct Diagnostic: Sendable, Equatable {
    /// The recipe's name as it was given to the parser.
    package let file: String
    /// Where the error stands, counted from 1, columns in Unicode scalars.
    package let line: Int
    package let column: Int
    package let message: String
    /// The source line, cut around the place when it is very long; empty when there is nothing to show.
    package let sourceLine: String
    /// The scalars of `sourceLine` that are underlined; at least one, perhaps just past the end.
    package let underlined: Range<Int>

    init(_ message: String, at range: SourceRange, in source: SourceText) {
        file = source.file
        line = range.start.line
        column = range.start.column
        self.message = message
        let excerpt = Excerpt(of: range, in: source)
        sourceLine = excerpt.text
        underlined = excerpt.underlined
    }
}

/// Every error that was found in a recipe, in the order of their places.
package struct RecipeErrors: Error, Sendable, Equatable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]
    /// What the recipe names, as far as that could be read.
    package let files: Recipe.NamedFiles?

    package static func == (left: RecipeErrors, right: RecipeErrors) -> Bool { left.diagnostics == right.diagnostics }

    /// Sorts the diagnostics by their places; those at one place stay in their order.
    ///
    /// - Precondition: there is at least one diagnostic.
    package init(diagnostics: [Diagnostic], files: Recipe.NamedFiles? = nil) {
        self.files = files
        precondition(!diagnostics.isEmpty, "errors without a diagnostic")
        let sorted = diagnostics.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }
        self.diagnostics = sorted.map(\.element)
    }

    /// Diagnostics that are shown at most.
    private static let mostShown = 100

    /// The first diagnostics as a terminal shows them, one after the other, and how many more there are.
    package var description: String {
        let rest = diagnostics.count - Self.mostShown
        let shown = diagnostics.prefix(Self.mostShown).map(\.description)
        return (rest > 0 ? shown + ["… and \(rest) more errors"] : shown).joined(separator: "\n")
    }
}
