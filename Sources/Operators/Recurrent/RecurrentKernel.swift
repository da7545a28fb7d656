import CKernels
import NeuralGraph

/// Steps of a cell through the sequences of a node: each row of the batch in each direction.
struct RecurrentKernel<Cell: RecurrentCell>: Kernel {
    private let shape: RecurrentShape
    private let lengths: [Int]?
    private let outputCount: Int
    /// By direction.
    private let cells: [Cell]
    private let isReversed: [Bool]
    /// By input: whether there is a number for each lane.
    private let isBatched: [Bool]
    private let lanes: Int
    private let maps: RecurrentMaps
    private let scratch: RecurrentScratch
    let memory: KernelMemory

    init(_ shape: RecurrentShape, _ form: RecurrentForm, cells: [Cell], isBatched: [Bool], lanes: Int) {
        self.shape = shape
        self.cells = cells
        self.isBatched = isBatched
        self.lanes = lanes
        lengths = form.lengths
        outputCount = form.outputCount
        isReversed = form.isReversed
        maps = RecurrentMaps(inputs: shape.inputs, hidden: shape.hidden, parts: Cell.parts, lanes: lanes)
        scratch = RecurrentScratch(shape, maps, gates: Cell.gates, temporaries: Cell.temporaries, lanes: lanes)
        memory = KernelMemory(
            packedForward: shape.directions * maps.packedForward,
            packedGradient: shape.directions * maps.packedGradient, scratch: scratch.total,
            retained: shape.directions * shape.rows * RecurrentSequence.retainedFloats(of: shape, retained: Cell.retained, lanes: lanes))
    }

    /// Floats of a vector of hidden units.
    private var count: Int { shape.hidden * lanes }
    /// Rows of the weights of a direction.
    private var rows: Int { Cell.gates * shape.hidden }
    private var sequences: Int { shape.directions * shape.rows }

    var mostParts: Int {
        let step = maps.state.reduce(maps.input.product.multiplyAdds) { $0 + $1.product.multiplyAdds }
        return step * shape.steps >= Self.leastPart ? sequences : 1
    }

    func pack(_ pass: PackingPass) {
        guard let w = pass.inputs[1]?.pointer, let r = pass.inputs[2]?.pointer else { return }
        for direction in 0..<shape.directions {
            maps.pack(
                w + direction * rows * shape.inputs, r + direction * rows * shape.hidden,
                forward: pass.packedForward + direction * maps.packedForward,
                gradient: pass.packedGradient.map { $0 + direction * maps.packedGradient },
                passesGradientOn: pass.passesGradientOn)
        }
    }

    private func sequence(_ number: Int) -> RecurrentSequence {
        RecurrentSequence(
            number, of: shape, length: lengths?[number % shape.rows], isReversed: isReversed[number / shape.rows],
            retained: Cell.retained, lanes: lanes)
    }

    /// - Parameter packed: the direction's weights, for this pass.
    private func step(
        _ step: Int, of sequence: RecurrentSequence, _ inputs: OptionalBuffers, y: UnsafeMutablePointer<Float>,
        retained: UnsafeMutablePointer<Float>, packed: UnsafePointer<Float>
    ) -> RecurrentStep {
        guard let x = inputs[0]?.pointer else { preconditionFailure("an input is needed") }
        let bias = inputs.at(3).map { $0.pointer + sequence.direction * 2 * rows }
        return RecurrentStep(
            maps: maps, packed: packed, inputBias: bias, stateBias: bias.map { $0 + rows },
            peepholes: inputs.at(7).map { $0.pointer + sequence.direction * 3 * shape.hidden }, hidden: shape.hidden,
            lanes: lanes, x: x + sequence.x(ofStep: step),
            h: step > 0 ? y + sequence.y(ofStep: step - 1) : retained + sequence.initialH,
            c: retained + (step > 0 ? sequence.retained(ofStep: step - 1) : sequence.initialC),
            retained: retained + sequence.retained(ofStep: step), y: y + sequence.y(ofStep: step))
    }

    // MARK: Forward

    func forward(_ pass: ForwardPass) {
        for number in stride(from: Int(pass.part.index), to: sequences, by: Int(pass.part.count)) {
            forward(sequence(number), pass)
        }
    }

    private func forward(_ sequence: RecurrentSequence, _ pass: ForwardPass) {
        let y = pass.outputs[0].pointer
        let packed = pass.packedForward + sequence.direction * maps.packedForward
        begin(pass.retained + sequence.initialH, sequence, pass.inputs, 5)
        begin(pass.retained + sequence.initialC, sequence, pass.inputs, 6)
        for step in 0..<sequence.length {
            cells[sequence.direction].forward(
                self.step(step, of: sequence, pass.inputs, y: y, retained: pass.retained, packed: packed))
        }
        for time in sequence.length..<shape.steps { (y + sequence.y(atTime: time)).update(repeating: 0, count: count) }
        let (last, state) = (sequence.length - 1, sequence.state * lanes)
        if outputCount > 1 { (pass.outputs[1].pointer + state).update(from: y + sequence.y(ofStep: last), count: count) }
        if outputCount > 2 {
            (pass.outputs[2].pointer + state).update(from: pass.retained + sequence.retained(ofStep: last), count: count)
        }
    }

