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

    /// Of a per-sample shape: `[classes]`, `[positions, classes]` or, as images have it, `[classes, height, width]`.
    package init(shape: [Int], threshold: Float) {
        let axis = shape.count > 2 ? 0 : shape.count - 1
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
}

extension Graph {
    /// The form of the first output. A sigmoid's says yes above one half, any other single output above 0.
    package var answerForm: AnswerForm {
        AnswerForm(
            shape: values[outputs[0]].shape, threshold: node(giving: outputs[0])?.operation.onnxName == "Sigmoid" ? 0.5 : 0)
    }

    /// The value that the objective is computed from: the network's first output, or for classes what goes into its
    /// final softmax or, for a single one, sigmoid.
    package func lossValue(for kind: Objective.Kind) -> Int {
        let output = outputs[0]
        let final = AnswerForm(shape: values[output].shape, threshold: 0).classes > 1 ? ["Softmax", "LogSoftmax"] : ["Sigmoid"]
        guard kind == .classes, let last = node(giving: output), final.contains(last.operation.onnxName),
            case .value(let input) = last.inputs[0]
        else { return output }
        return input
    }

    private func node(giving value: Int) -> Node? { nodes.last { $0.outputs.contains(value) } }
}
