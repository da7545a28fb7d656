import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Networks in which a `Transpose` takes the batch to axis 1, where recurrent operators have it.
@Suite struct MovedBatchTests {
    private let constants = [
        floats("w", [1, 2, 3]), floats("r", [1, 2, 2]), integers("zero", [0]), integers("one", [1]), integers("rows", [-1, 3]),
        TensorProto(name: "six", dimensions: [], floats: [6]),
    ]
    private let away = node("Transpose", ["x"], ["t"], ["perm": .ints([1, 0, 2])])

    private func graph(_ nodes: [NodeProto]) throws -> Graph {
        try Graph(model([away] + nodes, x: [4, 3], constants: constants))
    }

    private func refusal(_ nodes: [NodeProto]) -> String {
        TestNetworks.refusal(model([away] + nodes, x: [4, 3], constants: constants))
    }

    private func allSteps() throws -> Graph {
        try graph([
            node("RNN", ["t", "w", "r"], ["Y"]), node("Squeeze", ["Y", "one"], ["s"]),
            node("Transpose", ["s"], ["y"], ["perm": .ints([1, 0, 2])]),
        ])
    }

    @Test func whatIsBetweenIsReadAsIfTheBatchWereInFront() throws {
        let graph = try allSteps()
        #expect(graph.nodes.map(\.operation.onnxName) == ["RNN", "Reshape"])
        #expect(graph.values.map(\.name) == ["x", "Y", "y"])
        #expect(graph.values.map(\.shape) == [[4, 3], [4, 1, 2], [4, 2]])
    }

    @Test func recurrentNodesAreWrittenWithTimeInFront() throws {
        let exported = try allSteps().exported()
        #expect(exported.graph.nodes.map(\.operatorType) == ["Transpose", "RNN", "Transpose", "Reshape"])
        #expect(exported.graph.nodes.map(\.name) == ["Y.input_0.transpose", "Y", "Y.output_0.transpose", "s"])
        #expect(exported.graph.nodes[1].attributes.map(\.name) == ["hidden_size"])
        #expect(try Graph(exported).exported() == exported)
    }

    @Test func anOutputWithoutANameHasNoBatchElsewhere() throws {
        let graph = try graph([
            node("RNN", ["t", "w", "r"], ["", "h"]), node("Squeeze", ["h", "zero"], ["s"]), node("Clip", ["s", "", "six"]),
        ])
        #expect(graph.nodes.map(\.operation.onnxName) == ["RNN", "Flatten", "Clip"])
        #expect(graph.nodes[0].name == "h")
    }

    @Test func aBatchThatComesBackUnusedLeavesAnIdentity() throws {
        let graph = try graph([node("Transpose", ["t"], ["y"], ["perm": .ints([1, 0, 2])])])
        #expect(graph.nodes.map(\.operation.onnxName) == ["Identity"])
        #expect(graph.values.map(\.shape) == [[4, 3], [4, 3]])
    }

    @Test func aBatchThatIsElsewhereWhereItMustNotBe() {
        #expect(
            refusal([node("RNN", ["t", "w", "r"], ["y"], ["layout": .int(1)])])
                == "node 'y': operator RNN (opset 17) is not supported: its batch is axis 0 (layout 1), that of the network is axis 1")
        #expect(
            refusal([node("Softmax", ["t"], ["y"], ["axis": .int(1)])])
                == "node 'y': operator Softmax (opset 17) is not supported: it works across the batch (axis 1)")
        #expect(
            refusal([node("Add", ["t", "x"])])
                == "node 'y': operator Add (opset 17) is not supported: shapes [4, N, 3] and [N, 4, 3] make the batch meet another axis")
    }

    @Test("outputs have the batch where the file has it") func interface() throws {
        let moved = try graph([node("Relu", ["t"])]).exported()
        #expect(moved.graph.nodes.map(\.operatorType) == ["Relu", "Transpose"])
        #expect(moved.graph.outputs[0].shape == [.value(4), .parameter("N"), .value(3)])
        let joined = try graph([node("Reshape", ["t", "rows"])]).exported()
        #expect(joined.graph.outputs[0].shape == [.parameter("4*N"), .value(3)])
        #expect(try Graph(moved).exported() == moved)
    }

    @Test func malformedNodesBehindIt() {
        func expect(_ node: NodeProto, _ reason: String) {
            #expect(refusal([node]) == "node 'y': operator \(node.operatorType) (opset 17) is not supported: \(reason)")
        }
        expect(node("Transpose", ["t"], ["y"], ["perm": .ints([1, 1, 0])]), "perm [1, 1, 0] is no order of 3 axes")
        expect(node("Transpose", ["t"], ["y"], ["perm": .int(1)]), "attribute 'perm' is no list of integers")
        expect(node("Transpose", ["t", "one"]), "it has 2 inputs, not 1")
        expect(node("Squeeze", ["t", "one"]), "it works across the batch (axis 1)")
        expect(node("Gather", ["t", "one"], ["y"], ["axis": .int(1)]), "it takes samples from the batch (axis 1)")
        var foreign = node("Transpose", ["t"], ["y"], ["perm": .ints([1, 0, 2])])
        foreign.domain = "com.example"
        expect(foreign, "unknown domain 'com.example'")
    }
}
