import CompressedModel
import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("Constants of a network") struct ConstantTests {
    /// Sums rows of a table over the places of a sample at which a condition holds.
    private func lookup(_ condition: [NodeProto], _ constants: [TensorProto]) throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.inputs[0].elementType = .int64
        network.model.graph.nodes = condition + [
            NodeProto(operatorType: "Cast", inputs: ["condition"], outputs: ["mask"], attributes: [AttributeProto("to", .int(1))]),
            NodeProto(operatorType: "Unsqueeze", inputs: ["mask", "last"], outputs: ["column"]),
            NodeProto(name: "table", operatorType: "Gather", inputs: ["w0", "x"], outputs: ["rows"]),
            NodeProto(operatorType: "Mul", inputs: ["rows", "column"], outputs: ["kept"]),
            NodeProto(
                operatorType: "ReduceSum", inputs: ["kept", "places"], outputs: ["sum"], attributes: [AttributeProto("keepdims", .int(0))]),
            NodeProto(name: "second", operatorType: "MatMul", inputs: ["sum", "w1"], outputs: ["y"]),
        ]
        network.model.graph.initializers += constants + [
            TensorProto(name: "last", dimensions: [1], int64s: [-1]), TensorProto(name: "places", dimensions: [1], int64s: [1]),
        ]
        return network
    }

    @Test("An integer beside computed integers is in the result as it was") func padding() throws {
        let isWord = NodeProto(operatorType: "Greater", inputs: ["x", "pad"], outputs: ["condition"])
        let network = try lookup([isWord], [TensorProto(name: "pad", dimensions: [], int64s: [2])])
        let run = try network.run(samplesBelow: 8)
        #expect(run.report.status == .met)
        let pads = try run.model().graph.initializers.filter { $0.dataType == .int64 && $0.dimensions.isEmpty }
        #expect(try pads.map { try $0.integers() } == [[2]])
    }

    @Test("Truth values beside computed ones are in the result as they were") func truths() throws {
        let nodes = [
            NodeProto(operatorType: "Greater", inputs: ["x", "pad"], outputs: ["word"]),
            NodeProto(operatorType: "And", inputs: ["word", "allowed"], outputs: ["condition"]),
        ]
        let allowed = TensorProto(name: "allowed", dimensions: [8], dataType: .bool, content: Data([1, 0, 1, 1, 0, 1, 1, 1]))
        let network = try lookup(nodes, [TensorProto(name: "pad", dimensions: [], int64s: [2]), allowed])
        let run = try network.run(samplesBelow: 8)
        #expect(run.report.status == .met)
        let kept = try #require(try run.model().graph.initializers.first { $0.dataType == .bool })
        #expect(kept.content == allowed.content)
    }

    /// Two layers with a constant between them that is added to what Softmax takes.
    private func masked(_ mask: [Float]) throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.nodes.insert(
            contentsOf: [
                NodeProto(name: "mask", operatorType: "Add", inputs: ["b", "mask"], outputs: ["c"]),
                NodeProto(name: "share", operatorType: "Softmax", inputs: ["c"], outputs: ["d"]),
            ], at: 2)
        network.model.graph.nodes[4].inputs[0] = "d"
        network.model.graph.initializers.append(TensorProto(name: "mask", dimensions: [64], floats: mask))
        return network
    }

    @Test(
        "What masks scores is neither trained nor rounded",
        arguments: [-Float.infinity, -Float.greatestFiniteMagnitude, -1e9])
    func masks(least: Float) throws {
        let mask = (0..<64).map { $0 % 3 == 1 ? least : 0 }
        var network = try masked(mask)
        network.more = ["rules: [{match: {operator: Gemm}, prune: none}]"]
        let run = try network.run()
        #expect(run.report.status == .met)
        let kept = try run.network().encodings.values.map(\.elements)
        #expect(kept.contains { Set($0.map(\.bitPattern)) == Set(mask.map(\.bitPattern)) }, "\(kept.filter { $0.count < 100 })")
    }

    @Test("Texts that a node takes which is not understood are in the result as they were") func texts() throws {
        var network = try SmallNetwork()
        var names = TensorProto(name: "names", dimensions: [4], dataType: .string, content: Data())
        names.strings = ["cat", "dog", "", "dög"].map { Array($0.utf8) }
        network.model.graph.initializers.append(names)
        network.model.opsetImports.append(OperatorSetID(domain: "ai.onnx.ml", version: 1))
        network.model.graph.nodes += [
            NodeProto(operatorType: "ArgMax", inputs: ["y"], outputs: ["best"], attributes: [AttributeProto("axis", .int(1))]),
            NodeProto(operatorType: "ArrayFeatureExtractor", domain: "ai.onnx.ml", inputs: ["names", "best"], outputs: ["label"]),
        ]
        network.model.graph.outputs.append(ValueInfoProto(name: "label", elementType: .string, shape: nil))
        let run = try network.run()
        #expect(run.report.status == .met)
        #expect(try run.model().graph.initializers.first { $0.dataType == .string }?.strings == names.strings)
    }

    @Test("A layer whose weight is infinite is refused by name") func infiniteWeight() throws {
        var network = try SmallNetwork()
        network.model.graph.initializers[0] = TensorProto(
            name: "w0", dimensions: [8, 64], floats: [.infinity] + SmallNetwork.numbers(511))
        #expect(try network.refusal() == "tensor 'w0': an element is infinite or not a number")
    }

    @Test("An input of truth that the recipe makes a constant", arguments: ["0", "1", "true", "false"])
    func truthInput(value: String) throws {
        var network = try SmallNetwork()
        network.model.graph.inputs.append(ValueInfoProto(name: "training", elementType: .bool, shape: []))
        network.modelKeys = ", constants: {training: \(value)}"
        let run = try network.run()
        #expect(run.report.status == .met)
        #expect(try run.model().graph.inputs.map(\.name) == ["x"])
    }

    static let wrongConstants: [(type: DataType, value: String, text: String)] = [
        (.bool, "2", "the input 'training' is of type bool, which 2.0 is not"),
        (.uint8, "-1", "the input 'training' is of type uint8, which -1.0 is not"),
        (.int8, "128", "the input 'training' is of type int8, which 128.0 is not"),
        (.int64, "0.5", "the input 'training' is of type int64, which 0.5 is not"),
        (.string, "1", "the input 'training' is of type string, which 1.0 is not"),
    ]

    @Test("A constant that is none of its input's type", arguments: wrongConstants.indices) func wrongConstant(index: Int) throws {
        let (type, value, text) = Self.wrongConstants[index]
        var network = try SmallNetwork()
        network.model.graph.inputs.append(ValueInfoProto(name: "training", elementType: type, shape: []))
        network.modelKeys = ", constants: {training: \(value)}"
        #expect(try network.refusal() == text)
    }
}
