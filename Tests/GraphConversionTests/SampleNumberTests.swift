import GraphConversion
import NeuralGraph
import ONNX
import Operators
import Testing
import TestNetworks

/// Computed indices that tell the samples of the batch apart by their numbers, as exporters write them.
@Suite struct SampleNumberTests {
    /// `numbers` counts the samples.
    private let numbers = [
        node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "first"], ["size"]), node("Squeeze", ["size", "axes"], ["n"]),
        node("Range", ["zero", "n", "one"], ["numbers"]),
    ]

    private func number(_ name: String, _ value: Int) -> TensorProto { TensorProto(name: name, dimensions: [], int64s: [value]) }

    private func model(_ nodes: [NodeProto], places: Bool = false) -> ModelProto {
        var model = TestNetworks.model(
            numbers + nodes, x: [5, 3],
            constants: [
                integers("first", [0]), integers("axes", [0]), number("zero", 0), number("one", 1), number("length", 5),
                integers("last", [-1]), integers("flat", [-1, 3]),
            ])
        guard places else { return model }
        model.graph.inputs.append(ValueInfoProto(name: "places", elementType: .int64, shape: [.parameter("N")]))
        return model
    }

    /// The place of the greatest of each sample's first numbers.
    private let places = [
        node("ReduceSum", ["x", "last"], ["sums"], ["keepdims": .int(0)]),
        node("ArgMax", ["sums"], ["places"], ["axis": .int(-1), "keepdims": .int(0)]),
    ]
    /// Rows of the sample's number and of a place in it.
    private let rows = [
        node("Unsqueeze", ["numbers", "last"], ["a"]), node("Unsqueeze", ["places", "last"], ["b"]),
        node("Concat", ["a", "b"], ["rows"], ["axis": .int(-1)]),
    ]
    /// Places among the elements of all samples.
    private let sums = [
        node("Mul", ["numbers", "length"], ["starts"]), node("Add", ["places", "starts"], ["indices"]),
        node("Reshape", ["x", "flat"], ["all"]),
    ]

    @Test("rows of a sample's number and a computed place take of the sample's own") func rowsOfNumbers() throws {
        let graph = try Graph(model(places + rows + [node("GatherND", ["x", "rows"])]))
        #expect(graph.values[graph.outputs[0]].shape == [3])
        #expect(graph.nodes.map(\.operation.onnxName) == ["ReduceSum", "ArgMax", "Flatten", "Concat", "Reshape", "GatherND"])
        #expect(try Graph(graph.exported()).exported() == graph.exported())
    }

    @Test("the sum of a sample's beginning and a computed place takes of the sample's own") func sumsOfNumbers() throws {
        let graph = try Graph(model(places + sums + [node("Gather", ["all", "indices"])]))
        #expect(graph.values[graph.outputs[0]].shape == [3])
        #expect(graph.nodes.map(\.operation.onnxName) == ["ReduceSum", "ArgMax", "Flatten", "GatherND"])
    }

    @Test("a given place below 0, which stands for the sample before, is put where nothing is") func givenPlaces() throws {
        let graph = try Graph(model(sums + [node("Gather", ["all", "indices"])], places: true))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Less", "Where", "Flatten", "GatherND"])
    }

    @Test("a given place in a row with the sample's number may count from the end") func givenRows() throws {
        let graph = try Graph(model(rows + [node("GatherND", ["x", "rows"])], places: true))
        #expect(!graph.nodes.contains { $0.operation.onnxName == "Where" })
    }

    @Test("places in other samples are refused") func otherSamples() {
        let nodes = places + [
            node("Add", ["length", "one"], ["wrong"]), node("Mul", ["numbers", "wrong"], ["starts"]),
            node("Add", ["places", "starts"], ["indices"]), node("Reshape", ["x", "flat"], ["all"]), node("Gather", ["all", "indices"]),
        ]
        #expect(refusal(model(nodes)) == """
            node 'y': operator Gather (opset 17) is not supported: its indices tell samples of the batch apart, but not those of its data
            """)
    }

    @Test("what is computed of samples' numbers is refused") func arithmetic() {
        #expect(refusal(model(places + sums + [node("Relu", ["indices"])])) == """
            node 'y': operator Relu (opset 17) is not supported: its input 'indices' tells samples of the batch apart by their numbers
            """)
    }

    @Test("samples' numbers are no output") func output() {
        let nodes = places + [node("Mul", ["numbers", "length"], ["starts"]), node("Add", ["places", "starts"])]
        #expect(refusal(model(nodes)) == """
            node 'y': operator Add (opset 17) is not supported: the network's output 'y' would tell samples of the batch apart by their \
            numbers
            """)
    }

    @Test("what is computed for its shape alone is not computed") func shapeAlone() throws {
        let nodes = [
            node("Max", ["numbers", "places", "places"], ["whole"]), node("Shape", ["whole"], ["wanted"]),
            node("Expand", ["numbers", "wanted"], ["own"]), node("Unsqueeze", ["own", "last"], ["a"]),
            node("Unsqueeze", ["places", "last"], ["b"]), node("Concat", ["a", "b"], ["rows"], ["axis": .int(-1)]),
            node("GatherND", ["x", "rows"]),
        ]
        let graph = try Graph(model(nodes, places: true))
        #expect(!graph.nodes.contains { $0.operation.onnxName == "Max" })
    }

    @Test("each sample may take of its own indices before they are used") func ownIndices() throws {
        let nodes = [
            node("ArgMax", ["x"], ["best"], ["axis": .int(1), "keepdims": .int(0)]), node("Unsqueeze", ["numbers", "last"], ["column"]),
            node("Mul", ["column", "length"], ["starts"]), node("Add", ["best", "starts"], ["indices"]),
            node("Gather", ["indices", "column"], ["own"]), node("Reshape", ["x", "flat"], ["all"]), node("Gather", ["all", "own"]),
        ]
        let graph = try Graph(model(nodes))
        #expect(graph.values[graph.outputs[0]].shape == [1, 3, 3])
    }

    @Test("indices may be of 32 bits") func shortIndices() throws {
        let nodes = places + sums + [node("Cast", ["indices"], ["short"], ["to": .int(6)]), node("Gather", ["all", "short"])]
        let graph = try Graph(model(nodes))
        #expect(graph.values[graph.outputs[0]].shape == [3])
    }

    @Test("integers that are too short for indices number no samples") func narrowIntegers() {
        let nodes = places + sums + [node("Cast", ["indices"], ["narrow"], ["to": .int(3)]), node("Gather", ["all", "narrow"])]
        #expect(refusal(model(nodes)) == """
            node 'narrow': operator Cast (opset 17) is not supported: its input 'indices' tells samples of the batch apart by their numbers
            """)
    }
}
