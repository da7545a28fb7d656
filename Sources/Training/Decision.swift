/// Whether a network meets a requirement, and what was seen of it.
package struct Decision: Sendable, Equatable {
    package let isMet: Bool
    /// Samples that were looked at.
    package let evaluated: Int
    /// The metric's value on the split, or the limit of it that made the decision certain before all samples were
    /// looked at.
    let limit: Evaluation

    init(isMet: Bool, evaluated: Int, limit: Evaluation) {
        self.isMet = isMet
        self.evaluated = evaluated
        self.limit = limit
    }

    /// For people: the value, or where only a limit of it is known, that.
    package var text: String {
        guard evaluated < limit.samples else { return limit.text }
        // The value is at least so good where the requirement is met, at most so good where not.
        return (isMet == limit.metric.isHigherBetter ? "at least " : "at most ") + limit.text
    }
}
