import ONNX

extension FunctionExpansion {
    /// x / 2 (1 + erf(x / sqrt(2))), or x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (opset 20).
    mutating func gelu(_ x: String, isTanh: Bool) {
        let (half, one) = (constant(0.5), constant(1))
        let bend: String
        if isTanh {
            let (three, factor, slope) = (constant(3), constant(0.044715), constant(0.797884560802865))
            let cube = append("Pow", [x, three])
            let bent = append("Mul", [cube, factor])
            let sum = append("Add", [x, bent])
            let scaled = append("Mul", [sum, slope])
            bend = append("Tanh", [scaled])
        } else {
            let root = constant(1.4142135623730951)
            let scaled = append("Div", [x, root])
            bend = append("Erf", [scaled])
        }
        let sum = append("Add", [bend, one])
        let share = append("Mul", [sum, half])
        _ = append("Mul", [x, share])
    }

    /// x sigmoid(alpha x) (opset 24).
    mutating func swish(_ x: String, alpha: Float) {
        let scaled = alpha == 1 ? x : scale(x, by: alpha)
        let share = append("Sigmoid", [scaled])
        _ = append("Mul", [x, share])
    }

    /// x tanh(log(1 + exp(x))) (Misra, 2019; opset 18).
    mutating func mish() {
        let x = node.inputs.first ?? ""
        let bent = append("Softplus", [x])
        let share = append("Tanh", [bent])
        _ = append("Mul", [x, share])
    }
}
