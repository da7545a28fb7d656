extension Recipe {
    /// The files that a recipe names, which can be looked at whatever else is wrong with it.
    package struct NamedFiles: Sendable {
        package var model: Located<String>?
        /// Of the splits.
        package var sources: [Located<Source>] = []
        let source: SourceText

        init(source: SourceText) { self.source = source }

        /// An error at a place of the recipe.
        package func diagnostic(_ message: String, at range: SourceRange) -> Diagnostic {
            Diagnostic(message, at: range, in: source)
        }
    }
}
