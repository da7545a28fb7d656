import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

@Suite struct ImportTests {
    @Test func anExportedNetworkIsReadWithItsShapesPerSample() throws {
        let graph = try Graph(try fixture("exported-opset17"))
        #expect(graph.inputs.map { graph.values[$0].name } == ["image"])
        #expect(graph.outputs.map { graph.values[$0].name } == ["probabilities"])
        #expect(
            graph.values.map(\.shape) == [
                [1, 6, 6], [4, 6, 6], [4, 6, 6], [4, 6, 6], [4, 3, 3], [36], [5], [5], [2], [2],
            ])
        #expect(
            graph.nodes.map(\.operation.onnxName) == [
                "Conv", "BatchNormalization", "Relu", "MaxPool", "Flatten", "Gemm", "Relu", "Gemm", "Softmax",
            ])
        #expect(graph.layers.map(\.name) == ["conv", "fc1", "fc2"])
        #expect(graph.layers.map { graph.parameters[$0.weight].shape } == [[4, 1, 3, 3], [5, 36], [2, 5]])
        #expect(graph.layers.map { $0.bias == nil } == [true, false, false])
    }

    @Test func parametersKnowTheirRoles() throws {
        let graph = try Graph(try fixture("exported-opset17"))
        let roles = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.role) })
        #expect(
            roles == [
                "conv.weight": .weight, "norm.weight": .scale, "norm.bias": .bias, "norm.running_mean": .statistic,
                "norm.running_var": .statistic, "fc1.weight": .weight, "fc1.bias": .bias, "fc2.weight": .weight,
                "fc2.bias": .bias,
            ])
    }

    @Test(
        "weights in Constant nodes, behind Identity or among the inputs, or a fixed batch, change nothing",
        arguments: ["constant-nodes", "named-twice", "fixed-batch"])
    func formsOfOneNetworkAreEqual(name: String) throws {
        let plain = try Graph(try fixture("exported-opset17"))
        #expect(try Graph(try fixture(name)).exported() == plain.exported())
    }

    @Test("older opsets of an exporter give the same layers", arguments: [9, 11, 13])
    func olderOpsetsAreEqual(opset: Int) throws {
        let plain = try Graph(try fixture("exported-opset17"))
        let older = try Graph(try fixture("exported-opset\(opset)"))
        #expect(older.parameters == plain.parameters)
        #expect(older.values.map(\.shape) == plain.values.map(\.shape))
        #expect(older.nodes.map(\.operation.onnxName) == plain.nodes.map(\.operation.onnxName))
    }

    @Test(
        "a network that was written is read back equal",
        arguments: ["exported-opset9", "exported-opset17", "fixed-batch", "constant-nodes"])
    func roundTrip(name: String) throws {
        let exported = try Graph(try fixture(name)).exported()
        let again = try Graph(try ModelProto(decoding: exported.encoded())).exported()
        #expect(again == exported)
        #expect(again.graph.inputs[0].shape?[0] == .parameter("N"))
    }

    @Test func identitiesAndDropoutAreLeftOut() throws {
        let graph = try Graph(
            model([node("Identity", ["x"], ["a"]), node("Dropout", ["a"], ["b", "mask"]), node("Relu", ["b"])], x: [4]))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Relu"])
        #expect(graph.nodes[0].inputs == [.value(graph.inputs[0])])
    }

    @Test func anIdentityThatNamesAnOutputStays() throws {
        let graph = try Graph(model([node("Relu", ["x"], ["a"]), node("Dropout", ["a"], ["y", "mask"])], x: [4]))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Relu", "Identity"])
    }

    @Test func weightsAreFoldedThroughTransposeAndReshape() throws {
        let graph = try Graph(
            model(
                [
                    node("Transpose", ["w"], ["t"]), node("Unsqueeze", ["t"], ["u"], ["axes": .ints([0])]),
                    node("Squeeze", ["u"], ["s"]), node("Reshape", ["s", "shape"], ["r"]), node("Gemm", ["x", "r"]),
                ], x: [3], constants: [floats("w", [2, 3]), integers("shape", [0, -1])]))
        #expect(graph.parameters.map(\.shape) == [[2, 3]])
        #expect(graph.parameters[0].values == [-1, -0.875, -0.75, -0.625, -0.5, -0.375])
    }

    @Test func aGemmIsBroughtIntoOneForm() throws {
        let graph = try Graph(
            model(
                [node("Gemm", ["x", "w", "b"], ["y"], ["alpha": .float(2), "beta": .float(4)])], x: [2],
                constants: [floats("w", [2, 3]), TensorProto(name: "b", dimensions: [], floats: [0.5])]))
        #expect(graph.parameters.map(\.shape) == [[3, 2], [3]])
        #expect(graph.parameters[0].values == [-2, -1.25, -1.75, -1, -1.5, -0.75])
        #expect(graph.parameters[1].values == [2, 2, 2])
    }

    @Test func aMatMulOfAVectorIsAGemm() throws {
        let graph = try Graph(model([node("MatMul", ["x", "w"])], x: [2], constants: [floats("w", [2, 3])]))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Gemm"])
        #expect(graph.parameters.map(\.shape) == [[3, 2]])
    }

    @Test func aTensorUsedInTwoFormsBecomesTwoParameters() throws {
        let nodes = [
            node("MatMul", ["x", "w"], ["a"]), node("Reshape", ["a", "shape"], ["b"]), node("Gemm", ["b", "w"], ["c"]),
            node("Gemm", ["c", "w"], ["d"]), node("Gemm", ["d", "w"]),
        ]
        let graph = try Graph(
            model(nodes, x: [1, 2], constants: [floats("w", [2, 2]), integers("shape", [0, -1]), floats("w_2", [1])]))
        #expect(graph.parameters.map(\.name) == ["w", "w_3"])
        #expect(graph.parameters[0].values == [-1, -0.875, -0.75, -0.625])
        #expect(graph.parameters[1].values == [-1, -0.75, -0.875, -0.625])
    }

    @Test func nodesOnWhichNoOutputDependsAreLeftOut() throws {
        let graph = try Graph(
            model([node("Relu", ["x"], ["a"]), node("Mystery", ["a"], ["b"]), node("Neg", ["b"], ["c"]), node("Abs", ["a"])], x: [3]))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Relu", "Abs"])
        #expect(refusal(model([node("Mystery", ["x"], ["b"]), node("Abs", ["b"])], x: [3])).contains("Mystery"))
    }

    @Test func unusedOptionalOutputsAreIgnored() throws {
        let names = ["scale", "shift", "mean", "variance"]
        let normalization = node("BatchNormalization", ["x"] + names, ["y", "m", "v", "sm", "sv"])
        let graph = try Graph(model(opset: 9, [normalization], x: [2, 3], constants: names.map { floats($0, [2]) }))
        #expect(graph.nodes[0].outputs.count == 1)
    }

    @Test func constantsThatAreWrittenNeverTakeANameThatExists() throws {
        let nodes = [
            node("Clip", ["x", "low"], ["a"], name: "c"), node("Clip", ["a", "low"], ["b"], name: "c"),
            node("Mul", ["b", "c.input_1"]),
        ]
        let low = TensorProto(name: "low", dimensions: [], floats: [0])
        let exported = try Graph(model(nodes, x: [2], constants: [low, floats("c.input_1", [2])])).exported()
        let names = exported.graph.initializers.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(try Graph(exported).exported() == exported)
    }
}
