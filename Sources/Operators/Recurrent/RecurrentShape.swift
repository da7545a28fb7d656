import NeuralGraph

/// The lengths of a recurrent node, and how far apart neighbours on its axes stand, in elements.
struct RecurrentShape: Sendable {
    let steps: Int
    /// Of the batch that is part of a sample.
    let rows: Int
    let directions: Int
    let inputs: Int
    let hidden: Int
    let x: (step: Int, row: Int)
    let y: (step: Int, direction: Int, row: Int)
    let state: (direction: Int, row: Int)

    /// - Throws: `ShapeError`, when inputs do not fit each other.
    init(_ form: RecurrentForm, gates: Int, inputs operands: [OperandShape?]) throws(ShapeError) {
        func dimensions(_ position: Int) -> [Int]? {
            position < operands.count ? operands[position]?.dimensions : nil
        }
        guard let x = dimensions(0), let w = dimensions(1), let r = dimensions(2), w.count == 3, r.count == 3 else {
            throw ShapeError("an input or a weight is missing, or no matrix for each direction")
        }
        hidden = r[2]
        inputs = w[2]
        directions = form.isReversed.count
        steps = form.isSample ? x[0] : form.isBatchFirst ? x[1] : x[0]
        rows = form.isSample ? 1 : form.isBatchFirst ? x[0] : x[1]
        guard x.last == inputs, w == [directions, gates * hidden, inputs], r == [directions, gates * hidden, hidden] else {
            throw ShapeError(
                "X has the shape \(x), W \(w) and R \(r), which do not fit each other: of \(counted(directions, "direction")) with "
                    + "\(counted(gates, "gate")) of \(hidden) units, W is \([directions, gates * hidden, x.last ?? 0]) and R "
                    + "\([directions, gates * hidden, hidden])")
        }
        let whole = hidden * directions
        if form.isBatchFirst {
            self.x = (inputs, steps * inputs)
            y = (whole, hidden, steps * whole)
            state = (hidden, whole)
        } else {
            self.x = (rows * inputs, inputs)
            y = (rows * whole, rows * hidden, hidden)
            state = (rows * hidden, hidden)
        }
        let others = [(3, [directions, 2 * gates * hidden]), (5, states(form)), (6, states(form)), (7, [directions, 3 * hidden])]
        for (position, expected) in others {
            guard let given = dimensions(position), given != expected else { continue }
            throw ShapeError("\(Self.name(ofInput: position)) has the shape \(given), not \(expected)")
        }
    }

    /// Of the whole sequence, and of the last states.
    func outputs(_ form: RecurrentForm) -> [[Int]] {
        let sequence = form.isSample ? [steps, directions, hidden]
            : form.isBatchFirst ? [rows, steps, directions, hidden] : [steps, directions, rows, hidden]
        return [sequence] + [[Int]](repeating: states(form), count: max(0, form.outputCount - 1))
    }

    /// As ONNX calls it.
    static func name(ofInput position: Int) -> String {
        let names = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
        return names.indices.contains(position) ? names[position] : "input \(position)"
    }

    private func states(_ form: RecurrentForm) -> [Int] {
        form.isSample ? [directions, hidden] : form.isBatchFirst ? [rows, directions, hidden] : [directions, rows, hidden]
    }
}

private func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
