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

    @Test("a function that calls itself is told of") func recursion() throws {
        let text = refusal(try fixture("functions-in-a-circle"))
        #expect(text.contains("operator Scaled (opset 17) is not supported: the file's function calls itself"))
    }

    @Test("a function of another opset than the file's is told of") func otherOpset() throws {
        let text = refusal(try fixture("functions-of-opset-15"))
        let expected = "operator Scaled (opset 17) is not supported: the file's function is written for another opset than the file, 17"
        #expect(text.contains(expected))
    }
}
