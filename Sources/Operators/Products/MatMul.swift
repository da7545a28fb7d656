import CKernels
import NeuralGraph
import ONNX

/// `MatMul` of the last two axes, for each index of the axes before them (repeated by numpy's rule): value with value,
/// value with constant, constant with value.
///
/// The weight is stored as in the file. On the right, `[…, K, outputs]`, its outputs are on the last axis; on the left,
/// `[…, outputs, K]`, on the last but one. The product of a sample's vector with a constant matrix is read as `Gemm`; where a sample is a
/// whole invocation, a vector on the left is a matrix of one row, which the output does not have.
package struct MatMul: Operator {
    package static let onnxNames = ["MatMul"]
    package var onnxName: String { "MatMul" }

    /// The weight is a matrix on the left of a sample's matrix, so that its rows make the rows of the output.
    private let hasUnitsOnAxis0: Bool
    /// Where results are integers.
    private let integers: IntegerResults?

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.product() }

    package static func read(_ node: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        if let a = try? node.batchedShape(0), a.count == 1, node.isConstant(1) { return try Gemm(&node) }
        return try MatMul(&node)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        integers = IntegerResults(node.type(0))
        let a = try node.shape(0)
        let b = try node.shape(1)
        let rank = max(a.isBatched ? a.dimensions.count : 0, b.isBatched ? b.dimensions.count : 0)
        let isVector = a.isBatched && a.dimensions.count == 1 && b.dimensions.count >= 2
        guard rank >= 2 || isVector && node.batch == .invocation else {
            throw node.unsupported("it multiplies across the batch, or vectors")
        }
        for (position, operand) in [a, b].enumerated() where operand.isBatched {
            let other = 1 - position
            guard node.isConstant(other) else { continue }
            let parameter = try node.alignedParameter(other, role: .weight, rank: rank)
            guard parameter.shape.count >= 2 else { throw node.unsupported("a constant vector as a factor") }
            node.replaceParameter(other, by: parameter)
        }
        hasUnitsOnAxis0 = !a.isBatched && a.dimensions.count == 2 && rank == 2
    }

    package func role(ofInput position: Int) -> ParameterRole { .weight }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let a = inputs[0]?.dimensions, let b = inputs[1]?.dimensions,
            a.count >= 1, b.count >= 2
        else { throw ShapeError("a factor is missing or no matrix") }
        guard a[a.count - 1] == b[b.count - 2], let leading = Shape.broadcast(a.dropLast(2), b.dropLast(2)) else {
            throw ShapeError("the shapes \(a) and \(b) do not fit")
        }
        return [leading + a.dropLast().suffix(1) + [b[b.count - 1]]]
    }

    package var shiftsUnitsBehind: Bool { true }

    package func unitAxis(ofWeight shape: [Int]) -> Int? { hasUnitsOnAxis0 ? 0 : nil }

    package func multiplyAdds(_ shapes: NodeShapes) -> Int {
        shapes.outputs[0].reduce(shapes.inputs[0]?.dimensions.last ?? 0, *)
    }

    package func weightProduct(_ shapes: OperandShapes) -> WeightProduct? {
        guard let weight = shapes.inputs[1], !weight.isBatched, weight.dimensions.count == 2 else { return nil }
        let (columns, units) = (weight.dimensions[0], weight.dimensions[1])
        return WeightProduct(rows: shapes.outputs[0].reduce(1, *) / max(1, units), columns: columns, units: units)
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) repeats the channel")
        guard let a = shapes.inputs[0]?.dimensions.count, let b = shapes.inputs[1]?.dimensions.count else { return links }
        let rank = shapes.outputs[0].count
        links.align(input: 0, shapes, except: [rank - 1])
        if a == 1 {
            links.link(.output(0, rank - 1), .input(1, b - 1))
        } else {
            links.align(input: 1, shapes, except: [rank - 2])
        }
        links.sum(.input(0, a - 1), .input(1, b - 2))
        return links
    }

    package var boundsIntegers: Bool { integers != nil }

    package func kernel(for shapes: OperandShapes) -> any Kernel { MatMulKernel(plan: MatrixLoop(shapes), integers: integers) }
}

private struct MatMulKernel: Kernel {
    let plan: MatrixLoop
    let integers: IntegerResults?

    func forward(_ pass: ForwardPass) {
        guard let a = pass.inputs[0], let b = pass.inputs[1] else { return }
        let y = Matrix(pass.outputs[0].pointer, plan.yRows, plan.yColumns, isBatched: true, lanes: plan.lanes)
        let left = Matrix(a.pointer, plan.yRows, plan.inner, isBatched: plan.isBatched.a, lanes: plan.lanes)
        let right = Matrix(b.pointer, plan.inner, plan.yColumns, isBatched: plan.isBatched.b, lanes: plan.lanes)
        plan.loop.forEach { position, aOffset, bOffset in
            (left + aOffset).multiply(right + bOffset, into: y + position * y.count, adds: false, lanes: plan.lanes)
        }
        integers?.take(pass.outputs[0].pointer, count: pass.outputs[0].count)
    }

