import struct Foundation.Data
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Sums with zeros and products with ones.
@Suite struct NeutralConstantTests {
    private func table(_ value: Float, _ shape: [Int]) -> TensorProto {
        TensorProto(name: "t", dimensions: shape, floats: [Float](repeating: value, count: shape.reduce(1, *)))
    }

    /// The operators between two others, with the table.
    private func operators(_ type: String, _ inputs: [String], _ table: TensorProto, x: [Int] = [3, 4, 4]) throws -> [String] {
        let nodes = [node("Relu", ["x"], ["a"]), node(type, inputs, ["b"]), node("Sigmoid", ["b"])]
        let graph = try Graph(model(nodes, x: x, constants: [table]))
        #expect(graph.parameters.isEmpty == (graph.nodes.count == 2))
        return graph.nodes.map(\.operation.onnxName)
    }

    @Test("Tables that change nothing are left out") func leftOut() throws {
        for (type, value) in [("Add", 0), ("Sub", 0), ("Mul", 1), ("Div", 1)] as [(String, Float)] {
            #expect(try operators(type, ["a", "t"], table(value, [1, 1, 4, 4])) == ["Relu", "Sigmoid"])
        }
        #expect(try operators("Add", ["t", "a"], table(-0.0, [4, 4])) == ["Relu", "Sigmoid"])
        #expect(try operators("Mul", ["t", "a"], table(1, [3, 1, 4])) == ["Relu", "Sigmoid"])
    }

    @Test("Tables that change something stay") func others() throws {
        #expect(try operators("Add", ["a", "t"], table(1, [4, 4])) == ["Relu", "Add", "Sigmoid"])
        #expect(try operators("Mul", ["a", "t"], table(0, [4, 4])) == ["Relu", "Mul", "Sigmoid"])
        #expect(try operators("Sub", ["t", "a"], table(0, [4, 4])) == ["Relu", "Sub", "Sigmoid"])
        #expect(try operators("Div", ["t", "a"], table(1, [4, 4])) == ["Relu", "Div", "Sigmoid"])
        #expect(try operators("Add", ["a", "t"], table(0, [3, 4, 4]), x: [1, 4, 4]) == ["Relu", "Add", "Sigmoid"])
    }

    @Test("Biases and scales that have not been trained yet stay") func untrained() throws {
        #expect(try operators("Add", ["a", "t"], table(0, [3, 1, 1])) == ["Relu", "Add", "Sigmoid"])
        #expect(try operators("Mul", ["a", "t"], table(1, [4])) == ["Relu", "Mul", "Sigmoid"])
    }

    @Test("A mask of attention that hides nothing is no parameter") func mask() throws {
        let constants = [
            TensorProto(name: "seen", dimensions: [1, 1, 4, 1], dataType: .bool, content: Data([1, 1, 1, 1])),
            TensorProto(name: "zero", dimensions: [], floats: [0]), TensorProto(name: "hidden", dimensions: [], floats: [-3.4e38]),
            integers("one", [1]), integers("rest", [1, 4, 4]),
        ]
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Slice", ["s", "nought", "one"], ["n"]),
            node("Concat", ["n", "rest"], ["e"], ["axis": .int(0)]), node("Expand", ["seen", "e"], ["m"]),
            node("Where", ["m", "zero", "hidden"], ["w"]), node("Add", ["x", "w"], ["b"]),
            node("Softmax", ["b"], ["y"], ["axis": .int(-1)]),
        ]
        let graph = try Graph(model(nodes, x: [3, 4, 4], constants: constants + [integers("nought", [0])]))
        #expect(graph.nodes.map(\.operation.onnxName) == ["Softmax"])
        #expect(graph.parameters.isEmpty)
    }
}
