import NeuralGraph

extension RunProgress {
    /// Work that cannot be counted.
    package func during<Result>(_ name: String, _ work: () throws -> Result) rethrows -> Result {
        let part = part(name)
        defer { part.end() }
        return try work()
    }

    /// Begins to tell of how many samples the answers are known.
    ///
    /// - Parameter work: of a sample.
    func answers(_ samples: Int, work: Double) -> Part { part("evaluates", .answers, of: samples, "samples", each: work) }

    /// Prints what a training will take, and begins to tell how many of its steps are done.
    ///
    /// - Parameters:
    ///   - steps: at most, of the whole training.
    ///   - first: steps that were done before.
    package func steps(_ name: String, of steps: Int, from first: Int = 0, isAtMost: Bool = false, _ run: TrainingRun) -> Part {
        guard first < steps else { return part(name) }
        self("\(name): \(isAtMost ? "at most " : "")\(steps - first) steps of \(run.context.batch) samples")
        let part = part(
            name, .gradients, of: steps, "steps", each: Double(run.context.batch) * run.graph.gradientWork, from: first,
            isAtMost: isAtMost)
        part.tell()
        return part
    }
}

extension Graph {
    /// Multiply-adds of the answers to a sample.
    package var answerWork: Double { Double(max(1, multiplyAdds)) }

    /// Multiply-adds of the gradient on a sample, forward and back.
    package var gradientWork: Double { 3 * answerWork }
}
