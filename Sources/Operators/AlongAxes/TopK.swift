import NeuralGraph
import ONNX

/// `TopK`: along an axis the greatest or smallest elements in order, and their places. Of equal ones the first comes first; a NaN counts as
/// greatest. The gradient goes to the elements that were taken.
package struct TopK: Operator {
    package static let onnxNames = ["TopK"]
    package static let needsAllOutputs = true
    package var onnxName: String { "TopK" }

    /// Of a sample.
    private let axis: Int
    private let count: Int
    private let takesGreatest: Bool
    /// 1, or 2 with the places.
    private let outputCount: Int

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) { try node.along(default: -1) }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        let input = try node.batchedShape(0)
        axis = try node.perSampleAxis(try node.int("axis", default: -1), rank: input.count)
        let given = node.opset < 10 ? [try node.int("k", default: 0)] : try node.constantIntegers(1, "k") ?? []
        guard given.count == 1, (1...input[axis]).contains(given[0]) else {
            throw node.unsupported("k \(given.map { "\($0)" }.joined(separator: ", ")) of \(input[axis]) elements")
        }
        count = given[0]
        takesGreatest = try node.int("largest", default: 1) != 0
        outputCount = min(max(node.proto.outputs.count, 1), 2)
    }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType {
        position == 1 ? .int64 : inputs.first.flatMap(\.self) ?? .float
    }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { position == 1 || inputs[0] }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard var shape = inputs[0]?.dimensions, axis < shape.count, count <= shape[axis] else {
            throw ShapeError("the input has not \(count) elements on axis \(axis + 1)")
        }
        shape[axis] = count
        return [[Int]](repeating: shape, count: outputCount)
    }

    package func write(to node: inout NodeWriter) {
        node.set("axis", .int(node.fileAxis(axis)))
        if !takesGreatest { node.set("largest", .int(0)) }
        node.setConstant(1, [count])
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) over the channels")
        for output in shapes.outputs.indices { links.align(input: 0, output: output, shapes, except: [axis]) }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.inputs[0]?.dimensions ?? []
        return TopKKernel(
            length: shape[axis], count: count, outer: shape[..<axis].reduce(1, *),
            inner: shape[(axis + 1)...].reduce(shapes.lanes, *), takesGreatest: takesGreatest, givesPlaces: outputCount > 1)
    }
}

private struct TopKKernel: Kernel {
    let length: Int
    let count: Int
    let outer: Int
    /// Floats side by side behind the axis.
    let inner: Int
    let takesGreatest: Bool
    let givesPlaces: Bool

    /// The places of what is taken.
    var memory: KernelMemory { KernelMemory(retained: outer * count * inner) }

    /// Whether the element a at place i comes before the element b at place j.
    private func precedes(_ a: Float, _ i: Int, _ b: Float, _ j: Int) -> Bool {
        if a == b || a.isNaN && b.isNaN { return i < j }
        return takesGreatest == (a > b || a.isNaN)
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let (y, places) = (pass.outputs[0].pointer, pass.retained)
        for row in 0..<outer {
            for column in 0..<inner {
                let source = x.pointer + row * length * inner + column
                var last: Int?
                for rank in 0..<count {
                    let place = next(source, behind: last)
                    let target = (row * count + rank) * inner + column
                    y[target] = source[place * inner]
                    places[target] = Float(bitPattern: UInt32(place))
                    if givesPlaces { pass.outputs[1].pointer[target] = Float(place) }
                    last = place
                }
            }
        }
    }

    /// The place of the first element in order behind another one.
    private func next(_ source: UnsafePointer<Float>, behind last: Int?) -> Int {
        var best: Int?
        for place in 0..<length {
            let number = source[place * inner]
            if let last, last == place || !precedes(source[last * inner], last, number, place) { continue }
            if let best, precedes(source[best * inner], best, number, place) { continue }
            best = place
        }
        return best ?? 0
    }

    func backward(_ pass: BackwardPass) {
        guard let dx = pass.inputGradients[0] else { return }
        dx.pointer.update(repeating: 0, count: dx.count)
        let dy = pass.outputGradients[0].pointer
        for target in 0..<outer * count * inner {
            let (row, column) = (target / (count * inner), target % inner)
            let place = Int(pass.retained[target].bitPattern)
            dx.pointer[(row * length + place) * inner + column] += dy[target]
        }
    }
}
