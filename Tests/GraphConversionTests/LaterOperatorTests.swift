import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// What is read of operators that came with later opsets, and the words for what is not.
@Suite struct LaterOperatorTests {
    private func attention(_ inputs: [String], outputs: [String] = ["y"], _ attributes: [String: AttributeValue] = [:]) -> ModelProto {
        let heads: [String: AttributeValue] = ["q_num_heads": .int(2), "kv_num_heads": .int(2)]
        return model(
            [node("Attention", ["x", "x", "x"] + inputs, outputs, heads.merging(attributes) { $1 })], x: [3, 4],
            constants: [floats("c", [1, 2, 3, 2])])
    }

    @Test("caches of an Attention are refused by name", arguments: [(["", "c"], "past_key"), (["", "", "c"], "past_value")])
    func caches(inputs: [String], name: String) {
        #expect(
            refusal(attention(inputs))
                == "node 'y': operator Attention (opset 17) is not supported: \(name): keys and values of earlier calls are not understood")
    }

    @Test func furtherOutputsOfAnAttentionAreRefusedByName() {
        #expect(
            refusal(attention([], outputs: ["y", "", "", "scores"], [:]).withOutput("scores"))
                == "node 'y': operator Attention (opset 17) is not supported: its output qk_matmul_output is not understood")
    }

    @Test func headsThatDoNotFitAreRefused() {
        #expect(
            refusal(attention([], ["q_num_heads": .int(3)]))
                == "node 'y': operator Attention (opset 17) is not supported: 3 heads of queries and 2 of keys do not fit 4 and 4 numbers")
    }

    @Test func anAttentionIsReadAsItsParts() throws {
        let graph = try Graph(attention([], ["is_causal": .int(1)]))
        #expect(
            graph.nodes.map(\.operation.onnxName) == [
                "Reshape", "Transpose", "Reshape", "Transpose", "Mul", "MatMul", "Where", "Softmax", "Reshape", "Transpose", "MatMul",
                "Transpose", "Reshape",
            ])
        #expect(graph.parameters.allSatisfy { !$0.role.isTrainable })
    }

    @Test func aCausalMaskIsNotLargerThanAFileMayMakeIt() {
        let heads: [String: AttributeValue] = ["q_num_heads": .int(1), "kv_num_heads": .int(1), "is_causal": .int(1)]
        let message = refusal(model([node("Attention", ["x", "x", "x"], ["y"], heads)], x: [40000, 1]))
        #expect(message.contains("[40000, 40000]"))
    }

    @Test func scatteringAmongSamplesIsRefused() {
        let indices = TensorProto(name: "i", dimensions: [1, 1], int64s: [0])
        #expect(
            refusal(model([node("ScatterND", ["x", "i", "x"])], x: [3], constants: [indices]))
                == "node 'y': operator ScatterND (opset 17) is not supported: it works across the batch")
    }

    @Test func gatheringAmongSamplesIsRefused() {
        #expect(
            refusal(
                model([node("GatherND", ["x", "i"])], x: [3], constants: [TensorProto(name: "i", dimensions: [1, 1], int64s: [0])]))
                == "node 'y': operator GatherND (opset 17) is not supported: it takes samples from the batch (axis 0), or puts some there")
    }

    @Test func moreThanThereIsIsNotTaken() {
        #expect(
            refusal(model([node("TopK", ["x", "k"], ["y", "i"])], x: [3], constants: [integers("k", [4])]))
                == "node 'y': operator TopK (opset 17) is not supported: k 4 of 3 elements")
    }

    @Test func windowsOverVolumesAreNotTooLargeForTheirTables() {
        let attributes: [String: AttributeValue] = [
            "kernel_shape": .ints([65536, 1, 1]), "pads": .ints([65535, 0, 0, 65535, 0, 0]),
        ]
        #expect(
            refusal(model([node("MaxPool", ["x"], ["y"], attributes)], x: [1, 65536, 1, 1]))
                == "node 'y' (MaxPool): a window of 65536 over an axis of length 65536 is too large")
    }

    @Test func aGroupNormalizationKeepsTheNamesOfItsParameters() throws {
        let graph = try Graph(
            model(
                opset: 21, [node("GroupNormalization", ["x", "scale", "bias"], ["y"], ["num_groups": .int(2)])], x: [4, 3],
                constants: [floats("scale", [4]), floats("bias", [4])]))
        #expect(graph.parameters.map(\.name) == ["scale", "bias"])
        #expect(graph.parameters.map(\.role) == [.scale, .bias])
        let written = graph.exported()
        #expect(written.opsetImports.map(\.version) == [21])
        #expect(written.irVersion == 10)
    }

    @Test("a zero point that is no list fits a scale that is one, and the other way round", arguments: [true, false])
    func oneScale(isList: Bool) throws {
        let (scale, zeroPoint): ([Int], [Int]) = isList ? ([1], []) : ([], [1])
        let constants = [
            TensorProto(name: "q", dimensions: [3], dataType: .int32, integers: [4, -6, 2]),
            TensorProto(name: "s", dimensions: scale, floats: [0.5]),
            TensorProto(name: "z", dimensions: zeroPoint, dataType: .int32, integers: [0]),
        ]
        let graph = try Graph(
            model([node("DequantizeLinear", ["q", "s", "z"], ["b"]), node("Add", ["x", "b"])], x: [3], constants: constants))
        #expect(graph.parameters.map(\.values) == [[2, -3, 1]])
    }

    @Test func quantizationOfValuesCarriesChannels() throws {
        let parts = ["Quantize", "Dequantize"].map { kind in
            node("\(kind)Linear", [kind == "Quantize" ? "c" : "q", "s", "z"], [kind == "Quantize" ? "q" : "d"])
        }
        let constants = [
            floats("w", [4, 2]), TensorProto(name: "s", dimensions: [4], floats: [0.5, 0.25, 1, 2]),
            TensorProto(name: "z", dimensions: [4], dataType: .int8, integers: [0, 1, 2, 3]), floats("v", [4, 2]),
        ]
        let graph = try Graph(
            model(
                [node("Gemm", ["x", "w"], ["c"], ["transB": .int(1)])] + parts + [node("Gemm", ["d", "v"])], x: [2], constants: constants))
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.units) == [4])
        let smaller = try UnitSelection(graph, removing: [(groups[0], [1])]).apply(to: graph)
        let written = smaller.exported().graph.initializers
        let scales = try written.filter { $0.dataType == .float && $0.dimensions == [3] }.map { try $0.floats() }
        #expect(scales == [[0.5, 1, 2], [0.5, 1, 2]])
    }
}

extension ModelProto {
    fileprivate func withOutput(_ name: String) -> ModelProto {
        var model = self
        model.graph.outputs.append(ValueInfoProto(name: name, shape: nil))
        return model
    }
}
