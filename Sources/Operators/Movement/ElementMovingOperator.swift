import NeuralGraph

/// An operator that only moves the elements of its first input.
package protocol ElementMovingOperator: Operator {
    /// What stands where nothing of the input goes.
    var fill: Float { get }

    /// - Parameter input: the per-sample shape of the input.
    func map(_ input: [Int]) -> ElementMap
}

extension ElementMovingOperator {
    package var fill: Float { 0 }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { fill >= 0 && inputs[0] }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        ElementMovingKernel(map: map(shapes.inputs[0]?.dimensions ?? []), fill: fill, lanes: shapes.lanes)
    }
}

private struct ElementMovingKernel: Kernel {
    let map: ElementMap
    let fill: Float
    let lanes: Int

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        map.forward(x.pointer, fill: fill, lanes: lanes, pass.outputs[0].pointer)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .none }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        map.backward(pass.outputGradients[0].pointer, lanes: lanes, dx.pointer, count: dx.count / lanes)
    }
}
