import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Whole batches on one axis, and rows of a sample that are a batch of their own.
@Suite struct BatchPartsTests {
    /// `both` has the batches of both inputs one behind the other.
    private func model(_ nodes: [NodeProto], _ constants: [TensorProto] = [], batch: Dimension = .parameter("N")) -> ModelProto {
        TestNetworks.model(
            [node("Concat", ["x", "z"], ["both"], ["axis": .int(0)])] + nodes, x: [4, 3], z: [4, 3], constants: constants, batch: batch)
    }

    @Test("batches that were joined are split again", arguments: [Dimension.parameter("N"), .value(2)])
    func split(batch: Dimension) throws {
        let nodes = [node("Split", ["both"], ["a", "b"], ["axis": .int(0)]), node("Sub", ["a", "b"])]
        let graph = try Graph(model(nodes, batch: batch))
        #expect(graph.values[graph.outputs[0]].shape == [4, 3])
        #expect(try Graph(graph.exported()).exported() == graph.exported())
    }

    @Test("parts of a fixed batch that are no whole batches are refused") func unevenParts() {
        let nodes = [node("Split", ["both", "parts"], ["a", "b"], ["axis": .int(0)]), node("ReduceSum", ["a"])]
        #expect(
            refusal(model(nodes, [integers("parts", [1, 3])], batch: .value(2)))
                .hasPrefix("node 'a': operator Split (opset 17) is not supported: it works across the batch (axis 0)"))
    }

    @Test("one of several batches is a batch, and other axes are cut beside it") func slice() throws {
        let nodes = [
            node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "zero"], ["n"]),
            node("Concat", ["zero", "zero"], ["starts"], ["axis": .int(0)]),
            node("Concat", ["n", "two"], ["ends"], ["axis": .int(0)]), node("Slice", ["both", "starts", "ends", "axes"]),
        ]
        let graph = try Graph(model(nodes, [integers("zero", [0]), integers("two", [2]), integers("axes", [0, 2])]))
        #expect(graph.values[graph.outputs[0]].shape == [4, 2])
    }

    @Test("one of several batches of a fixed size is cut out by numbers", arguments: [[0, 2], [-2, 9], [2, 4], [-9, -2]])
    func sliceOfFixedBatch(ends: [Int]) throws {
        let nodes = [node("Slice", ["both", "start", "end"])]
        let constants = [integers("start", [ends[0]]), integers("end", [ends[1]])]
        let graph = try Graph(model(nodes, constants, batch: .value(2)))
        #expect(graph.values[graph.outputs[0]].shape == [4, 3])
        #expect(try Graph(graph.exported()).exported() == graph.exported())
    }

    @Test("a part of two batches of a fixed size is refused") func unevenSlice() {
        let constants = [integers("start", [1]), integers("end", [3])]
        #expect(
            refusal(model([node("Slice", ["both", "start", "end"])], constants, batch: .value(2)))
                == "node 'y': operator Slice (opset 17) is not supported: it takes samples from the batch (axis 0)")
    }

    @Test("windows of a sample are rows of a recurrent layer, which may begin with a state", arguments: ["LSTM", "GRU", "RNN"])
    func windows(type: String) throws {
        let gates = ["LSTM": 4, "GRU": 3, "RNN": 1][type] ?? 1
        let nodes = [
            node("Reshape", ["x", "flat"], ["rows"]), node("Transpose", ["rows"], ["steps"], ["perm": .ints([1, 0, 2])]),
            node("Shape", ["steps"], ["shape"]), node("Gather", ["shape", "one"], ["count"]),
            node("Concat", ["one", "count", "two"], ["wanted"], ["axis": .int(0)]), node("Expand", ["h", "wanted"], ["first"]),
            node(type, ["steps", "w", "r", "", "", "first"], ["sequence", "last"], ["hidden_size": .int(2)]),
            node("Reshape", ["last", "apart"]),
        ]
        let constants = [
            integers("flat", [-1, 5, 3]), integers("one", [1]), integers("two", [2]), integers("apart", [-1, 4, 2]), floats("h", [1, 1, 2]),
            floats("w", [1, gates * 2, 3]), floats("r", [1, gates * 2, 2]),
        ]
        let graph = try Graph(TestNetworks.model(nodes, x: [4, 5, 3], constants: constants))
        #expect(graph.values[graph.outputs[0]].shape == [4, 2])
        #expect(graph.nodes.filter { $0.operation.onnxName == type }.count == 1)
        #expect(try Graph(graph.exported()).exported() == graph.exported())
    }
}
