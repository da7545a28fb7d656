import CKernels
import ONNX

/// `Gather` and `GatherElements` by indices that depend on the sample: of a constant (an embedding), or of a value.
///
/// An index beyond the axis gives NaN. The gradient of indices is 0.
package struct Lookup: Operator {
    package static let onnxNames = ["GatherElements"]

    package let onnxName: String
    /// Of a sample of the data; of constants in full.
    private let axis: Int
    private let isConstant: Bool
    /// The data are an embedding: a matrix of trained numbers, of which rows are taken.
    private let isEmbedding: Bool

    private var takesElements: Bool { onnxName == "GatherElements" }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let (data, indices) = (try node.shape(0), try node.shape(1))
        let axis = try node.axis(node.int("axis", default: 0), rank: data.rank)
        let place = try node.commonPlace([0, 1], rank: data.rank)
        guard indices.rank == data.rank, axis != place?.axis else { throw node.unsupported("it works across the batch (axis \(axis))") }
        for position in 0..<2 { try node.align(position, rank: data.rank, to: place) }
        let own = PlacedShape(data.place == nil ? indices.sample : data.sample, place: place).sampleAxes(axis).lowerBound
        node.set("axis", .int(own + (node.isConstant(0) && !node.isConstant(1) ? 0 : 1)))
        node.place(place)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        onnxName = node.proto.operatorType
        try node.limitInputs(to: 2)
        let (data, indices) = (try node.shape(0), try node.shape(1))
        let given = try node.int("axis", default: 0)
        isConstant = !data.isBatched
        isEmbedding = isConstant && onnxName == "Gather" && data.dimensions.count >= 2 && node.type(0) == .float
        guard data.isBatched || indices.isBatched else { throw node.unsupported("all inputs are constants") }
        guard !isConstant || onnxName == "Gather" || node.batch == .invocation else {
            throw node.unsupported("its data are a constant, which no batch repeats for each sample")
        }
        axis = isConstant ? given : try node.perSampleAxis(given, rank: data.dimensions.count)
    }

    package func role(ofInput position: Int) -> ParameterRole { position == 0 && isEmbedding ? .weight : .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 2, let data = inputs[0]?.dimensions, let indices = inputs[1]?.dimensions, axis < data.count
        else { throw ShapeError("an input is missing") }
        guard let count = Shape.count(data), count < Shape.limit else { throw ShapeError("\(data) is too large to select from") }
        guard takesElements else { return [Array(data[..<axis]) + indices + Array(data[(axis + 1)...])] }
        guard data.count == indices.count, zip(data, indices).enumerated().allSatisfy({ $0 == axis || $1.0 >= $1.1 })
        else { throw ShapeError("the indices \(indices) do not fit \(data)") }
        return [indices]
    }

    package func write(to node: inout NodeWriter) {
        node.set("axis", .int(isConstant ? axis : node.fileAxis(axis)))
        guard isConstant, axis > 0, node.batch == .axis0 else { return }
        // The axes of the constant before that of the indices come before the batch.
        node.transposeOutput(0, [axis] + (0...node.outputShapes[0].count).filter { $0 != axis })
    }

    /// The width of an embedding goes with what is looked up.
    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) takes some by their places")
        guard !takesElements, let data = shapes.inputs[0]?.dimensions, let indices = shapes.inputs[1]?.dimensions else { return links }
        for own in data.indices where own != axis {
            links.link(.output(0, own < axis ? own : own - 1 + indices.count), .input(0, own))
        }
        for own in indices.indices { links.link(.output(0, axis + own), .input(1, own)) }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        LookupKernel(axis: axis, takesElements: takesElements, shapes)
    }
}

private struct LookupKernel: Kernel {
    /// For each element of the output: where its index stands, and that of the data which index 0 gives.
    private let places: [(index: Int32, start: Int32)]
    private let length: Int
    private let stride: Int
    private let lanes: Int
    /// Whether there is a number for each lane.
    private let isBatched: (data: Bool, indices: Bool)

    init(axis: Int, takesElements: Bool, _ shapes: OperandShapes) {
        guard let data = shapes.inputs[0], let indices = shapes.inputs[1] else { preconditionFailure("both inputs are needed") }
        let strides = Shape.strides(data.dimensions)
        length = data.dimensions[axis]
        stride = strides[axis]
        lanes = shapes.lanes
        isBatched = (data.isBatched, indices.isBatched)
        let output = shapes.outputs[0]
        let steps = Shape.strides(indices.dimensions)
        // Per axis of the output: steps in the indices and in the data.
        var walk: [(index: Int, data: Int)] = []
        if takesElements {
            walk = output.indices.map { (steps[$0], $0 == axis ? 0 : strides[$0]) }
        } else {
            walk = strides[..<axis].map { (0, $0) } + steps.map { ($0, 0) } + strides[(axis + 1)...].map { (0, $0) }
        }
        var places: [(index: Int32, start: Int32)] = [(0, 0)]
        for (axis, step) in walk.enumerated() {
            places = places.flatMap { place in
                (0..<output[axis]).map { (place.index + Int32($0 * step.index), place.start + Int32($0 * step.data)) }
            }
        }
        self.places = places
    }

    /// For each element and lane: where it is in the output and in the data, or `nil` for an index outside.
    private func forEach(_ indices: Buffer, _ body: (_ output: Int, _ data: Int?) -> Void) {
        for (element, place) in places.enumerated() {
            for lane in 0..<lanes {
                let number = indices.pointer[isBatched.indices ? Int(place.index) * lanes + lane : Int(place.index)]
                guard number >= -Float(length), number < Float(length) else {
                    body(element * lanes + lane, nil)
                    continue
                }
                let index = Int(number) < 0 ? Int(number) + length : Int(number)
                let source = Int(place.start) + index * stride
                body(element * lanes + lane, isBatched.data ? source * lanes + lane : source)
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let data = pass.inputs[0], let indices = pass.inputs[1] else { return }
        let y = pass.outputs[0].pointer
        forEach(indices) { output, place in y[output] = place.map { data.pointer[$0] } ?? .nan }
    }

    func backward(_ pass: BackwardPass) {
        if let gradient = pass.inputGradients[1] { gradient.pointer.update(repeating: 0, count: gradient.count) }
        guard let indices = pass.inputs[1], let gradient = pass.inputGradients[0] else { return }
        gradient.pointer.update(repeating: 0, count: gradient.count)
        let dy = pass.outputGradients[0].pointer
        forEach(indices) { output, place in
            if let place { gradient.pointer[place] += dy[output] }
        }
    }
}
