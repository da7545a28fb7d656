import NeuralGraph

/// `GRU` (Cho et al., 2014): z, r = f(W x + R h), n = g(W x + R (r h)) or, where the reset comes after the product,
/// g(W x + r (R h)); h' = (1 - z) n + z h.
struct GRU: RecurrentOperator {
    static let onnxNames = ["GRU"]
    var onnxName: String { "GRU" }
    let form: RecurrentForm
    private let resetsProduct: Bool

    init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 6)
        form = try RecurrentForm(&node, activations: ["Sigmoid", "Tanh"])
        resetsProduct = try node.int("linear_before_reset", default: 0) != 0
    }

    func write(to node: inout NodeWriter) {
        form.write(to: &node)
        if resetsProduct { node.set("linear_before_reset", .int(1)) }
    }

    func cell(_ activations: [RecurrentActivation]) -> GRUCell {
        GRUCell(
            f: RecurrentGate(activation: activations[0], clip: form.clip),
            g: RecurrentGate(activation: activations[1], clip: form.clip), resetsProduct: resetsProduct)
    }
}

/// Retained are r h or R h of the new state; then z, r, n before their functions, and after.
struct GRUCell: RecurrentCell {
    static let gates = 3
    static let parts = [2, 1]
    static let retained = 7
    static let temporaries = 3
    let f: RecurrentGate
    let g: RecurrentGate
    let resetsProduct: Bool

    func forward(_ step: RecurrentStep) {
        let n = step.count
        let (reset, before, after) = (step.retained, step.retained + n, step.retained + 4 * n)
        step.multiplyInput(into: after)
        step.multiplyState(step.h, adding: after, into: before)
        f.forward(2 * n, before, into: after)
        let (r, new) = (after + n, after + 2 * n)
        if resetsProduct {
            step.multiplyState(part: 1, step.h, into: reset)
            step.multiply(r, reset, into: before + 2 * n)
            step.add(new, to: before + 2 * n)
        } else {
            step.multiply(r, step.h, into: reset)
            step.multiplyState(part: 1, reset, adding: new, into: before + 2 * n)
        }
        g.forward(n, before + 2 * n, into: new)
        // n + z (h - n)
        step.subtract(step.h, new, into: step.y)
        step.multiply(after, step.y, into: step.y)
        step.add(new, to: step.y)
    }

    func backward(_ step: RecurrentStep, _ gradients: RecurrentStepGradients) {
        let n = step.count
        let (reset, before, after) = (step.retained, step.retained + n, step.retained + 4 * n)
        let (r, new) = (after + n, after + 2 * n)
        let (dz, dr, dn) = (gradients.gates, gradients.gates + n, gradients.gates + 2 * n)
        let (kept, inner, other) = (gradients.temporaries, gradients.temporaries + n, gradients.temporaries + 2 * n)
        step.subtract(step.h, new, into: dz)
        step.multiply(gradients.dh, dz, into: dz)
        step.multiply(gradients.dh, after, into: kept)
        step.subtract(gradients.dh, kept, into: dn)
        g.backward(n, before + 2 * n, new, gradient: dn)
        if resetsProduct {
            step.multiply(dn, reset, into: dr)
            step.multiply(dn, r, into: inner)
            gradients.addState(step, part: 1, step.h, inner)
            gradients.multiplyState(step, part: 1, inner, adding: kept, into: other)
        } else {
            gradients.addState(step, part: 1, reset, dn)
            gradients.multiplyState(step, part: 1, dn, into: inner)
            step.multiply(inner, step.h, into: dr)
            step.multiply(inner, r, into: other)
            step.add(kept, to: other)
        }
        f.backward(2 * n, before, after, gradient: dz)
        gradients.addState(step, step.h, dz)
        gradients.multiplyState(step, dz, adding: other, into: gradients.dh)
    }
}
