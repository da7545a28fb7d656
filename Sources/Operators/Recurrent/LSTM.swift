import CKernels
import NeuralGraph

/// `LSTM` (Hochreiter & Schmidhuber, 1997; peepholes: Gers & Schmidhuber, 2000): i, o, f = f(W x + R h + P c),
/// n = g(W x + R h), c' = f c + i n, h' = o h(c'). The peephole of o looks at c'.
struct LSTM: RecurrentOperator {
    static let onnxNames = ["LSTM"]
    var onnxName: String { "LSTM" }
    let form: RecurrentForm
    /// f is 1 - i.
    private let couplesGates: Bool

    init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 8)
        form = try RecurrentForm(&node, activations: ["Sigmoid", "Tanh", "Tanh"])
        couplesGates = try node.int("input_forget", default: 0) != 0
    }

    func write(to node: inout NodeWriter) {
        form.write(to: &node)
        if couplesGates { node.set("input_forget", .int(1)) }
    }

    func cell(_ activations: [RecurrentActivation]) -> LSTMCell {
        LSTMCell(
            f: RecurrentGate(activation: activations[0], clip: form.clip),
            g: RecurrentGate(activation: activations[1], clip: form.clip), h: activations[2], couplesGates: couplesGates)
    }
}

/// Retained are c', h(c'); then i, o, f, n before their functions, and after.
struct LSTMCell: RecurrentCell {
    static let gates = 4
    static let parts = [4]
    static let retained = 10
    static let temporaries = 1
    let f: RecurrentGate
    let g: RecurrentGate
    let h: RecurrentActivation
    let couplesGates: Bool

    func forward(_ step: RecurrentStep) {
        let n = step.count
        let (c, hc, before, after) = (step.retained, step.retained + n, step.retained + 2 * n, step.retained + 6 * n)
        let (i, o, forget, new) = (after, after + n, after + 2 * n, after + 3 * n)
        step.multiplyInput(into: after)
        step.multiplyState(step.h, adding: after, into: before)
        if step.peepholes != nil {
            look(step, 0, at: step.c, by: hc, before)
            look(step, 2, at: step.c, by: hc, before)
        }
        f.forward(n, before, into: i)
        if couplesGates {
            ck_unary_forward(CK_AFFINE, -1, 1, Int64(n), i, forget)
        } else {
            f.forward(n, before + 2 * n, into: forget)
        }
        g.forward(n, before + 3 * n, into: new)
        step.multiply(forget, step.c, into: c)
        step.multiply(i, new, into: hc)
        step.add(hc, to: c)
        if step.peepholes != nil { look(step, 1, at: c, by: hc, before) }
        f.forward(n, before + n, into: o)
        h.forward(n, c, into: hc)
        step.multiply(o, hc, into: step.y)
    }

    /// Adds a peephole's part to what goes into its gate.
    private func look(
        _ step: RecurrentStep, _ gate: Int, at c: UnsafePointer<Float>, by temporary: UnsafeMutablePointer<Float>,
        _ gates: UnsafeMutablePointer<Float>
    ) {
        step.scale(c, byPeephole: gate, into: temporary)
        step.add(temporary, to: gates + gate * step.count)
    }

    func backward(_ step: RecurrentStep, _ gradients: RecurrentStepGradients) {
        let n = step.count
        let (c, hc, before, after) = (step.retained, step.retained + n, step.retained + 2 * n, step.retained + 6 * n)
        let (i, o, forget, new) = (after, after + n, after + 2 * n, after + 3 * n)
        let (di, dOutput, df) = (gradients.gates, gradients.gates + n, gradients.gates + 2 * n)
        let (dn, dc, temporary) = (gradients.gates + 3 * n, gradients.dc, gradients.temporaries)
        step.multiply(gradients.dh, hc, into: dOutput)
        f.backward(n, before + n, o, gradient: dOutput)
        step.multiply(gradients.dh, o, into: temporary)
        h.backward(n, c, hc, gradient: temporary)
        step.add(temporary, to: dc)
        lookBack(step, gradients, 1, at: c)
        step.multiply(dc, new, into: di)
        step.multiply(dc, step.c, into: df)
        step.multiply(dc, i, into: dn)
        if couplesGates {
            step.subtract(di, df, into: di)
            df.update(repeating: 0, count: n)
        } else {
            f.backward(n, before + 2 * n, forget, gradient: df)
        }
        f.backward(n, before, i, gradient: di)
        g.backward(n, before + 3 * n, new, gradient: dn)
        step.multiply(dc, forget, into: dc)
        lookBack(step, gradients, 0, at: step.c)
        lookBack(step, gradients, 2, at: step.c)
        gradients.addState(step, step.h, gradients.gates)
        gradients.multiplyState(step, gradients.gates, into: gradients.dh)
    }

    /// Adds what comes back through a peephole to the gradient of what it looks at.
    private func lookBack(
        _ step: RecurrentStep, _ gradients: RecurrentStepGradients, _ gate: Int, at c: UnsafePointer<Float>
    ) {
        guard step.peepholes != nil else { return }
        let dy = gradients.gates + gate * step.count
        gradients.addPeephole(gate, step, c, dy)
        step.scale(dy, byPeephole: gate, into: gradients.temporaries)
        step.add(gradients.temporaries, to: gradients.dc)
    }
}
