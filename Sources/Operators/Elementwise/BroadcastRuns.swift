import NeuralGraph

/// How an element-wise operation on two operands is cut into runs of outputs, in each of which either operand stands side by
/// side or is one number.
struct BroadcastRuns: Sendable {
    let length: Int
    let aStride: Int64
    let bStride: Int64
    let loop: BroadcastLoop

    init(_ a: OperandShape, _ b: OperandShape, output: [Int], lanes: Int) {
        var outer = output.count
        while outer > 0, Self.joins(a, output, outer - 1), Self.joins(b, output, outer - 1) { outer -= 1 }
        length = output[outer...].reduce(lanes, *)
        aStride = a.isBatched ? 1 : 0
        bStride = b.isBatched ? 1 : 0
        loop = BroadcastLoop(
            dimensions: Array(output[..<outer]),
            strides: (Self.strides(a, output, outer, lanes: lanes), Self.strides(b, output, outer, lanes: lanes)))
    }

    /// Whether an axis can be part of the runs: a value must have it in full, a constant not at all.
    private static func joins(_ operand: OperandShape, _ output: [Int], _ axis: Int) -> Bool {
        let own = axis - output.count + operand.dimensions.count
        let length = own < 0 ? 1 : operand.dimensions[own]
        return operand.isBatched ? length == output[axis] : length == 1
    }

    private static func strides(_ operand: OperandShape, _ output: [Int], _ outer: Int, lanes: Int) -> [Int] {
        let all = BroadcastLoop.strides(of: operand.dimensions, within: output, unit: operand.isBatched ? lanes : 1)
        return Array(all[..<outer])
    }
}
