import NeuralGraph

/// How a sample's outputs are read as answers: at one position or more, each with an output for every class.
///
/// Outputs are `[outer, classes, inner]`. With a single class an output above `threshold` says yes.
package struct AnswerForm: Sendable, Equatable {
    package let outer: Int
    package let classes: Int
    package let inner: Int
    package let threshold: Float

    package init(outer: Int = 1, classes: Int, inner: Int = 1, threshold: Float = 0) {
        self.outer = outer
        self.classes = classes
        self.inner = inner
        self.threshold = threshold
    }

    /// Of a per-sample shape.
    ///
    /// - Parameter axis: negative for the single output of a shape without axes.
    package init(shape: [Int], classAxis axis: Int, threshold: Float = 0) {
        self.init(
            outer: shape.prefix(max(axis, 0)).reduce(1, *), classes: axis < 0 ? 1 : shape[axis],
            inner: shape.dropFirst(axis + 1).reduce(1, *), threshold: threshold)
    }

    package var positions: Int { outer * inner }
    package var width: Int { positions * classes }

    /// Where the outputs of a position begin; those of its classes are `inner` apart.
    func start(ofPosition position: Int) -> Int { position / inner * classes * inner + position % inner }

    /// The class with the greatest output, the first one of equals; for a single output 1 for yes and 0 for no.
    func answer(_ outputs: UnsafeBufferPointer<Float>, position: Int) -> Int {
        let start = start(ofPosition: position)
        guard classes > 1 else { return outputs[start] > threshold ? 1 : 0 }
        var best = 0
        for other in 1..<classes where outputs[start + other * inner] > outputs[start + best * inner] { best = other }
        return best
    }

    /// The answers to outputs `[sample][output]`, by sample and position.
    func answers(_ outputs: UnsafeBufferPointer<Float>) -> [Int32] {
        stride(from: 0, to: outputs.count, by: max(width, 1)).flatMap { start in
            let row = UnsafeBufferPointer(rebasing: outputs[start..<start + width])
            return (0..<positions).map { Int32(answer(row, position: $0)) }
        }
    }
}

extension Graph {
    /// Each number of a sigmoid says yes above one half, any other single number above 0; the classes of a softmax are on its axis, those
    /// of other outputs on the axis of the last layer's units, or if nothing tells on the one that ONNX's layouts have for them.
    ///
    /// - Parameter given: the axis of a sample that has the classes, if the recipe states it.
    package func answers(ofOutput output: Int, classAxis given: Int? = nil) -> OutputAnswers {
        let shape = values[output].shape
        if let given { return OutputAnswers(shape: shape, classAxis: given, .given) }
        if sigmoid(of: output) != nil {
            return OutputAnswers(
                form: AnswerForm(outer: shape.reduce(1, *), classes: 1, threshold: 0.5), classAxis: nil, origin: .sigmoid)
        }
        if case .classes(let axis) = softmax(of: output)?.operation.probabilities {
            return OutputAnswers(shape: shape, classAxis: axis, .softmax)
        }
        if let axis = unitAxis(of: output) { return OutputAnswers(shape: shape, classAxis: axis, .units) }
        // The first axis of an invocation is where others have the batch.
        let first = batch == .invocation && shape.first == 1 ? 1 : 0
        return OutputAnswers(shape: shape, classAxis: shape.count - first > 2 ? first : shape.count - 1, .layout)
    }

    /// The value that an output's objective is computed from: the output itself, or for classes what goes into its final softmax or
    /// sigmoid.
    package func lossValue(ofOutput output: Int, for kind: Objective.Kind) -> Int {
        guard kind == .classes, let last = sigmoid(of: output) ?? softmax(of: output), case .value(let input) = last.inputs[0]
        else { return output }
        return input
    }

    /// The softmax that an output is, if under another name.
    private func softmax(of output: Int) -> Node? {
        lastNode(of: output) { values[$0].shape == values[output].shape }.flatMap { node in
            if case .classes = node.operation.probabilities { node } else { nil }
        }
    }

    /// The sigmoid that an output is, if under another shape.
    private func sigmoid(of output: Int) -> Node? {
        lastNode(of: output) { _ in true }.flatMap { $0.operation.probabilities == .yes ? $0 : nil }
    }

    /// What computes the numbers of an output: behind it stand but views of them.
    ///
    /// - Parameter isPassed: whether to look behind a view of this value.
    private func lastNode(of output: Int, _ isPassed: (_ value: Int) -> Bool) -> Node? {
        let producers = producers
        var last = producers[output].map { nodes[$0] }
        while let node = last, node.operation.isView, case .value(let input) = node.inputs[0], isPassed(input) {
            last = producers[input].map { nodes[$0] }
        }
        return last
    }
}
