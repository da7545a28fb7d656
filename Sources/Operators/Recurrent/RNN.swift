import NeuralGraph

/// `RNN` (Elman): h' = f(W x + R h).
struct RNN: RecurrentOperator {
    static let onnxNames = ["RNN"]
    var onnxName: String { "RNN" }
    let form: RecurrentForm

    init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 6)
        form = try RecurrentForm(&node, activations: ["Tanh"])
    }

    func cell(_ activations: [RecurrentActivation]) -> RNNCell {
        RNNCell(function: RecurrentGate(activation: activations[0], clip: form.clip))
    }
}

/// Retained is W x + R h.
struct RNNCell: RecurrentCell {
    static let gates = 1
    static let parts = [1]
    static let retained = 1
    static let temporaries = 0
    let function: RecurrentGate

    func forward(_ step: RecurrentStep) {
        step.multiplyInput(into: step.y)
        step.multiplyState(step.h, adding: step.y, into: step.retained)
        function.forward(step.count, step.retained, into: step.y)
    }

    func backward(_ step: RecurrentStep, _ gradients: RecurrentStepGradients) {
        gradients.gates.update(from: gradients.dh, count: step.count)
        function.backward(step.count, step.retained, step.y, gradient: gradients.gates)
        gradients.addState(step, step.h, gradients.gates)
        gradients.multiplyState(step, gradients.gates, into: gradients.dh)
    }
}
