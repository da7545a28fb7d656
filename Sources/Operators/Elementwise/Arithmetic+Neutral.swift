import NeuralGraph
import ONNX

// Sums with zeros and products with ones: masks of attention that hide nothing, as exporters write them.
extension Arithmetic {
    /// What adds or multiplies by the same neutral number at every place becomes a node that hands on the other operand. Were it kept, the
    /// table would be a parameter, as large as the attention itself, that nothing trained.
    ///
    /// Tables alone are meant. Numbers along one axis are as a rule the bias or the scale of a layer that has not been trained yet.
    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let given = node
        try node.elementwise()
        guard let kept = neutralPosition(node).map({ 1 - $0 }) else { return }
        if kept == 1 {
            node = given.reorderingInputs([1, 0])
            try node.elementwise()
        }
        node.becomeIdentity()
    }

    /// The input that changes nothing of the other one, which is computed.
    private static func neutralPosition(_ node: AxisTranslation) -> Int? {
        guard node.inputCount == 2, let number = neutralNumber(node.node.operatorType) else { return nil }
        return (number.isOnEitherSide ? [0, 1] : [1]).first { position in
            guard let tensor = node.inputs[position]?.constant?.tensor, !node.isConstant(1 - position), node.views[1 - position] == nil,
                let other = node.inputs[1 - position]?.shape.sample
            else { return false }
            let shape = node.views[position] ?? tensor.dimensions
            guard shape.count(where: { $0 > 1 }) > 1, Shape.broadcast(shape, other) == other else { return false }
            return (try? tensor.floats())?.allSatisfy { $0 == number.value } ?? false
        }
    }

    private static func neutralNumber(_ operatorType: String) -> (value: Float, isOnEitherSide: Bool)? {
        switch operatorType {
        case "Add": (0, true)
        case "Sub": (0, false)
        case "Mul": (1, true)
        case "Div": (1, false)
        default: nil
        }
    }
}
