import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Which axes that a file leaves open the written network leaves open, too.
@Suite struct OpenAxisSearchTests {
    /// `x` with a free batch in front, `h` and `w` open behind it, and `y`.
    private func file(_ nodes: [NodeProto], x: [Dimension], _ constants: [TensorProto] = []) -> ModelProto {
        var file = model(nodes, x: [1], constants: constants)
        file.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N")] + x)]
        return file
    }

    private func found(
        _ file: ModelProto, _ lengths: [Int], wanted: (OpenAxis) -> Bool = { _ in true }
    ) throws -> (written: ModelProto, freedoms: [AxisFreedom]) {
        let shapes = InputShapes(shapes: ["x": [0] + lengths])
        let search = OpenAxisSearch(try Graph(file, shapes: shapes), of: file.graph, shapes: shapes) {
            try Graph(file, shapes: $0, foldable: &$1)
        }
        let (graph, axes) = search.found(wanted)
        return (graph.exported(), axes.map(\.freedom))
    }

    private let image: [Dimension] = [.value(4), .parameter("h"), .parameter("w")]

    private func constant(_ written: ModelProto, _ name: String) throws -> [Int]? {
        try written.graph.initializers.first { $0.name == name }?.integers()
    }

    @Test("a shape has 0 for an axis that stays where it was, and -1 for one that follows") func reshape() throws {
        let nodes = [node("Reshape", ["x", "flat"], name: "r")]
        let (written, freedoms) = try found(file(nodes, x: image, [integers("flat", [0, 4, -1])]), [4, 6, 6])
        #expect(freedoms == [.open, .open])
        #expect(try constant(written, "r.input_1") == [0, 4, -1])
    }

