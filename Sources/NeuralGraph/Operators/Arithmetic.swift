import CKernels
import ONNX

/// `Add Sub Mul Div`, element by element, with numpy's broadcasting: value with value, or value with constant.
///
/// A constant belongs to all samples: its axes are aligned with the end of the sample's, `[1, C, 1, 1]` is `[C, 1, 1]`.
/// Constants that are added are biases, those that multiply or divide are scales; both are trained.
package struct Arithmetic: Operator {
    private static let functions: [(name: String, function: CKBinary)] = [
        ("Add", CK_ADD), ("Sub", CK_SUBTRACT), ("Mul", CK_MULTIPLY), ("Div", CK_DIVIDE),
    ]
    package static let onnxNames = functions.map(\.name)
    package static let readsInvocations = true

    package let onnxName: String
    let function: CKBinary

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        let name = node.proto.operatorType
        guard let entry = Self.functions.first(where: { $0.name == name }) else {
            throw node.unsupported("unknown operator")
        }
        onnxName = name
        function = entry.function
        try node.limitInputs(to: 2)
        let a = try node.shape(0)
        let b = try node.shape(1)
        switch (a.isBatched, b.isBatched) {
        case (true, true):
            guard a.dimensions.count == b.dimensions.count || node.batch == .invocation else {
                throw node.unsupported(
                    "samples of shapes \(a.dimensions) and \(b.dimensions) make the batch meet another axis")
            }
        case (true, false): try align(1, &node, rank: a.dimensions.count)
        case (false, true): try align(0, &node, rank: b.dimensions.count)
        case (false, false): throw node.unsupported("both inputs are constants")
        }
    }

    private func align(_ position: Int, _ node: inout NodeReader, rank: Int) throws(UnsupportedNode) {
        let parameter = try node.alignedParameter(position, role: role(ofInput: position), rank: rank)
        node.replaceParameter(position, by: parameter)
    }

    package func role(ofInput position: Int) -> ParameterRole {
        function == CK_ADD || function == CK_SUBTRACT ? .bias : .scale
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let a = inputs[0]?.dimensions, let b = inputs[1]?.dimensions else {
            throw ShapeError("an input is missing")
        }
        guard let shape = Shape.broadcast(a, b) else { throw ShapeError("the shapes \(a) and \(b) do not fit") }
        return [shape]
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package var asEpilogue: EpilogueKind? { function == CK_ADD ? .addition : nil }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        ArithmeticKernel(function: function, runs: ArithmeticRuns(shapes))
    }
}

private struct ArithmeticKernel: Kernel {
    let function: CKBinary
    let runs: ArithmeticRuns

    func forward(_ pass: ForwardPass) {
        guard let a = pass.inputs[0], let b = pass.inputs[1] else { return }
        let y = pass.outputs[0].pointer
        runs.loop.forEach { position, aOffset, bOffset in
            ck_binary(
                function, Int64(runs.length), a.pointer + aOffset, runs.aStride, b.pointer + bOffset, runs.bStride,
                y + position * runs.length)
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

/// How an element-wise operation is cut into runs of outputs, in each of which either operand stands side by side or
/// is one number.
private struct ArithmeticRuns: Sendable {
    let length: Int
    let aStride: Int64
    let bStride: Int64
    let loop: BroadcastLoop

    init(_ shapes: OperandShapes) {
        guard let a = shapes.inputs[0], let b = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        let output = shapes.outputs[0]
        var outer = output.count
        while outer > 0, Self.joins(a, output, outer - 1), Self.joins(b, output, outer - 1) { outer -= 1 }
        length = output[outer...].reduce(shapes.lanes, *)
        aStride = a.isBatched ? 1 : 0
        bStride = b.isBatched ? 1 : 0
        loop = BroadcastLoop(
            dimensions: Array(output[..<outer]),
            strides: (
                Self.strides(a, output, outer, lanes: shapes.lanes), Self.strides(b, output, outer, lanes: shapes.lanes)
            ))
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