    /// da = dy * b^T, db = a^T * dy; summed over repetitions and, for a constant, over lanes, in the order of outputs.
    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .factors(wanted) }

    func backward(_ pass: BackwardPass) {
        guard let a = pass.inputs[0], let b = pass.inputs[1] else { return }
        let dy = Matrix(pass.outputGradients[0].pointer, plan.yRows, plan.yColumns, isBatched: true, lanes: plan.lanes)
        let left = Matrix(a.pointer, plan.yRows, plan.inner, isBatched: plan.isBatched.a, lanes: plan.lanes)
        let right = Matrix(b.pointer, plan.inner, plan.yColumns, isBatched: plan.isBatched.b, lanes: plan.lanes)
        if let gradient = pass.inputGradients[0] {
            gradient.pointer.update(repeating: 0, count: gradient.count)
            let da = left.at(gradient.pointer)
            plan.loop.forEach { position, aOffset, bOffset in
                (dy + position * dy.count).multiply(
                    (right + bOffset).transposed, into: da + aOffset, adds: true, lanes: plan.lanes)
            }
        }
        if let gradient = pass.inputGradients[1] {
            gradient.pointer.update(repeating: 0, count: gradient.count)
            let db = right.at(gradient.pointer)
            plan.loop.forEach { position, aOffset, bOffset in
                (left + aOffset).transposed.multiply(
                    dy + position * dy.count, into: db + bOffset, adds: true, lanes: plan.lanes)
            }
        }
    }
}

/// The products of single matrices that a `MatMul` consists of.
private struct MatrixLoop: Sendable {
    let yRows: Int
    let yColumns: Int
    let inner: Int
    let lanes: Int
    let isBatched: (a: Bool, b: Bool)
    let loop: BroadcastLoop

    init(_ shapes: OperandShapes) {
        guard let a = shapes.inputs[0], let b = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        lanes = shapes.lanes
        isBatched = (a.isBatched, b.isBatched)
        let y = shapes.outputs[0]
        inner = a.dimensions[a.dimensions.count - 1]
        yColumns = y[y.count - 1]
        // One matrix for all indices before: their rows are rows of one tall product.
        if !b.isBatched, b.dimensions.count == 2 {
            yRows = y.dropLast().reduce(1, *)
            loop = BroadcastLoop(dimensions: [], strides: ([], []))
            return
        }
        let rows = a.dimensions.dropLast().suffix(1)
        yRows = rows.first ?? 1
        let leading = Array(y.dropLast(1 + rows.count))
        func strides(_ operand: OperandShape) -> [Int] {
            let matrix = operand.dimensions.suffix(2).reduce(operand.isBatched ? shapes.lanes : 1, *)
            return BroadcastLoop.strides(of: operand.dimensions.dropLast(2), within: leading, unit: matrix)
        }
        loop = BroadcastLoop(dimensions: leading, strides: (strides(a), strides(b)))
    }
}

/// A matrix in memory, of one number or one row of lanes per element.
private struct Matrix {
    var pointer: UnsafeMutablePointer<Float>
    var rows: Int
    var columns: Int
    /// Floats from row to row and from column to column.
    var rowStride: Int
    var columnStride: Int
    let isBatched: Bool

    init(_ pointer: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, isBatched: Bool, lanes: Int) {
        self.pointer = pointer
        self.rows = rows
        self.columns = columns
        self.isBatched = isBatched
        columnStride = isBatched ? lanes : 1
        rowStride = columns * columnStride
    }

    /// Floats, lanes included.
    var count: Int { rows * rowStride }

    var transposed: Matrix {
        var result = self
        swap(&result.rows, &result.columns)
        swap(&result.rowStride, &result.columnStride)
        return result
    }

    /// A matrix of the same form elsewhere.
    func at(_ pointer: UnsafeMutablePointer<Float>) -> Matrix {
        var result = self
        result.pointer = pointer
        return result
    }

    static func + (matrix: Matrix, offset: Int) -> Matrix {
        var result = matrix
        result.pointer += offset
        return result
    }

    func multiply(_ other: Matrix, into y: Matrix, adds: Bool, lanes: Int) {
        ck_matmul(
            Int64(lanes), Int64(rows), Int64(other.columns), Int64(columns),
            pointer, Int64(rowStride), Int64(columnStride), isBatched,
            other.pointer, Int64(other.rowStride), Int64(other.columnStride), other.isBatched,
            y.pointer, y.isBatched, adds)
    }
}
