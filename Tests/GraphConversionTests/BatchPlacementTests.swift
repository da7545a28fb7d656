import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Where the batch stands in what nodes make of it, and what they say of a sample.
@Suite struct BatchPlacementTests {
    /// N as a list of one number, beside the number 2^62 and others.
    private let size = [node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"])]
    private let numbers = [
        integers("zero", [0]), integers("one", [1]), integers("two", [2]), integers("five", [5]), integers("huge", [1 << 62]),
        integers("most", [.max]),
    ]

    private func axis(of type: String, in graph: Graph) -> AttributeValue? {
        graph.exported().graph.nodes.first { $0.operatorType == type }?.attributes.first { $0.name == "axis" }?.value
    }

    private func hasTheSameNodesReadAgain(_ graph: Graph) throws -> Bool {
        let exported = graph.exported()
        return try Graph(exported).exported().graph.nodes.map(\.operatorType) == exported.graph.nodes.map(\.operatorType)
    }

    @Test func updatesOfAConstantAtComputedPlacesStandOnTheAxisOfTheFile() throws {
        let nodes = [
            node("Cast", ["x"], ["i"], ["to": .int(7)]), node("ScatterElements", ["data", "i", "x"], ["y"], ["axis": .int(2)]),
        ]
        let graph = try Graph(model(nodes, x: [2, 1], constants: [floats("data", [1, 2, 3])]))
        #expect(graph.values[graph.outputs[0]].shape == [2, 3])
        #expect(axis(of: "ScatterElements", in: graph) == .int(2))
        #expect(graph.exported().graph.nodes.contains { $0.operatorType == "Expand" })
    }

    @Test func aBatchBehindNoOtherStaysWhereItIs() throws {
        let graph = try Graph(model([node("Concat", ["x"], ["c"], ["axis": .int(0)]), node("Relu", ["c"])], x: [3]))
        #expect(graph.values[graph.outputs[0]].shape == [3])
    }

    @Test func aBatchIsNotExpandedToAMultipleOfIt() {
        let nodes = size + [
            node("Mul", ["n", "two"], ["m"]), node("Concat", ["m", "five"], ["t"], ["axis": .int(0)]), node("Expand", ["x", "t"]),
        ]
        #expect(refusal(model(nodes, x: [5], constants: numbers)).contains("it repeats the batch (axis 0)"))
    }

    @Test func copiesBeyond64BitsAreRefused() {
        let nodes = size + [node("Mul", ["n", "huge"], ["m"]), node("Tile", ["c", "m"], ["t"]), node("Add", ["x", "t"])]
        #expect(refusal(model(nodes, x: [5], constants: numbers + [floats("c", [4])])).contains("it repeats the batch"))
    }

    @Test func aStateThatIsTheSameForAllSamplesIsWrittenForEach() throws {
        let nodes = size + [
            node("Transpose", ["x"], ["t"], ["perm": .ints([1, 0, 2])]),
            node("Concat", ["one", "n", "two"], ["shape"], ["axis": .int(0)]), node("Expand", ["h", "shape"], ["state"]),
            node("RNN", ["t", "w", "r", "", "", "state"], ["a"]), node("Transpose", ["a"], ["y"], ["perm": .ints([2, 0, 1, 3])]),
        ]
        let constants = numbers + [floats("h", [1, 1, 2]), floats("w", [1, 2, 3]), floats("r", [1, 2, 2])]
        let graph = try Graph(model(nodes, x: [4, 3], constants: constants))
        #expect(graph.exported().graph.nodes.contains { $0.operatorType == "Expand" })
        #expect(try hasTheSameNodesReadAgain(graph))
    }

    @Test func aConstantOutputOfSamplesIsWrittenForEach() throws {
        let nodes = size + [
            node("Concat", ["n", "five"], ["shape"], ["axis": .int(0)]), node("ConstantOfShape", ["shape"], ["z"]), node("Relu", ["x"]),
        ]
        var file = model(nodes, x: [5], constants: numbers)
        file.graph.outputs.append(ValueInfoProto(name: "z", shape: nil))
        let graph = try Graph(file)
        #expect(graph.exported().graph.outputs[1].shape == [.parameter("N"), .value(5)])
        #expect(graph.exported().graph.nodes.contains { $0.operatorType == "Expand" })
        #expect(try hasTheSameNodesReadAgain(graph))
    }

    @Test func anAxisWhoseLengthIsGivenIsNotTheBatch() throws {
        var file = model([node("Relu", ["x"])], x: [3])
        file.graph.inputs = [ValueInfoProto(name: "x", shape: [.value(1), .value(3), .parameter("T")])]
        #expect(try Graph(file).values[0].shape == [1, 3])
        var shapes = InputShapes()
        shapes.shapes["x"] = [1, 3, 100]
        #expect(try Graph(file, shapes: shapes).values[0].shape == [3, 100])
    }

    // MARK: Integers that depend on the batch

    @Test func rangesBetweenEndsThatDependOnTheBatchAreBounded() {
        for step in ["two", "one"] {
            let nodes = size + [
                node("Squeeze", ["n"], ["a"]), node("Squeeze", ["most"], ["b"]), node("Squeeze", [step], ["c"]),
                node("Add", ["a", "b"], ["end"]), node("Range", ["a", "end", "c"], ["r"]), node("Add", ["x", "r"]),
            ]
            #expect(refusal(model(nodes, x: [5], constants: numbers)).contains("it is too long for a file of this size"))
        }
    }

    @Test func sumsOfRowsAndColumnsAreBounded() {
        let nodes = size + [
            node("Squeeze", ["n"], ["a"]), node("Squeeze", ["many"], ["b"]), node("Squeeze", ["one"], ["c"]),
            node("Add", ["a", "b"], ["end"]), node("Range", ["a", "end", "c"], ["r"]), node("Unsqueeze", ["r", "one"], ["column"]),
            node("Add", ["column", "r"], ["table"]), node("Add", ["x", "table"]),
        ]
        let said = refusal(model(nodes, x: [5], constants: numbers + [integers("many", [30_000])]))
        #expect(said.contains("a constant of shape [30000, 30000] is too large for a file of this size"))
    }

    @Test func theLeastOfThreeIsNotThatOfTwo() {
        let nodes = size + [
            node("Min", ["n", "n", "zero"], ["m"]), node("Concat", ["m", "five"], ["t"], ["axis": .int(0)]), node("Reshape", ["x", "t"]),
        ]
        #expect(refusal(model(nodes, x: [5], constants: numbers)).contains("3 inputs that depend on the batch"))
    }

    @Test func emptyConstantsBesideLongAxesAreRefused() {
        let scale = TensorProto(name: "scale", dimensions: [1 << 62, 4, 0], floats: [])
        #expect(refusal(model([node("QuantizeLinear", ["x", "scale"])], x: [5], constants: [scale])).contains("too long together"))
        let indices = TensorProto(name: "i", dimensions: [0, .max], int64s: [])
        let gathered = node("GatherND", ["x", "i"], ["y"], ["batch_dims": .int(1)])
        #expect(refusal(model([gathered], x: [5], constants: [indices])).contains("too long together"))
    }

    // MARK: Order

    @Test(.timeLimit(.minutes(1))) func whatComesAfterACircleIsLeftOutOfItsName() {
        var nodes = [node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"])]
        for index in 0..<5000 { nodes.append(node("Relu", [index == 0 ? "b" : "v\(index - 1)"], [index == 4999 ? "y" : "v\(index)"])) }
        #expect(refusal(model(nodes, x: [5])) == "the nodes 'a', 'b' depend on each other in a circle")
    }
}
