import CKernels
import NeuralGraph
import ONNX

/// `ReduceSum ReduceMean ReduceProd ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp` over some
/// axes of the sample, `ArgMax` and `ArgMin` over one.
package struct Reduction: Operator {
    private static let functions: [(name: String, function: CKReduction)] = [
        ("ReduceSum", CK_REDUCE_SUM), ("ReduceMean", CK_REDUCE_MEAN), ("ReduceProd", CK_REDUCE_PRODUCT),
        ("ReduceMax", CK_REDUCE_MAXIMUM), ("ReduceMin", CK_REDUCE_MINIMUM), ("ReduceL1", CK_REDUCE_L1),
        ("ReduceL2", CK_REDUCE_L2), ("ReduceSumSquare", CK_REDUCE_SUM_SQUARE), ("ReduceLogSum", CK_REDUCE_LOG_SUM),
        ("ReduceLogSumExp", CK_REDUCE_LOG_SUM_EXP), ("ArgMax", CK_FIRST_MAXIMUM), ("ArgMin", CK_FIRST_MINIMUM),
    ]
    package static let onnxNames = functions.map(\.name)

    package let onnxName: String
    private let function: CKReduction
    /// Without the batch, ascending.
    private let axes: [Int]
    private let keepsAxes: Bool
    /// Where results are integers.
    private let integers: IntegerResults?

    private var givesPlace: Bool { onnxName == "ArgMax" || onnxName == "ArgMin" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let keepsAxes = try node.int("keepdims", default: 1) != 0
        guard !node.node.operatorType.hasPrefix("Arg") else {
            return node.set("axis", .int(try node.reducing([node.int("axis", default: 0)], keepsAxes: keepsAxes)[0]))
        }
        var given = try node.ints("axes") ?? []
        if given.isEmpty { given = try node.numbers(1, "axes") ?? [] }
        guard given.count <= Shape.rankLimit else { throw node.unsupported("axes are more than \(Shape.rankLimit)") }
        node.leaveOut(1)
        if given.isEmpty, try node.int("noop_with_empty_axes", default: 0) != 0 {
            node.set("axes", .ints([]))
            return node.place(try node.shape(0).place)
        }
        node.set("axes", .ints(try node.reducing(given.isEmpty ? nil : given, keepsAxes: keepsAxes)))
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        let name = node.proto.operatorType
        onnxName = name
        let named = try node.function(in: Self.functions)
        keepsAxes = try node.int("keepdims", default: 1) != 0
        integers = name.hasPrefix("Arg") ? nil : IntegerResults(node.type(0))
        let rank = try node.batchedShape(0).count
        guard name.hasPrefix("Arg") else {
            try node.limitInputs(to: 2)
            function = named
            var axes: [Int] = []
            for axis in try node.ints("axes") ?? [] { axes.append(try node.perSampleAxis(axis, rank: rank)) }
            self.axes = axes
            return
        }
        try node.limitInputs(to: 1)
        axes = [try node.perSampleAxis(try node.int("axis", default: 0), rank: rank)]
        let takesLast = try node.int("select_last_index", default: 0) != 0
        function = !takesLast ? named : name == "ArgMax" ? CK_LAST_MAXIMUM : CK_LAST_MINIMUM
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType {
        givesPlace ? .int64 : inputs.first.flatMap(\.self) ?? .float
    }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { givesPlace }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs[0]?.dimensions, axes.allSatisfy({ $0 < shape.count }) else {
            throw ShapeError("the input has not the axes \(axes)")
        }
        return [shape.indices.filter { keepsAxes || !axes.contains($0) }.map { axes.contains($0) ? 1 : shape[$0] }]
    }

    package func write(to node: inout NodeWriter) {
        node.set("keepdims", .int(keepsAxes ? 1 : 0))
        let places = axes.map { node.fileAxis($0) }
        if givesPlace {
            node.set("axis", .int(places[0]))
            if function == CK_LAST_MAXIMUM || function == CK_LAST_MINIMUM { node.set("select_last_index", .int(1)) }
        } else if onnxName == "ReduceSum" || node.opset >= 18 {
            node.setConstant(1, places)
            if places.isEmpty { node.set("noop_with_empty_axes", .int(1)) }
        } else {
            node.set("axes", .ints(places))
        }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) over the channels")
        let left = (shapes.inputs[0]?.dimensions.indices ?? 0..<0).filter { keepsAxes || !axes.contains($0) }
        for (output, own) in left.enumerated() where !axes.contains(own) { links.link(.output(0, output), .input(0, own)) }
        if givesPlace { return links }
        for axis in axes { isSum ? links.sum(.input(0, axis)) : links.measure(.input(0, axis)) }
        return links
    }

    /// Whether zeros do not matter.
    private var isSum: Bool {
        switch function {
        case CK_REDUCE_SUM, CK_REDUCE_L1, CK_REDUCE_L2, CK_REDUCE_SUM_SQUARE, CK_REDUCE_LOG_SUM: true
        default: false
        }
    }

    package var boundsIntegers: Bool { integers != nil }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        ReductionKernel(function, shapes.inputs[0]?.dimensions ?? [], axes: axes, lanes: shapes.lanes, integers: integers)
    }
}

private struct ReductionKernel: Kernel {
    private let function: CKReduction
    /// Where the numbers of a result begin, and how far from there each of them stands.
    private let kept: [Int64]
    private let reduced: [Int64]
    /// Floats side by side that belong to different results.
    private let inner: Int
    /// Where results are integers.
    private let integers: IntegerResults?

    init(_ function: CKReduction, _ shape: [Int], axes: [Int], lanes: Int, integers: IntegerResults?) {
        self.function = function
        self.integers = integers
        let strides = Shape.strides(shape)
        let split = (axes.last ?? -1) + 1
        inner = shape[split...].reduce(lanes, *)
        func places(_ axes: [Int]) -> [Int64] {
            axes.reduce([0]) { starts, axis in
                starts.flatMap { start in (0..<shape[axis]).map { start + Int64($0 * strides[axis] * lanes) } }
            }
        }
        kept = places((0..<split).filter { !axes.contains($0) })
        reduced = places(axes)
    }

    private func withPlaces(_ body: (CKReductionPlaces) -> Void) {
        kept.withUnsafeBufferPointer { kept in
            reduced.withUnsafeBufferPointer { reduced in
                body(
                    CKReductionPlaces(
                        kept: kept.baseAddress, reduced: reduced.baseAddress, keptCount: Int64(kept.count),
                        reducedCount: Int64(reduced.count), inner: Int64(inner)))
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        withPlaces { ck_reduce(function, $0, x.pointer, pass.outputs[0].pointer) }
        integers?.take(pass.outputs[0].pointer, count: pass.outputs[0].count)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack {
        switch function {
        case CK_REDUCE_SUM, CK_REDUCE_MEAN: .none
        default: ValuesReadBack(inputs: [0], outputs: true)
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0], let dx = pass.inputGradients[0] else { return }
        withPlaces {
            ck_reduce_gradient(
                function, $0, x.pointer, pass.outputs[0].pointer, pass.outputGradients[0].pointer, dx.pointer)
        }
    }
}
