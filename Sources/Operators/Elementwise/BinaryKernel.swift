import CKernels
import NeuralGraph

/// An element-wise operation on two operands with numpy's broadcasting.
struct BinaryKernel: Kernel {
    private let function: CKBinary
    private let runs: BroadcastRuns
    /// Where results are integers.
    private let integers: IntegerResults?

    init(_ function: CKBinary, _ shapes: OperandShapes, integers: IntegerResults? = nil) {
        guard let a = shapes.inputs[0], let b = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        self.function = function
        self.integers = integers
        runs = BroadcastRuns(a, b, output: shapes.outputs[0], lanes: shapes.lanes)
    }

    func forward(_ pass: ForwardPass) {
        guard let a = pass.inputs[0], let b = pass.inputs[1] else { return }
        let y = pass.outputs[0].pointer
        runs.loop.forEach { position, aOffset, bOffset in
            ck_binary(
                function, Int64(runs.length), a.pointer + aOffset, runs.aStride, b.pointer + bOffset, runs.bStride,
                y + position * runs.length)
        }
        integers?.take(y, count: pass.outputs[0].count)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack {
        switch function {
        case CK_ADD, CK_SUBTRACT: .none
        case CK_MULTIPLY: .factors(wanted)
        case CK_DIVIDE: ValuesReadBack(inputs: [1], outputs: wanted[1])
        default: ValuesReadBack(inputs: [0, 1], outputs: true)
        }
    }

    func backward(_ pass: BackwardPass) {
        for position in 0..<2 {
            guard let gradient = pass.inputGradients[position] else { continue }
            gradient.pointer.update(repeating: 0, count: gradient.count)
            addGradient(ofInput: position, to: gradient.pointer, pass)
        }
    }

    /// Sums over repetitions and, for a constant, over lanes, in the order of the outputs.
    private func addGradient(ofInput input: Int, to gradient: UnsafeMutablePointer<Float>, _ pass: BackwardPass) {
        guard let a = pass.inputs[0], let b = pass.inputs[1] else { return }
        let dy = pass.outputGradients[0].pointer
        let y = pass.outputs[0].pointer
        runs.loop.forEach { position, aOffset, bOffset in
            let start = position * runs.length
            ck_binary_gradient(
                function, input == 1, Int64(runs.length), a.pointer + aOffset, runs.aStride, b.pointer + bOffset,
                runs.bStride, y + start, dy + start, gradient + (input == 0 ? aOffset : bOffset))
        }
    }
}

extension NodeReader {
    /// Aligns the constants among the inputs of an element-wise operator with the values: `[1, C, 1, 1]` is `[C, 1, 1]`.
    mutating func alignOperands(_ role: (Int) -> ParameterRole) throws(UnsupportedNode) {
        var shapes: [OperandShape] = []
        for position in 0..<inputCount { shapes.append(try shape(position)) }
        let ranks = shapes.filter(\.isBatched).map(\.dimensions.count)
        guard let rank = ranks.max() else { throw unsupported("all inputs are constants") }
        let whole = shapes.first { $0.isBatched && $0.dimensions.count == rank }?.dimensions ?? []
        for (position, shape) in shapes.enumerated() where !shape.isBatched {
            var parameter = try alignedParameter(position, role: role(position), rank: rank)
            if isForAllUnits(parameter, whole) { parameter.role = .statistic }
            replaceParameter(position, by: parameter)
        }
    }

    /// Whether a constant is one number for many units. It is not trained: layers before or behind it can say the same, and a step
    /// that is small for one weight of a layer is large where it moves all units at once.
    private func isForAllUnits(_ parameter: Parameter, _ shape: [Int]) -> Bool {
        guard parameter.count == 1 else { return false }
        let faced = batch == .invocation && parameter.shape.count == shape.count ? shape.dropFirst() : shape.suffix(parameter.shape.count)
        return faced.first.map { $0 > 1 } ?? true
    }
}
