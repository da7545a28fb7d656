import Execution
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Operators that are read as several others and make integers, where a sample is a run of the whole network.
@Suite struct IntegerNetworkTests {
    /// A network from x, as it is written, too.
    private func network(
        _ nodes: [NodeProto], x shape: [Int], type: DataType = .float, outputs: [(String, DataType)], constants: [TensorProto] = []
    ) throws -> Graph {
        var file = model(nodes, x: [], constants: constants)
        file.graph.inputs = [ValueInfoProto(name: "x", elementType: type, shape: shape.map { .value($0) })]
        file.graph.outputs = outputs.map { ValueInfoProto(name: $0.0, elementType: $0.1, shape: nil) }
        let graph = try Graph(file, batch: .invocation)
        return try Graph(graph.exported(), batch: .invocation)
    }

    /// What its outputs are for some numbers.
    private func outputs(of graph: Graph, x: [Float]) -> [[Float]] {
        let run = NetworkRun(graph, lanes: 1)
        for (index, number) in x.enumerated() { run.workspace.value(run.graph.inputs[0])[index] = number }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        return graph.outputs.map { run.rows(run.workspace.value($0), ofValue: $0)[0] }
    }

    // MARK: DynamicQuantizeLinear

    private func quantized(_ x: [Float]) throws -> [[Float]] {
        let graph = try network(
            [node("DynamicQuantizeLinear", ["x"], ["y", "scale", "point"])], x: [1, 4],
            outputs: [("y", .uint8), ("scale", .float), ("point", .uint8)])
        return outputs(of: graph, x: x)
    }

    @Test("numbers of both signs fill the bytes by the scale and the zero point of ONNX Runtime") func bothSigns() throws {
        #expect(try quantized([0, 2, -3, -2.5]) == [[153, 255, 0, 26], [5 / 255], [153]])
    }

    @Test("a tensor of zeros is zeros, with the scale 1") func zeros() throws {
        #expect(try quantized([0, 0, 0, 0]) == [[0, 0, 0, 0], [1], [0]])
    }

    @Test("a zero point that nobody reads may be left out", arguments: [["y", "scale"], ["y", "scale", "unread"], ["y", "scale", ""]])
    func unreadPoint(names: [String]) throws {
        let graph = try network(
            [node("DynamicQuantizeLinear", ["x"], names)], x: [1, 4], outputs: [("y", .uint8), ("scale", .float)])
        #expect(outputs(of: graph, x: [1, 2, 3, 4]) == [[64, 127, 191, 255], [4 / 255]])
    }

    // MARK: EyeLike

    @Test("ones stand on the diagonal of a matrix of the input's size") func diagonal() throws {
        let graph = try network(
            [node("EyeLike", ["x"], ["e"], ["k": .int(1)]), node("Add", ["x", "e"])], x: [2, 3], outputs: [("y", .float)])
        #expect(outputs(of: graph, x: [10, 20, 30, 40, 50, 60]) == [[10, 21, 30, 40, 50, 61]])
    }

    // MARK: MatMulInteger

    /// The product of bytes less 1 with [[2, 1], [1, -2]], and what is made of it.
    private func product(_ nodes: [NodeProto], output: DataType, constants: [TensorProto] = []) throws -> Graph {
        try network(
            [node("MatMulInteger", ["x", "w", "p"], [nodes.isEmpty ? "y" : "m"])] + nodes, x: [1, 2], type: .uint8,
            outputs: [("y", output)],
            constants: constants + [
                TensorProto(name: "w", dimensions: [2, 2], dataType: .int8, integers: [2, 1, 1, -2]),
                TensorProto(name: "p", dimensions: [], dataType: .uint8, integers: [1]),
            ])
    }

    @Test("a product of integers that is made a float is one of floats") func floatProduct() throws {
        let graph = try product([node("Cast", ["m"], ["y"], ["to": .int(DataType.float.rawValue)])], output: .float)
        #expect(!graph.nodes.contains { $0.operation.onnxName == "Cast" && graph.values[$0.outputs[0]].elementType == .int32 })
        #expect(outputs(of: graph, x: [4, 0]) == [[5, 5]])
    }

    @Test("a product of integers that is added to integers is one") func sumOfProduct() throws {
        let bias = TensorProto(name: "b", dimensions: [2], dataType: .int32, integers: [10, 20])
        let graph = try product([node("Add", ["m", "b"])], output: .int32, constants: [bias])
        let sum = try #require(graph.nodes.first { $0.operation.onnxName == "Add" })
        #expect(graph.operandTypes(of: sum) == [.int32, .int32])
        #expect(outputs(of: graph, x: [4, 0]) == [[15, 25]])
    }

    @Test("a product of integers is divided as integers are") func quotientOfProduct() throws {
        let two = TensorProto(name: "two", dimensions: [], dataType: .int32, integers: [2])
        #expect(outputs(of: try product([node("Div", ["m", "two"])], output: .int32, constants: [two]), x: [4, 0]) == [[2, 2]])
    }

    @Test("a product of integers stays one in the outputs of the network") func givenOut() throws {
        for nodes in [[], [node("Reshape", ["m", "shape"])]] {
            let graph = try product(nodes, output: .int32, constants: [integers("shape", [2, 1])])
            #expect(graph.values[graph.outputs[0]].elementType == .int32)
            #expect(graph.exported().graph.outputs[0].elementType == .int32)
            #expect(outputs(of: graph, x: [4, 0]) == [[5, 5]])
        }
    }
}

extension Graph {
    fileprivate func operandTypes(of node: Node) -> [DataType] {
        node.inputs.compactMap { operand in
            switch operand {
            case .value(let index): values[index].elementType
            case .parameter(let index): parameters[index].elementType
            case .omitted: nil
            }
        }
    }
}
