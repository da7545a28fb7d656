/// What one output of a network learns, and from whom.
package struct Lesson: Sendable {
    package let objective: Objective
    /// The original network's soft outputs on the training split; `nil` where only labels are learnt from.
    package let teacher: Teacher?

    package init(_ objective: Objective, teacher: Teacher?) {
        self.objective = objective
        self.teacher = teacher
    }
}

extension [Lesson] {
    /// Whether a network that equals its teacher has nothing to learn: all gradients are 0 then, and say nothing about its weights.
    package var isTaughtAlone: Bool { allSatisfy { $0.objective.distillation == 1 } }
}