    /// An initial state, of each lane or the same for all; zeros where there is none.
    private func begin(
        _ state: UnsafeMutablePointer<Float>, _ sequence: RecurrentSequence, _ inputs: OptionalBuffers, _ input: Int
    ) {
        guard let given = inputs.at(input)?.pointer else { return state.update(repeating: 0, count: count) }
        guard !isBatched[input] else { return state.update(from: given + sequence.state * lanes, count: count) }
        for unit in 0..<shape.hidden {
            (state + unit * lanes).update(repeating: given[sequence.state + unit], count: lanes)
        }
    }

    // MARK: Backward

    func backward(_ pass: BackwardPass) {
        for input in 0..<pass.inputGradients.count where input != 5 && input != 6 {
            if let gradient = pass.inputGradients[input] { gradient.pointer.update(repeating: 0, count: gradient.count) }
        }
        for number in 0..<sequences { backward(sequence(number), pass) }
    }

    private func backward(_ sequence: RecurrentSequence, _ pass: BackwardPass) {
        let gradients = gradients(sequence, pass)
        let y = pass.outputs[0].pointer
        let packed = pass.packedGradient + sequence.direction * maps.packedGradient
        let state = sequence.state * lanes
        gradients.dh.update(repeating: 0, count: count)
        gradients.dc.update(repeating: 0, count: count)
        if outputCount > 1 { gradients.dh.update(from: pass.outputGradients[1].pointer + state, count: count) }
        if outputCount > 2 { gradients.dc.update(from: pass.outputGradients[2].pointer + state, count: count) }
        for number in (0..<sequence.length).reversed() {
            let step = step(number, of: sequence, pass.inputs, y: y, retained: pass.retained, packed: packed)
            ck_accumulate(
                Int64(count), pass.outputGradients[0].pointer + sequence.y(ofStep: number), gradients.dh)
            cells[sequence.direction].backward(step, gradients)
            passOn(gradients, step, sequence, sequence.x(ofStep: number), pass)
        }
        end(gradients.dh, sequence, pass.inputGradients, 5)
        end(gradients.dc, sequence, pass.inputGradients, 6)
    }

    private func gradients(_ sequence: RecurrentSequence, _ pass: BackwardPass) -> RecurrentStepGradients {
        let own = sequence.direction
        return RecurrentStepGradients(
            dh: pass.scratch + scratch.dh, dc: pass.scratch + scratch.dc, gates: pass.scratch + scratch.gates,
            temporaries: pass.scratch + scratch.temporaries,
            dr: pass.inputGradients.at(2).map { $0.pointer + own * rows * shape.hidden },
            stateBias: pass.inputGradients.at(3).map { $0.pointer + (2 * own + 1) * rows },
            peepholes: pass.inputGradients.at(7).map { $0.pointer + own * 3 * shape.hidden },
            matrix: pass.scratch + scratch.matrix, vector: pass.scratch + scratch.vector,
            scratch: pass.scratch + scratch.product)
    }

    /// Adds the gradients of W, of its bias and of x in a step.
    private func passOn(
        _ gradients: RecurrentStepGradients, _ step: RecurrentStep, _ sequence: RecurrentSequence, _ x: Int,
        _ pass: BackwardPass
    ) {
        let own = sequence.direction
        gradients.add(
            maps.input, step.x, gradients.gates,
            to: pass.inputGradients.at(1).map { $0.pointer + own * rows * shape.inputs },
            bias: pass.inputGradients.at(3).map { $0.pointer + 2 * own * rows })
        guard let dx = pass.inputGradients[0] else { return }
        let row = pass.scratch + scratch.row
        maps.input.product.dataGradient(
            gradients.gates, packed: step.packed + maps.input.packedGradient, epilogue: CKEpilogue(), into: row)
        ck_accumulate(Int64(shape.inputs * lanes), row, dx.pointer + x)
    }

    /// The gradient of an initial state.
    private func end(
        _ state: UnsafePointer<Float>, _ sequence: RecurrentSequence, _ inputs: OptionalBuffers, _ input: Int
    ) {
        guard let gradient = inputs.at(input)?.pointer else { return }
        if isBatched[input] {
            (gradient + sequence.state * lanes).update(from: state, count: count)
        } else {
            ck_row_sums(Int64(shape.hidden), Int64(lanes), state, nil, gradient + sequence.state)
        }
    }
}

extension OptionalBuffers {
    /// Inputs at the end may be left out.
    fileprivate func at(_ index: Int) -> Buffer? { index < count ? self[index] : nil }
}
