/// An operator that only moves the elements of its first input.
package protocol ElementMovingOperator: Operator {
    /// What stands where nothing of the input goes.
    var fill: Float { get }

    /// - Parameter input: the per-sample shape of the input.
    func map(_ input: [Int]) -> ElementMap
}

extension ElementMovingOperator {
    package var fill: Float { 0 }

    package func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        map(x.shape.dimensions).forward(x.pointer, fill: fill, lanes: pass.lanes, pass.outputs[0].pointer)
    }

    package func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        map(dx.shape.dimensions).backward(
            pass.outputGradients[0].pointer, lanes: pass.lanes, dx.pointer, count: dx.shape.count)
    }
}
