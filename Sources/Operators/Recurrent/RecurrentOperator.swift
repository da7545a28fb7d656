import NeuralGraph

/// `LSTM`, `GRU` or `RNN`: y of each step from x of the step and from y of the step before, in one direction or in both.
///
/// Inputs are x, the weights W `[directions, gates * hidden, inputs]` and R `[directions, gates * hidden, hidden]`, the
/// biases of both, one behind the other, the lengths of the sequences, the initial h and c, and the weights of peepholes.
/// Outputs are h of all steps, and h and c of the last. In a network with a batch axis that is the batch (layout 1).
protocol RecurrentOperator: Operator {
    associatedtype Cell: RecurrentCell

    var form: RecurrentForm { get }

    /// The arithmetic of a step.
    ///
    /// - Parameter activations: of one direction.
    func cell(_ activations: [RecurrentActivation]) -> Cell
}

extension RecurrentOperator {
    static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try RecurrentForm.translate(&node) }

    func role(ofInput position: Int) -> ParameterRole {
        switch position {
        case 1, 2: .weight
        case 7: .scale
        default: .bias
        }
    }

    func name(ofWeight position: Int) -> String? { position == 1 ? "W" : "R" }

    func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        try RecurrentShape(form, gates: Cell.gates, inputs: inputs).outputs(form)
    }

    func write(to node: inout NodeWriter) { form.write(to: &node) }

    func multiplyAdds(_ shapes: NodeShapes) -> Int {
        guard let shape = try? RecurrentShape(form, gates: Cell.gates, inputs: shapes.inputs) else { return 0 }
        let matrices = Cell.gates * shape.hidden * (shape.inputs + shape.hidden)
        return shape.steps * shape.rows * shape.directions * matrices
    }

    /// Unit h has the rows h, h + hidden … of the weights, in both directions, and column h of R.
    func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        func last(_ position: Int) -> Int? {
            position < shapes.inputs.count ? shapes.inputs[position].map { $0.dimensions.count - 1 } : nil
        }
        var links = ChannelLinks(barrier: "\(onnxName) over time")
        if let x = last(0) { links.sum(.input(0, x), .input(1, 2)) }
        for (position, output) in shapes.outputs.enumerated() {
            let units = AxisPlace.output(position, output.count - 1)
            for (input, axis) in [(1, 1), (2, 1), (3, last(3)), (5, last(5)), (6, last(6)), (7, last(7))] {
                if let axis { links.link(units, .input(input, axis), .repeated(every: output[output.count - 1])) }
            }
            links.sum(units, .input(2, 2))
        }
        return links
    }

    func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let shape = try? RecurrentShape(form, gates: Cell.gates, inputs: shapes.inputs) else {
            preconditionFailure("the shapes of a graph fit")
        }
        let count = form.activations.count / shape.directions
        let cells = (0..<shape.directions).map { cell(Array(form.activations[$0 * count..<($0 + 1) * count])) }
        return RecurrentKernel(shape, form, cells: cells, isBatched: shapes.inputs.map { $0?.isBatched ?? false }, lanes: shapes.lanes)
    }
}
