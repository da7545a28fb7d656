/// What the user did wrong: complete lines, shown as they are.
public struct CompressionFailure: Error, CustomStringConvertible {
    /// `error: …` or `file:line:column: error: …`, each perhaps with the source line and a caret below it.
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}
