/// How a run ended.
public struct CompressionReport: Sendable {
    public enum Status: String, Sendable {
        /// Both constraints are met and the files are written.
        case met
        /// Recipe, inputs and outputs are those of the lock: nothing was done.
        case unchanged
        /// The accuracy constraint cannot be met; nothing was written under the final names.
        case accuracyUnmet = "accuracy_unmet"
        /// The size constraint cannot be met at the required accuracy; nothing was written under the final names.
        case sizeUnmet = "size_unmet"
    }

    public var status: Status
    /// What was reached, as a table for people.
    public var summary: String

    public init(status: Status, summary: String) {
        self.status = status
        self.summary = summary
    }
}
