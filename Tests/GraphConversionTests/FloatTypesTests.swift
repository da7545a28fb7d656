import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Networks whose floats have 16 or 64 bits in the file.
@Suite struct FloatTypesTests {
    /// 1.5, -2, 0.25 and 0 as binary16.
    private let halves = TensorProto(
        name: "w", dimensions: [2, 2], dataType: .float16, content: Data([0x00, 0x3E, 0x00, 0xC0, 0x00, 0x34, 0x00, 0x00]))

    /// `x -> Gemm -> Softmax in 32 bits -> y`.
    private func network(_ type: DataType, _ weight: TensorProto) -> ModelProto {
        let nodes = [
            node("Gemm", ["x", "w"], ["h"], name: "layer"),
            node("Cast", ["h"], ["wide"], ["to": .int(DataType.float.rawValue)]),
            node("Softmax", ["wide"], ["s"]),
            node("Cast", ["s"], ["y"], ["to": .int(type.rawValue)]),
        ]
        var file = model(nodes, x: [2], constants: [weight])
        file.graph.inputs[0].elementType = type
        file.graph.outputs[0].elementType = type
        return file
    }

    @Test func areReadAsFloatsOf32Bits() throws {
        let graph = try Graph(network(.float16, halves))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Gemm", "Softmax"])
        #expect(graph.parameters.map(\.values) == [[1.5, 0.25, -2, 0]])
        #expect(graph.values.map(\.name) == ["x", "h", "y"])
        #expect(graph.values.allSatisfy { $0.elementType == .float })
    }

    @Test(arguments: [DataType.float16, .bfloat16, .double]) func inputsAndOutputsKeepTheirTypes(type: DataType) throws {
        let exported = try Graph(network(type, halves)).exported()
        #expect(exported.graph.inputs.map(\.elementType) == [type])
        #expect(exported.graph.outputs.map(\.elementType) == [type])
        #expect(exported.graph.nodes.map(\.operatorType) == ["Cast", "Gemm", "Softmax", "Cast"])
        #expect(exported.graph.nodes.first?.inputs == ["x"])
        #expect(exported.graph.nodes.last?.outputs == ["y"])
        #expect(exported.graph.initializers.map(\.dataType) == [.float])
        #expect(try Graph(exported).exported() == exported)
    }

    @Test func anOutputThatOthersReadKeepsItsName() throws {
        var file = network(.float16, halves)
        file.graph.nodes.append(node("Neg", ["y"], ["z"]))
        file.graph.outputs.append(ValueInfoProto(name: "z", elementType: .float16, shape: nil))
        file.graph.outputs.append(ValueInfoProto(name: "s", elementType: .float, shape: nil))
        let exported = try Graph(file).exported()
        #expect(exported.graph.outputs.map(\.name) == ["y", "z", "s"])
        #expect(exported.graph.outputs.map(\.elementType) == [.float16, .float16, .float])
        #expect(try Graph(exported).exported().graph.outputs == exported.graph.outputs)
    }

    @Test func nodesThatAreNotUnderstoodAreRefusedAmongThem() {
        var file = network(.float16, halves)
        file.graph.nodes.append(node("NonZero", ["y"], ["z"]))
        file.graph.outputs.append(ValueInfoProto(name: "z", elementType: .int64, shape: nil))
        #expect(throws: GraphError.self) { try Graph(file) }
    }
}
