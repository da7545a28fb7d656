import NeuralGraph
import ONNX

/// `BitShift` of integers to the left or right, with numpy's broadcasting. What a type has no bits for is lost; the sign of a number that
/// is shifted to the right stays. There is no gradient.
package struct BitShift: Operator {
    package static let onnxNames = ["BitShift"]
    package var onnxName: String { "BitShift" }

    private enum Direction: String { case left = "LEFT", right = "RIGHT" }

    private let direction: Direction
    private let type: DataType

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        type = node.type(0)
        guard type.integerRange != nil else { throw node.unsupported("numbers of type \(type)") }
        direction = try node.choice("direction", default: .left)
        try node.alignOperands { _ in .statistic }
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2 else { throw ShapeError("an input is missing") }
        return [try Shape.broadcast(inputs)]
    }

    package func write(to node: inout NodeWriter) {
        node.set("direction", .string(Array(direction.rawValue.utf8)))
        if type.integerRange.map({ $0.lowerBound < 0 }) == true { node.require(opset: 28) }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let a = shapes.inputs[0], let b = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        return BitShiftKernel(
            range: type.integerRange ?? 0...0, shiftsLeft: direction == .left,
            runs: BroadcastRuns(a, b, output: shapes.outputs[0], lanes: shapes.lanes))
    }
}

private struct BitShiftKernel: Kernel {
    /// Of the numbers' type.
    let range: ClosedRange<Int>
    let shiftsLeft: Bool
    let runs: BroadcastRuns

    private var bits: Int { Int.bitWidth - (range.upperBound &- range.lowerBound).leadingZeroBitCount }

    private func shifted(_ number: Int, by count: Int) -> Int {
        // By so many bits or more, as by a negative count, nothing is left but the sign.
        let count = (0..<bits).contains(count) ? count : bits
        guard shiftsLeft else { return number >> count }
        let whole = number << count
        guard bits < Int.bitWidth, !range.contains(whole) else { return whole }
        let wrapped = whole & (1 << bits - 1)
        return wrapped > range.upperBound ? wrapped - 1 << bits : wrapped
    }

    func forward(_ pass: ForwardPass) {
        guard let a = pass.inputs[0], let b = pass.inputs[1] else { return }
        let y = pass.outputs[0].pointer
        runs.loop.forEach { position, aOffset, bOffset in
            for place in 0..<runs.length {
                let number = a.pointer[aOffset + place * Int(runs.aStride)]
                let count = b.pointer[bOffset + place * Int(runs.bStride)]
                // What an index outside of its axis gave is no number.
                let isNumber = number.magnitude < 0x1p63 && count.magnitude < 0x1p63
                y[position * runs.length + place] = isNumber ? Float(shifted(Int(number), by: Int(count))) : .nan
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        for position in 0..<2 {
            guard let gradient = pass.inputGradients[position] else { continue }
            gradient.pointer.update(repeating: 0, count: gradient.count)
        }
    }
}
