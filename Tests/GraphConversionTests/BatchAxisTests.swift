import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// What exporters make of the size of the batch, and where they put the batch.
@Suite struct BatchAxisTests {
    /// `size` is the batch as a list of one number.
    private let sizeOfBatch = [node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "first"], ["size"])]

    private func graph(
        _ nodes: [NodeProto], x: [Int], z: [Int]? = nil, _ constants: [TensorProto], batch: Dimension = .parameter("N")
    ) throws -> Graph {
        try Graph(model(nodes, x: x, z: z, constants: constants + [integers("first", [0])], batch: batch))
    }

    private func shape(_ graph: Graph) -> [Int] { graph.values[graph.outputs[0]].shape }

    @Test("a class token that is expanded to the batch is one row of every sample") func classToken() throws {
        let nodes = sizeOfBatch + [
            node("Concat", ["size", "rest"], ["target"], ["axis": .int(0)]), node("Expand", ["token", "target"], ["tokens"]),
            node("Concat", ["tokens", "x"], ["y"], ["axis": .int(1)]),
        ]
        let read = try graph(nodes, x: [4, 3], [floats("token", [1, 1, 3]), integers("rest", [1, 3])])
        #expect(read.nodes.map(\.operation.onnxName) == ["Concat"])
        #expect(read.parameters.map(\.shape) == [[1, 3]])
        #expect(shape(read) == [5, 3])
        let written = read.exported()
        #expect(written.graph.nodes.map(\.operatorType) == ["Shape", "Concat", "Expand", "Concat"])
        #expect(try Graph(written).exported() == written)
    }

    @Test("heads are taken together with the batch, and apart again") func headsWithBatch() throws {
        let nodes = sizeOfBatch + [
            node("Transpose", ["x"], ["t"], ["perm": .ints([1, 0, 2])]),
            node("Mul", ["size", "heads"], ["rows"]), node("Concat", ["steps", "rows", "width"], ["joined"], ["axis": .int(0)]),
            node("Reshape", ["t", "joined"], ["j"]), node("Transpose", ["j"], ["q"], ["perm": .ints([1, 0, 2])]),
            node("Transpose", ["j"], ["k"], ["perm": .ints([1, 2, 0])]), node("MatMul", ["q", "k"]),
        ]
        let read = try graph(
            nodes, x: [5, 8], [integers("heads", [4]), integers("steps", [5]), integers("width", [2])])
        #expect(shape(read) == [4, 5, 5])
        #expect(read.exported().graph.outputs[0].shape == [.parameter("4*N"), .value(5), .value(5)])
    }

    @Test("windows of a map are samples of their own for layers behind them") func windows() throws {
        let nodes = [
            node("Reshape", ["x", "parts"], ["a"]), node("Transpose", ["a"], ["b"], ["perm": .ints([0, 2, 4, 1, 3, 5])]),
            node("Reshape", ["b", "windows"], ["c"]), node("Conv", ["c", "w"], ["d"]), node("GlobalAveragePool", ["d"]),
        ]
        let read = try graph(
            nodes, x: [3, 4, 4],
            [integers("parts", [0, 3, 2, 2, 2, 2]), integers("windows", [-1, 3, 2, 2]), floats("w", [5, 3, 1, 1])])
        #expect(shape(read) == [4, 5, 1, 1])
        let written = read.exported()
        #expect(written.graph.nodes.filter { $0.operatorType == "Conv" }.count == 1)
        #expect(try Graph(written).exported() == written)
    }

    @Test("samples that are numbered to be taken are taken") func numberedSamples() throws {
        let nodes = sizeOfBatch + [
            node("Squeeze", ["size", "first"], ["n"]), node("Range", ["zero", "n", "one"], ["numbers"]),
            node("Gather", ["x", "numbers"]),
        ]
        let constants = [TensorProto(name: "zero", dimensions: [], int64s: [0]), TensorProto(name: "one", dimensions: [], int64s: [1])]
        #expect(shape(try graph(nodes, x: [4, 3], constants)) == [4, 3])
        let other = [nodes[0], nodes[1], nodes[2], nodes[3], node("Add", ["numbers", "one"], ["next"]), node("Gather", ["x", "next"])]
        #expect(
            refusal(model(other, x: [4, 3], constants: constants + [integers("first", [0])]))
                == "node 'y': operator Gather (opset 17) is not supported: it takes samples from the batch (axis 0)")
    }

    @Test("states of zeros for each sample are none", arguments: ["LSTM", "GRU", "RNN"]) func zeroStates(type: String) throws {
        let gates = ["LSTM": 4, "GRU": 3, "RNN": 1][type] ?? 1
        let nodes = sizeOfBatch + [
            node("Concat", ["one", "size", "two"], ["target"], ["axis": .int(0)]), node("Expand", ["zero", "target"], ["h"]),
            node("Transpose", ["x"], ["t"], ["perm": .ints([1, 0, 2])]),
            node(type, ["t", "w", "r", "", "", "h"], ["y"], ["hidden_size": .int(2)]),
        ]
        let read = try graph(
            nodes, x: [4, 3],
            [
                floats("w", [1, gates * 2, 3]), floats("r", [1, gates * 2, 2]), integers("one", [1]), integers("two", [2]),
                TensorProto(name: "zero", dimensions: [], floats: [0]),
            ])
        #expect(read.nodes.map(\.operation.onnxName) == [type])
        #expect(shape(read) == [4, 1, 2])
        #expect(read.exported().graph.outputs[0].shape == [.value(4), .value(1), .parameter("N"), .value(2)])
    }

    @Test("a shape that was written for one sample leaves the batch free", arguments: [Dimension.value(1), .parameter("N")])
    func oneSample(batch: Dimension) throws {
        let read = try graph(
            [node("Reshape", ["x", "flat"], ["f"]), node("MatMul", ["f", "w"])], x: [2, 3], [integers("flat", [1, 6]), floats("w", [6, 2])],
            batch: batch)
        #expect(shape(read) == [2])
        #expect(read.exported().graph.inputs[0].shape == [.parameter("N"), .value(2), .value(3)])
    }

    @Test("the batch is the axis that the file leaves open") func openAxis() throws {
        var network = model([node("Relu", ["x"])], x: [3])
        network.graph.inputs = [ValueInfoProto(name: "x", shape: [.value(4), .parameter("batch"), .value(3)])]
        let read = try Graph(network)
        #expect(shape(read) == [4, 3])
        #expect(read.exported().graph.nodes.map(\.operatorType) == ["Transpose", "Relu", "Transpose"])
        #expect(read.exported().graph.inputs[0].shape == [.value(4), .parameter("N"), .value(3)])
    }

    @Test("nodes may stand in any order, but not in a circle") func order() throws {
        let nodes = [node("Relu", ["b"]), node("Tanh", ["a"], ["b"]), node("Neg", ["x"], ["a"])]
        #expect(try graph(nodes, x: [2], []).nodes.map(\.operation.onnxName) == ["Neg", "Tanh", "Relu"])
    }

    @Test("lengths beyond memory are refused by what asks for them", arguments: ["Expand", "ConstantOfShape", "Tile", "Range"])
    func bombs(type: String) {
        let inputs = ["Range": ["zero", "huge", "one"], "ConstantOfShape": ["list"]][type] ?? ["c", "list"]
        let constants = [
            floats("c", [1]), integers("list", [1 << 40]), TensorProto(name: "zero", dimensions: [], int64s: [0]),
            TensorProto(name: "huge", dimensions: [], int64s: [1 << 40]), TensorProto(name: "one", dimensions: [], int64s: [1]),
        ]
        let refused = refusal(model([node(type, inputs, ["big"]), node("Add", ["x", "big"])], x: [1], constants: constants))
        #expect(refused.hasPrefix("node 'big': operator \(type) (opset 17) is not supported: "))
    }
}