    @Test("an axis of the same length elsewhere is not taken for one that stays") func swappedAxes() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "order"], ["swapped"]), node("Reshape", ["x", "swapped"]),
        ]
        let (written, freedoms) = try found(file(nodes, x: image, [integers("order", [0, 1, 3, 2])]), [4, 6, 6])
        #expect(freedoms == [.open, .open])
        #expect(written.graph.nodes.map(\.operatorType) == ["Shape", "Shape", "Concat", "Reshape"])
    }

    @Test("a range up to the end goes to the end of any length") func slices() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "last"], ["end"]), node("Slice", ["x", "one", "end", "axes"], name: "c"),
        ]
        let constants = [integers("last", [3]), integers("one", [1]), integers("axes", [3])]
        let (written, freedoms) = try found(file(nodes, x: image, constants), [4, 6, 5])
        #expect(freedoms == [.open, .open])
        #expect(try constant(written, "c.input_2") == [Int.max])
    }

    @Test("an axis that is cut in half is fixed, and the node is named; others stay open") func halves() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "last"], ["whole"]), node("Div", ["whole", "two"], ["half"]),
            node("Slice", ["x", "half", "whole", "axes"], name: "c"),
        ]
        let constants = [integers("last", [3]), integers("two", [2]), integers("axes", [3])]
        let (written, freedoms) = try found(file(nodes, x: image, constants), [4, 6, 8])
        #expect(freedoms == [.open, .node("c", "Slice")])
        #expect(written.graph.inputs[0].shape == [.parameter("N"), .value(4), .parameter("h"), .value(8)])
        #expect(written.graph.outputs[0].shape == [.parameter("N"), .value(4), .unknown, .value(4)])
    }

    @Test("a constant that is made for a length fixes it, and is named") func madeConstant() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "last"], ["n"]), node("Cast", ["n"], ["f"], ["to": .int(1)]),
            node("Div", ["x", "f"]),
        ]
        let (_, freedoms) = try found(file(nodes, x: [.parameter("l")], [integers("last", [1])]), [6])
        #expect(freedoms == [.constant("f")])
    }

    /// A table of positions of which as many are taken as there are steps.
    private var positions: ModelProto {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "second"], ["n"]), node("Slice", ["table", "zero", "n"], ["p"]),
            node("Add", ["x", "p"]),
        ]
        let constants = [integers("second", [1]), integers("zero", [0]), floats("table", [9, 3])]
        return file(nodes, x: [.parameter("l"), .value(3)], constants)
    }

    @Test("the first row of a table is not repeated for longer sequences") func oneRow() throws {
        #expect(try found(positions, [1, 3]).freedoms == [.constant("p")])
    }

    @Test("the beginning of a table is taken for shorter sequences") func tables() throws {
        let (written, freedoms) = try found(positions, [6, 3])
        #expect(freedoms == [.upToOwn])
        #expect(written.graph.initializers.first { $0.dataType == .float }?.dimensions == [6, 3])
        #expect(written.graph.nodes.map(\.operatorType) == ["Shape", "Slice", "Add"])
    }

    @Test("a table that ends with the samples bounds its own axis only", arguments: [false, true])
    func tableBesideFreeAxis(isFirst: Bool) throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "axis"], ["n"]), node("Slice", ["table", "zero", "n"], ["p"]),
            node("Add", ["x", "p"]),
        ]
        let constants = [
            integers("axis", [isFirst ? 1 : 2]), integers("zero", [0]), floats("table", isFirst ? [6, 3, 1] : [6, 3]),
        ]
        let x: [Dimension] = isFirst ? [.parameter("l"), .value(3), .parameter("w")] : [.parameter("w"), .parameter("l"), .value(3)]
        let (_, freedoms) = try found(file(nodes, x: x, constants), isFirst ? [6, 3, 4] : [4, 6, 3])
        #expect(freedoms == (isFirst ? [.upToOwn, .open] : [.open, .upToOwn]))
    }

    @Test("axes with one name have one length") func sharedName() throws {
        let nodes = [node("Transpose", ["x"], ["t"], ["perm": .ints([0, 2, 1])]), node("MatMul", ["x", "t"])]
        let (written, freedoms) = try found(file(nodes, x: [.parameter("l"), .parameter("l")]), [5, 5])
        #expect(freedoms == [.open])
        #expect(written.graph.inputs[0].shape == [.parameter("N"), .parameter("l"), .parameter("l")])
    }

    @Test("only axes that are wanted stay open, and none is looked at where none is") func unwanted() throws {
        let relu = file([node("Relu", ["x"])], x: image)
        let (written, freedoms) = try found(relu, [4, 6, 5]) { $0.name == "w" }
        #expect(freedoms == [.unwanted, .open])
        #expect(written.graph.inputs[0].shape == [.parameter("N"), .value(4), .value(6), .parameter("w")])
        let (fixed, none) = try found(relu, [4, 6, 5]) { _ in false }
        #expect(none == [.unwanted, .unwanted])
        #expect(fixed == (try Graph(relu, shapes: InputShapes(shapes: ["x": [0, 4, 6, 5]])).exported()))
    }

    @Test("a network that takes even lengths alone keeps them open") func evenLengths() throws {
        let nodes = [
            node("MaxPool", ["x"], ["a"], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]),
            node("ConvTranspose", ["a", "w"], ["b"], ["strides": .ints([2, 2])]), node("Add", ["x", "b"]),
        ]
        let (_, freedoms) = try found(file(nodes, x: image, [floats("w", [4, 4, 2, 2])]), [4, 6, 8])
        #expect(freedoms == [.open, .open])
    }

    @Test("padding that follows from the length fixes it") func samePadding() throws {
        let convolution = node(
            "Conv", ["x", "w"], name: "c", ["auto_pad": .string(Array("SAME_UPPER".utf8)), "strides": .ints([2, 2])])
        let (_, freedoms) = try found(file([convolution], x: image, [floats("w", [4, 4, 3, 3])]), [4, 6, 8])
        #expect(freedoms == [.node("c", "Conv"), .node("c", "Conv")])
    }
}
