import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Operators that a file defines itself.
@Suite struct LocalFunctionTests {
    @Test("functions of several domains, one within the other, are read as their nodes") func functions() throws {
        let file = try fixture("local-functions")
        #expect(file.functions.map(\.name) == ["Scaled", "Dense"])
        let read = try Graph(file)
        #expect(read.nodes.map(\.operation.onnxName) == ["Gemm", "Mul", "LeakyRelu", "Gemm", "Mul", "LeakyRelu"])
        #expect(read.values[read.outputs[0]].name == "y")
        let slopes = read.exported().graph.nodes.filter { $0.operatorType == "LeakyRelu" }.map(\.attributes)
        #expect(slopes == [[AttributeProto("alpha", .float(0.25))], [AttributeProto("alpha", .float(0.25))]])
    }

    @Test("what no function of the file defines is an unknown operator") func unknownFunction() throws {
        let file = try fixture("local-functions")
        var network = file
        network.graph.nodes[0].operatorType = "Dens"
        #expect(refusal(network) == "node 'hidden': operator Dens (opset 17) is not supported: unknown domain 'com.example'")
    }
}
