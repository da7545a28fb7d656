import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// The words that a user reads about a network that cannot be used.
@Suite struct RefusalTests {
    private func expect(
        _ model: ModelProto, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(refusal(model) == message, sourceLocation: sourceLocation)
    }

    @Test func anUnknownOperator() {
        expect(
            model([node("NonZero", ["x"], name: "mix")], x: [2]),
            "node 'mix': operator NonZero (opset 17) is not supported: unknown operator")
    }

    @Test func aNodeWithoutANameIsCalledByItsOutput() {
        expect(
            model([node("NonZero", ["x"])], x: [2]),
            "node 'y': operator NonZero (opset 17) is not supported: unknown operator")
    }

    @Test func everyNodeInOneGoButNotWhatFollowsFromIt() {
        expect(
            model(
                [
                    node("NonZero", ["x"], ["a"]), node("Relu", ["a"], ["b"]), node("Unique", ["x"], ["c"]),
                    node("Add", ["b", "c"]),
                ], x: [2]),
            """
            node 'a': operator NonZero (opset 17) is not supported: unknown operator
            node 'c': operator Unique (opset 17) is not supported: unknown operator
            """)
    }

    @Test("opsets outside of 7 to 28", arguments: [1, 6, 29, 99])
    func opset(opset: Int) {
        expect(
            model(opset: opset, [node("Relu", ["x"])], x: [2]),
            "node 'y': operator Relu (opset \(opset)) is not supported: opsets 7 to 28 are understood")
    }

    @Test("constants of types that are not computed with") func constantsOfOtherTypes() {
        let complex = TensorProto(name: "c", dimensions: [1], dataType: .complex64, content: .init(repeating: 0, count: 8))
        expect(
            model([node("Sqrt", ["c"], ["s"]), node("Add", ["x", "s"])], x: [2], constants: [complex]),
            "node 's': operator Sqrt (opset 17) is not supported: the constant 'c' is of type complex64")
    }

    @Test func aForeignDomain() {
        var relu = node("Relu", ["x"])
        relu.domain = "com.example"
        expect(
            model([relu], x: [2]),
            "node 'y': operator Relu (opset 17) is not supported: unknown domain 'com.example'")
    }

    @Test func oldSoftmaxOverSeveralAxes() {
        expect(
            model(opset: 11, [node("Softmax", ["x"])], x: [3, 4]),
            "node 'y': operator Softmax (opset 11) is not supported: before opset 13 it is taken over all axes from 1 "
                + "on together, here [3, 4]; one axis is supported")
    }

    @Test func workAcrossTheBatch() {
        let reason = "operator Softmax (opset 17) is not supported: it works across the batch (axis 0)"
        expect(model([node("Softmax", ["x"], ["y"], ["axis": .int(0)])], x: [3]), "node 'y': " + reason)
        expect(model([node("Softmax", ["x"], ["y"], ["axis": .int(-2)])], x: [3]), "node 'y': " + reason)
    }

    @Test func aConstantWithRowsForSamples() {
        expect(
            model([node("Add", ["x", "c"])], x: [3], constants: [floats("c", [5, 3])]),
            "node 'y': operator Add (opset 17) is not supported: the constant 'c' of shape [5, 3] has a row for each "
                + "sample of a batch")
    }

    @Test func samplesOfDifferentRank() {
        expect(
            model([node("Mul", ["x", "z"])], x: [3, 4], z: [3]),
            "node 'y': operator Mul (opset 17) is not supported: shapes [N, 3, 4] and [N, 3] make the batch meet "
                + "another axis")
    }

    @Test func shapesThatDoNotFit() {
        expect(model([node("Add", ["x", "z"])], x: [3], z: [4]), "node 'y' (Add): the shapes [3] and [4] do not fit")
        expect(
            model([node("Gemm", ["x", "w"])], x: [3], constants: [floats("w", [4, 2])]),
            "node 'y' (Gemm): the input [3] does not fit the weight [2, 4] (outputs, inputs)")
    }

    @Test func aKernelThatIsNotTheWeights() {
        expect(
            model(
                [node("Conv", ["x", "w"], ["y"], ["kernel_shape": .ints([5, 5])])], x: [1, 8, 8],
                constants: [floats("w", [1, 1, 3, 3])]),
            "node 'y': operator Conv (opset 17) is not supported: kernel_shape [5, 5] is not that of the weight "
                + "[1, 1, 3, 3]")
    }

    @Test func aSliceOfTheBatch() {
        expect(
            model([node("Slice", ["x", "s", "e"])], x: [3], constants: [integers("s", [0]), integers("e", [1])]),
            "node 'y': operator Slice (opset 17) is not supported: it takes samples from the batch (axis 0)")
    }

