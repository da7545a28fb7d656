import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Which other lengths of open axes are tried before one is left open.
@Suite struct OpenAxisTriesTests {
    private func file(_ nodes: [NodeProto], x: [Dimension], _ constants: [TensorProto] = []) -> ModelProto {
        var file = model(nodes, x: [1], constants: constants)
        file.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N")] + x)]
        return file
    }

    /// - Parameter isTaken: whether the network takes these lengths.
    private func found(
        _ file: ModelProto, _ lengths: [Int], work: Int = 1 << 30, isTaken: @escaping ([Int]) -> Bool = { _ in true }
    ) throws -> (written: ModelProto, freedoms: [AxisFreedom]) {
        let shapes = InputShapes(shapes: ["x": [0] + lengths])
        let search = OpenAxisSearch(try Graph(file, shapes: shapes), of: file.graph, shapes: shapes, work: work) { shapes, foldable in
            guard isTaken(shapes.shapes["x"] ?? []) else { throw GraphError.noOutput }
            return try Graph(file, shapes: shapes, foldable: &foldable)
        }
        let (graph, axes) = search.found { _ in true }
        return (graph.exported(), axes.map(\.freedom))
    }

    private let image: [Dimension] = [.value(4), .parameter("h"), .parameter("w")]

    @Test("padding to a square fixes both sides") func square() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "two"], ["h"]), node("Gather", ["s", "three"], ["w"]),
            node("Sub", ["h", "w"], ["more"]), node("Concat", ["zeros", "more"], ["pads"], ["axis": .int(0)]),
            node("Pad", ["x", "pads"], name: "p"),
        ]
        let constants = [integers("two", [2]), integers("three", [3]), integers("zeros", [0, 0, 0, 0, 0, 0, 0])]
        let (_, freedoms) = try found(file(nodes, x: image, constants), [4, 6, 5])
        #expect(freedoms == [.node("p", "Pad"), .node("p", "Pad")])
    }

    @Test("what is done only where an image is a square is seen") func branchForSquares() throws {
        var (negative, same) = (GraphProto(), GraphProto())
        negative.nodes = [node("Neg", ["x"], ["n"])]
        negative.outputs = [ValueInfoProto(name: "n", shape: nil)]
        same.nodes = [node("Identity", ["x"], ["i"])]
        same.outputs = [ValueInfoProto(name: "i", shape: nil)]
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "two"], ["h"]), node("Gather", ["s", "three"], ["w"]),
            node("Equal", ["h", "w"], ["square"]),
            node("If", ["square"], ["y"], ["then_branch": .graph(negative), "else_branch": .graph(same)]),
        ]
        let constants = [integers("two", [2]), integers("three", [3])]
        let (_, freedoms) = try found(file(nodes, x: image, constants), [4, 6, 5])
        #expect(!freedoms.contains(.open))
    }

    @Test("axes that no operator takes with other lengths than each other's stay open as one") func sameLengths() throws {
        let nodes = [node("Transpose", ["x"], ["t"], ["perm": .ints([0, 2, 1])]), node("Add", ["x", "t"])]
        #expect(try found(file(nodes, x: [.parameter("a"), .parameter("a")]), [5, 5]).freedoms == [.open])
        let (written, freedoms) = try found(file(nodes, x: [.parameter("a"), .parameter("b")]), [5, 5])
        #expect(freedoms == [.open, .open])
        #expect(written.graph.inputs[0].shape == [.parameter("N"), .parameter("a"), .parameter("b")])
    }

    @Test("axes of one length that are refused for another reason stay fixed") func otherReasons() throws {
        let relu = file([node("Relu", ["x"])], x: [.parameter("a"), .parameter("b")])
        #expect(try found(relu, [5, 5]) { $0[1] == $0[2] }.freedoms == [.single, .single])
        let nodes = [
            node("Transpose", ["x"], ["t"], ["perm": .ints([0, 2, 1])]), node("Add", ["x", "t"], ["s"]),
            node("Flatten", ["s"], ["f"]), node("Gemm", ["f", "w"]),
        ]
        let (_, freedoms) = try found(file(nodes, x: [.parameter("a"), .parameter("b")], [floats("w", [25, 2])]), [5, 5])
        #expect(
            freedoms == [
                .refused(length: 2, reason: "node 's' (Add): the shapes [2, 5] and [5, 2] do not fit"),
                .refused(length: 2, reason: "node 's' (Add): the shapes [5, 2] and [2, 5] do not fit"),
            ])
    }

    @Test("a stride over an axis of length 1 is seen to make its output longer") func strideOverOne() throws {
        let nodes = [
            node("Conv", ["x", "w"], ["c"], ["strides": .ints([2]), "pads": .ints([1, 1])]), node("Flatten", ["c"]),
        ]
        let (written, freedoms) = try found(file(nodes, x: [.value(4), .parameter("l")], [floats("w", [2, 4, 3])]), [4, 1])
        #expect(freedoms == [.open])
        #expect(written.graph.outputs[0].shape == [.parameter("N"), .unknown])
    }

    @Test("one other length is no proof") func oneOtherLength() throws {
        let relu = file([node("Relu", ["x"])], x: [.parameter("l")])
        #expect(try found(relu, [2]) { $0[1] <= 2 }.freedoms == [.single])
    }

    @Test("an axis stays open where the network takes multiples of 32 only") func multiples() throws {
        let relu = file([node("Relu", ["x"])], x: image)
        #expect(try found(relu, [4, 32, 64]) { $0[2] % 32 == 0 && $0[3] % 32 == 0 }.freedoms == [.open, .open])
    }

    /// At most 512 of the elements.
    private var clipped: ModelProto {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "one"], ["n"]), node("Min", ["n", "most"], ["end"]),
            node("Slice", ["x", "zero", "end", "one"], name: "c"),
        ]
        let constants = [integers("one", [1]), integers("zero", [0]), integers("most", [512])]
        return file(nodes, x: [.parameter("l")], constants)
    }

    @Test("a bound far above the lengths of the samples fixes the axis") func bound() throws {
        #expect(try found(clipped, [16]).freedoms == [.node("c", "Slice")])
    }

    @Test("a network that takes no length above all numbers of the file is open up to the longest that was tried")
    func belowBound() throws {
        #expect(try found(clipped, [16]) { $0[1] <= 512 }.freedoms == [.upTo(32)])
    }

    @Test("no more is tried than all tries may take together") func work() throws {
        let relu = file([node("Relu", ["x"])], x: image)
        var tries = 0
        let (written, freedoms) = try found(relu, [4, 6, 5], work: 1) { _ in
            tries += 1
            return true
        }
        #expect(tries == 1)
        #expect(freedoms == [.untried, .untried])
        #expect(written == (try Graph(relu, shapes: InputShapes(shapes: ["x": [0, 4, 6, 5]])).exported()))
    }

    @Test("what is made of constants counts for all tries together") func folding() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "one"], ["n"]), node("ConstantOfShape", ["n"], ["z"]),
            node("Add", ["x", "z"]),
        ]
        let file = file(nodes, x: [.parameter("l")], [integers("one", [1])])
        var left = 100
        _ = try Graph(file, shapes: InputShapes(shapes: ["x": [0, 60]]), foldable: &left)
        #expect(left <= 40)
        #expect(throws: GraphError.self) { try Graph(file, shapes: InputShapes(shapes: ["x": [0, 60]]), foldable: &left) }
    }

    @Test("of many axes that are not open together the first six are tried one by one") func manyAxes() throws {
        let relu = file([node("Relu", ["x"])], x: (0..<7).map { .parameter("a\($0)") })
        let (_, freedoms) = try found(relu, [2, 2, 2, 2, 2, 2, 2]) { _ in false }
        #expect(freedoms == [AxisFreedom](repeating: .single, count: 6) + [.untried])
    }
}
