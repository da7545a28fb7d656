import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Which of the axes that a file leaves open the batch is, and what numbers stand for all of it.
@Suite struct NamedBatchTests {
    private func model(z: [Dimension], y: Dimension = .parameter("count")) -> ModelProto {
        var result = TestNetworks.model([node("ReduceMean", ["z"], ["m"], ["axes": .ints([z.count - 1])]), node("Mul", ["x", "m"])], x: [3])
        result.graph.inputs = [
            ValueInfoProto(name: "x", shape: [.parameter("count"), .value(3)]), ValueInfoProto(name: "z", shape: z),
        ]
        result.graph.outputs = [ValueInfoProto(name: "y", shape: [y, .value(3)])]
        return result
    }

    @Test("an axis of another name than the batch of the others is no batch") func otherName() {
        #expect(refusal(model(z: [.parameter("steps"), .value(4)])) == """
            input 'z': its axis 0 is called 'steps', but others call the batch 'count'; what all samples share must be a constant, or the \
            network be given one sample at a time
            """)
    }

    @Test("an axis that the samples are known to be on is the batch whatever its name") func sampled() throws {
        let graph = try Graph(model(z: [.parameter("steps"), .value(4)]), shapes: InputShapes(sampled: ["z"]))
        #expect(graph.inputs.map { graph.values[$0].shape } == [[3], [4]])
    }

    @Test("names that nobody shares say nothing", arguments: ["unk__7", "batch_2"]) func unsharedNames(name: String) {
        #expect(refusal(model(z: [.parameter(name), .value(4)], y: .parameter(name == "unk__7" ? "unk__8" : "count"))) == "accepted")
    }

    @Test("the batch is the axis that has its name") func nameElsewhere() throws {
        var file = model(z: [.parameter("steps"), .parameter("count")])
        file.graph.nodes = [node("Transpose", ["z"], ["m"]), node("Gemm", ["m", "w"])]
        file.graph.initializers = [floats("w", [5, 3])]
        let graph = try Graph(file, shapes: InputShapes(lengths: ["steps": 5]))
        #expect(graph.values[graph.inputs[1]].shape == [5])
    }

    @Test("inputs without open axes say nothing of what else the batch may be called") func fixedInput() {
        var file = model(z: [.parameter("steps"), .parameter("count")])
        file.graph.inputs[0].shape = [.parameter("steps"), .value(3)]
        file.graph.inputs.append(ValueInfoProto(name: "fixed", shape: [.value(1), .value(3)]))
        #expect(file.graph.batchName == "steps")
        #expect(file.graph.otherBatchNames.isEmpty)
        file.graph.inputs[0].shape = [.parameter("steps"), .parameter("count")]
        #expect(file.graph.otherBatchNames == ["count"])
    }

    private func slice(_ end: Int) -> ModelProto {
        TestNetworks.model(
            [node("Slice", ["x", "start", "end"])], x: [3], constants: [integers("start", [0]), integers("end", [end])])
    }

    @Test("an end beyond every batch stands for all of it", arguments: [1_000_000_000, 1 << 31 - 1, Int.max]) func wholeBatch(end: Int) {
        #expect(refusal(slice(end)) == "accepted")
    }

    @Test("an end that a batch may reach is refused", arguments: [8, 1 << 20, 999_999_999]) func partOfBatch(end: Int) {
        #expect(
            refusal(slice(end)) == "node 'y': operator Slice (opset 17) is not supported: it takes samples from the batch (axis 0)")
    }

    @Test("a shape that fixes a free batch at 1 is that of a sample, and is told", arguments: [[1, 4, -1], [1, 4, 3]])
    func oneSample(shape: [Int]) throws {
        let nodes = [node("Reshape", ["x", "shape"], name: "r")]
        let graph = try Graph(TestNetworks.model(nodes, x: [12], constants: [integers("shape", shape)]))
        #expect(graph.values[graph.outputs[0]].shape == [4, 3])
        #expect(graph.nodesForOneSample == ["r"])
    }

    @Test("a shape whose open length is the batch is nothing to tell", arguments: [[-1, 4, 3], [1, -1, 3]])
    func manySamples(shape: [Int]) throws {
        let nodes = [node("Reshape", ["x", "shape"], name: "r")]
        #expect(try Graph(TestNetworks.model(nodes, x: [12], constants: [integers("shape", shape)])).nodesForOneSample.isEmpty)
    }

    /// `sizes` is what `nodes` make of the list `(N, 4)`.
    private func reshaped(_ nodes: [NodeProto]) -> ModelProto {
        TestNetworks.model(
            [
                node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "first"], ["n"]),
                node("Concat", ["n", "four"], ["list"], ["axis": .int(0)]),
            ] + nodes + [node("Reshape", ["x", "sizes"])],
            x: [2, 2], constants: [integers("first", [0]), integers("four", [4]), integers("none", []), integers("minus", [-3])])
    }

    @Test("a sum over no axes is none where the node says so") func sumOverNothing() throws {
        let sum = node("ReduceSum", ["list", "none"], ["sizes"], ["noop_with_empty_axes": .int(1)])
        let graph = try Graph(reshaped([sum]))
        #expect(graph.values[graph.outputs[0]].shape == [4])
    }

    @Test("a remainder with the sign of what is divided is refused where that is negative") func signedRemainder() {
        let nodes = [node("Mul", ["list", "minus"], ["below"]), node("Mod", ["below", "four"], ["sizes"], ["fmod": .int(1)])]
        #expect(
            refusal(reshaped(nodes))
                == "node 'sizes': operator Mod (opset 17) is not supported: a result depends on the batch in a way that is not understood")
    }
}
