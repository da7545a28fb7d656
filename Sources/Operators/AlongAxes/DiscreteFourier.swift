import NeuralGraph
import ONNX

/// `DFT` along the axis before the last, which has a real and an imaginary part, or a real one alone: a product with a constant matrix.
package struct DiscreteFourier: Operator {
    package static let onnxNames = ["DFT"]
    package var onnxName: String { "DFT" }

    private let isInverse: Bool
    /// Whether only the first half of the results and the middle one are given; the others of real numbers are their conjugates.
    private let isOneSided: Bool
    /// Numbers that are transformed: as many of the axis, or zeros behind them; `nil` for all.
    private let given: Int?

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let rank = try node.shape(0).rank
        let named = node.opset < 20 ? try node.int("axis", default: 1) : try node.numbers(2, "the axis")?.first ?? -2
        guard try node.axis(named, rank: rank) == rank - 2 else { throw node.unsupported("axis \(named) is not that before the last") }
        node.leaveOut(2)
        try node.onLastAxes(2)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 2)
        isInverse = try node.int("inverse", default: 0) != 0
        isOneSided = try node.int("onesided", default: 0) != 0
        let given = try node.constantIntegers(1, "the length")?.first
        guard !(isInverse && isOneSided) else { throw node.unsupported("the inverse of one side") }
        guard given.map({ (1...Self.longest).contains($0) }) != false else { throw node.unsupported("the length \(given ?? 0)") }
        self.given = given
    }

    /// A matrix of so many rows and columns is made.
    private static let longest = 1 << 9

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard let shape = inputs.first??.dimensions, shape.count >= 2, [1, 2].contains(shape[shape.count - 1]) else {
            throw ShapeError("the last axis has no real and imaginary part")
        }
        let length = given ?? shape[shape.count - 2]
        guard (1...Self.longest).contains(length) else { throw ShapeError("\(length) numbers; up to \(Self.longest) are supported") }
        return [shape.dropLast(2) + [results(length), 2]]
    }

    private func results(_ length: Int) -> Int { isOneSided ? length / 2 + 1 : length }

    package func write(to node: inout NodeWriter) {
        // From then on, the axis is this one by default.
        node.require(opset: 20)
        if isInverse { node.set("inverse", .int(1)) }
        if isOneSided { node.set("onesided", .int(1)) }
        if let given { node.setConstant(1, TensorProto(name: "", dimensions: [], int64s: [given])) }
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) makes each of all")
        let rank = shapes.outputs[0].count
        links.align(input: 0, shapes, except: [rank - 2, rank - 1])
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let shape = shapes.inputs[0]?.dimensions ?? []
        let (elements, parts) = (shape[shape.count - 2], shape[shape.count - 1])
        let length = given ?? elements
        let map = LinearMap(length: elements * parts, results: results(length) * 2) { result in
            (0..<min(elements, length)).flatMap { taps(element: $0, parts: parts, result: result, length: length) }
        }
        let merged = shape.dropLast(2) + [elements * parts]
        return ResamplingKernel([map], axes: [merged.count - 1], Array(merged), lanes: shapes.lanes, outside: 0)
    }

    /// What the parts of an element weigh in a part of a result: x e^(-i angle), or x e^(i angle) / length.
    private func taps(element: Int, parts: Int, result: Int, length: Int) -> [LinearMap.Tap] {
        let (cosine, sine) = Turn(part: element * (result / 2), of: length).point
        let scale = isInverse ? 1 / Double(length) : 1
        let turned = isInverse ? sine : -sine
        let (real, imaginary) = result % 2 == 0 ? (cosine, -turned) : (turned, cosine)
        let weights = [real, imaginary].prefix(parts).map { Float($0 * scale) }
        return weights.enumerated().map { (element * parts + $0, $1) }
    }
}

/// A part of a full turn, whose cosine and sine are made of products and sums alone: the same on every machine.
struct Turn {
    let part: Int
    let whole: Int

    init(part: Int, of whole: Int) {
        self.part = part % whole
        self.whole = whole
    }

    /// To within a few units of double precision.
    var point: (cosine: Double, sine: Double) {
        let (quarter, rest) = (4 * part / whole, 4 * part % whole)
        // Up to an eighth of a turn the series end soon.
        let isFar = 2 * rest > whole
        let angle = Double(isFar ? whole - rest : rest) / Double(whole) * (Double.pi / 2)
        let (a, b) = (Self.series(angle, from: 0), Self.series(angle, from: 1))
        let (cosine, sine) = isFar ? (b, a) : (a, b)
        switch quarter {
        case 0: return (cosine, sine)
        case 1: return (-sine, cosine)
        case 2: return (-cosine, -sine)
        default: return (sine, -cosine)
        }
    }

    /// The cosine from the power 0, the sine from the power 1.
    private static func series(_ x: Double, from power: Int) -> Double {
        var term = power == 0 ? 1 : x
        var sum = 0.0
        for step in 0..<10 {
            sum += term
            let divisor = (power + 2 * step + 1) * (power + 2 * step + 2)
            term *= -x * x / Double(divisor)
        }
        return sum
    }
}
