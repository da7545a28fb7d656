import CKernels
import NeuralGraph
import ONNX

/// `Einsum`: products of elements of one, two or more operands, summed over the axes that the output does not have.
package struct Einsum: Operator {
    package static let onnxNames = ["Einsum"]
    package var onnxName: String { "Einsum" }

    /// Of samples and constants.
    private let equation: EinsumEquation
    private var inputs: [[Character]] { equation.inputs }
    private var output: [Character] { equation.output }

    package static func translate(_ node: inout AxisTranslation) throws(UnsupportedNode) {
        let text = try node.string("equation")
        var shapes: [PlacedShape] = []
        for position in 0..<node.inputCount { shapes.append(try node.shape(position)) }
        guard !shapes.isEmpty, let equation = EinsumEquation(text, ranks: shapes.map(\.rank)) else {
            throw node.unsupported("the equation '\(text)' does not fit inputs of \(shapes.map(\.rank)) axes")
        }
        guard let samples = try equation.ofSamples(shapes, node) else { return node.set("equation", .string(Array(equation.text.utf8))) }
        node.set("equation", .string(Array(samples.equation.text.utf8)))
        node.place(samples.place)
    }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        let text = try node.string("equation", default: "")
        var ranks: [Int] = []
        for position in 0..<node.inputCount { ranks.append(try node.shape(position).dimensions.count) }
        guard let equation = EinsumEquation(text, ranks: ranks) else {
            throw node.unsupported("the equation '\(text)' does not fit inputs of \(ranks) axes")
        }
        self.equation = equation
    }

    package func role(ofInput position: Int) -> ParameterRole { .weight }

    /// How long the axis of each letter is.
    private func lengths(_ operands: [OperandShape?]) throws(ShapeError) -> [Character: Int] {
        var lengths: [Character: Int] = [:]
        for (letters, operand) in zip(inputs, operands) {
            guard let shape = operand?.dimensions, shape.count == letters.count else { throw ShapeError("an input is missing") }
            for (letter, length) in zip(letters, shape) {
                let known = lengths[letter] ?? 1
                guard known == 1 || length == 1 || known == length else {
                    throw ShapeError("the axes '\(letter)' are \(known) and \(length) long")
                }
                lengths[letter] = max(known, length)
            }
        }
        return lengths
    }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        let lengths = try lengths(inputs)
        guard Shape.isUsable(Array(lengths.values)) else { throw ShapeError("it sums over \(lengths.values.sorted()) products") }
        let shape = output.map { lengths[$0] ?? 1 }
        let count = shape.reduce(1, *)
        let terms = lengths.values.reduce(1, *) / count
        guard count <= Self.mostPlaces, terms <= Self.mostPlaces else {
            throw ShapeError("it sums over \(terms) products for each of \(count) numbers, which is too many")
        }
        return [shape]
    }

    /// The kernel keeps where the operands of each output, and those of each term of a sum, stand.
    private static let mostPlaces = 1 << 24

    package func write(to node: inout NodeWriter) {
        let whole = node.batch == .axis0 ? equation.withBatch(node.inputShapes.map { $0?.isBatched == true }) : equation
        node.set("equation", .string(Array(whole.text.utf8)))
    }

    package func multiplyAdds(_ shapes: NodeShapes) -> Int {
        guard inputs.count > 1, let lengths = try? lengths(shapes.inputs) else { return 0 }
        return lengths.values.reduce(1, *)
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        var links = ChannelLinks(barrier: "\(onnxName) sums or repeats the channel")
        guard let lengths = try? lengths(shapes.inputs) else { return links }
        for letter in lengths.keys.sorted() {
            let places = inputs.enumerated().flatMap { position, letters in
                letters.indices.filter { letters[$0] == letter }.map { AxisPlace.input(position, $0) }
            }
            let isWhole = places.allSatisfy { shapes.inputs[$0.position]?.dimensions[$0.axis] == lengths[letter] }
            guard isWhole, Set(places.map(\.position)).count == places.count else { continue }
            if let axis = output.firstIndex(of: letter) {
                for place in places { links.link(.output(0, axis), place) }
            } else {
                for place in places.dropFirst() { links.sum(places[0], place) }
            }
        }
        return links
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        guard let lengths = try? lengths(shapes.inputs) else { preconditionFailure("the shapes of a graph fit its operators") }
        let summed = lengths.keys.filter { !output.contains($0) }.sorted()
        func places(_ axes: [Character]) -> [Int64] {
            zip(inputs, shapes.inputs).flatMap { letters, operand in
                Self.places(of: letters, operand?.dimensions ?? [], along: axes.map { ($0, lengths[$0] ?? 1) })
            }
        }
        return EinsumKernel(
            outputs: places(output), terms: places(summed), lanesOf: shapes.inputs.map { $0?.isBatched == true },
            lanes: shapes.lanes)
    }

    /// Where an operand stands at each index of these axes, row-major, in elements.
    private static func places(
        of letters: [Character], _ shape: [Int], along axes: [(letter: Character, length: Int)]
    ) -> [Int64] {
        let strides = Shape.strides(shape)
        return axes.reduce([0]) { starts, axis in
            let step = letters.indices.reduce(0) { $0 + (letters[$1] == axis.letter && shape[$1] > 1 ? strides[$1] : 0) }
            return starts.flatMap { start in (0..<axis.length).map { start + Int64($0 * step) } }
        }
    }
}

private struct EinsumKernel: Kernel {
    /// By operand and output, and by operand and term.
    let outputs: [Int64]
    let terms: [Int64]
    let lanesOf: [Bool]
    let lanes: Int

    private func withContraction(
        _ inputs: OptionalBuffers, _ body: (UnsafePointer<CKContraction>, UnsafePointer<UnsafePointer<Float>?>) -> Void
    ) {
        outputs.withUnsafeBufferPointer { outputs in
            terms.withUnsafeBufferPointer { terms in
                lanesOf.withUnsafeBufferPointer { lanesOf in
                    var contraction = CKContraction(
                        operandCount: Int64(lanesOf.count), outputCount: Int64(outputs.count / lanesOf.count),
                        termCount: Int64(terms.count / lanesOf.count), lanes: Int64(lanes), outputs: outputs.baseAddress,
                        terms: terms.baseAddress, lanesOf: lanesOf.baseAddress)
                    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: lanesOf.count) { operands in
                        for position in lanesOf.indices {
                            operands.initializeElement(at: position, to: inputs[position].map { UnsafePointer($0.pointer) })
                        }
                        if let start = operands.baseAddress { body(&contraction, start) }
                    }
                }
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        withContraction(pass.inputs) { ck_contraction_forward($0, $1, pass.outputs[0].pointer) }
    }

    func backward(_ pass: BackwardPass) {
        withContraction(pass.inputs) { contraction, operands in
            for position in lanesOf.indices {
                guard let gradient = pass.inputGradients[position] else { continue }
                gradient.pointer.update(repeating: 0, count: gradient.count)
                ck_contraction_gradient(contraction, Int64(position), operands, pass.outputGradients[0].pointer, gradient.pointer)
            }
        }
    }
}