    @Test("recurrent layers that are not understood") func recurrence() {
        func expectRefusal(
            _ attributes: [String: AttributeValue], x: [Int] = [4, 3], inputs: [String] = ["x", "w", "r"], z: [Int]? = nil,
            _ reason: String
        ) {
            let constants = [
                floats("w", [1, 2, 3]), floats("r", [1, 2, 2]), integers("lengths", [4, 2]), floats("h", [1, 1, 2]),
            ]
            expect(
                model([node("RNN", inputs, ["y"], attributes)], x: x, z: z, constants: constants),
                "node 'y': operator RNN (opset 17) is not supported: \(reason)")
        }
        expectRefusal([:], "its batch is axis 1 (layout 0), that of the network is axis 0")
        let layout = ["layout": AttributeValue.int(1)]
        expectRefusal(layout, x: [3], "its input has rank 2, not 3")
        expectRefusal(
            layout, inputs: ["x", "w", "r", "", "lengths"], "sequence_lens has a length for each sample of a batch")
        expectRefusal(layout, inputs: ["x", "w", "r", "", "z"], z: [1], "sequence_lens is computed, not constant")
        expectRefusal(
            layout, inputs: ["x", "w", "r", "", "", "h"],
            "the initial state 'h' is a constant with a row for each sample of a batch")
        expectRefusal(layout, inputs: ["x", "z", "r"], z: [2, 3], "input 1 is computed, not constant")
        let unknown = AttributeValue.strings([Array("Sine".utf8)])
        expectRefusal(layout.merging(["activations": unknown]) { $1 }, "the activation 'Sine' is unknown")
        expectRefusal(layout.merging(["hidden_size": .int(3)]) { $1 }, "hidden_size is not the 2 of its weights")
        expectRefusal(layout.merging(["clip": .float(0)]) { $1 }, "clip 0.0 leaves nothing")
    }

    @Test("a pool whose padding ONNX and ONNX Runtime count differently", arguments: ["MaxPool", "AveragePool"])
    func dilatedPools(type: String) {
        let attributes: [String: AttributeValue] = [
            "auto_pad": .string(Array("SAME_UPPER".utf8)), "kernel_shape": .ints([2]), "dilations": .ints([2]),
        ]
        expect(
            model(opset: 19, [node(type, ["x"], ["y"], attributes)], x: [1, 7]),
            "node 'y': operator \(type) (opset 19) is not supported: auto_pad SAME together with dilations: ONNX and ONNX Runtime pad "
                + "differently then; 'pads' is understood")
    }

    @Test func aComputedShape() {
        expect(
            model([node("Reshape", ["x", "z"])], x: [3], z: [2]),
            "node 'y': operator Reshape (opset 17) is not supported: the shape is computed, not constant")
    }

    @Test func aReshapeThatMixesSamples() {
        expect(
            model([node("Reshape", ["x", "s"])], x: [4], constants: [integers("s", [-1, 3])]),
            "node 'y': operator Reshape (opset 17) is not supported: the shape [-1, 3] does not fit [N, 4]")
        expect(
            model([node("ReduceMean", ["x"], ["y"], ["axes": .ints([0])])], x: [4]),
            "node 'y': operator ReduceMean (opset 17) is not supported: it works across the batch (axis 0)")
    }

    @Test func normalizationInTrainingMode() {
        let names = ["scale", "shift", "mean", "variance"]
        let reason =
            "it measures the batch (training mode); the statistics of the file are needed"
        let nodes = [node("BatchNormalization", ["x"] + names, ["y"], ["training_mode": .int(1)])]
        expect(
            model(nodes, x: [2], constants: names.map { floats($0, [2]) }),
            "node 'y': operator BatchNormalization (opset 17) is not supported: \(reason)")
        let used = [node("BatchNormalization", ["x"] + names, ["a", "m"]), node("Add", ["a", "m"])]
        expect(
            model(opset: 9, used, x: [2], constants: names.map { floats($0, [2]) }),
            "node 'a': operator BatchNormalization (opset 9) is not supported: \(reason)")
    }

    @Test func dropoutInTrainingMode() {
        let training = TensorProto(name: "t", dimensions: [], dataType: .bool, content: .init([1]))
        expect(
            model([node("Dropout", ["x", "", "t"], ["a"]), node("Relu", ["a"])], x: [2], constants: [training]),
            "node 'a': operator Dropout (opset 17) is not supported: it drops values at random (training_mode)")
    }

    @Test func inputsThatAreNoBatchesOfKnownSamples() {
        var free = model([node("Relu", ["x"])], x: [2])
        free.graph.inputs[0].shape = [.parameter("N"), .parameter("L")]
        expect(free, "input 'x': dimension 1 is not fixed; only the batch may be free")
        free.graph.inputs[0].shape = nil
        expect(free, "input 'x': its shape is not known; a batch of samples is needed")
        var two = model([node("Add", ["x", "z"])], x: [2], z: [2], batch: .value(1))
        two.graph.inputs[1].shape = [.value(2), .value(2)]
        expect(two, "input 'z': its batch of 2 is not the 1 of another input")
    }

    @Test func namesThatAreUnknownOrDefinedTwice() {
        expect(model([node("Relu", ["q"], name: "r")], x: [2]), "node 'r' uses the value 'q', which nothing computes")
        expect(model([node("Relu", ["x"]), node("Tanh", ["x"])], x: [2]), "the value 'y' is defined twice")
        expect(model([node("Relu", ["x"], ["a"])], x: [2]), "the output 'y' is computed by no node")
    }
}
