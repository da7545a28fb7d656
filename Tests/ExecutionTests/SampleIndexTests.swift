import CKernels
import Execution
import NeuralGraph
import ONNX
import Testing

/// Operators whose constant indices are those of every sample, read with the batch in front and written with it behind what they count.
@Suite struct SampleIndexTests {
    private func reader(_ type: String, _ shapes: [OperandShape], _ indices: TensorProto) -> NodeReader {
        let inputs = shapes.indices.map { $0 == 1 ? "i" : "abc".map(String.init)[$0] }
        return NodeReader(
            proto: NodeProto(operatorType: type, inputs: inputs, outputs: ["y"]), opset: 17, fixedBatch: nil, inputShapes: shapes,
            constants: shapes.indices.map { $0 == 1 ? indices : nil })
    }

    /// One node with values for all inputs but the indices.
    private func graph(_ operation: any Operator, _ shapes: [OperandShape], _ indices: TensorProto) throws -> Graph {
        var values: [Value] = []
        var operands: [Operand] = []
        for (position, shape) in shapes.enumerated() {
            guard position != 1 else {
                operands.append(.parameter(0))
                continue
            }
            operands.append(.value(values.count))
            values.append(Value(name: "x\(position)", shape: shape.dimensions))
        }
        let inputs = Array(values.indices)
        values.append(Value(name: "y", shape: try operation.outputShapes(shapes)[0]))
        let parameter = Parameter(
            name: "i", shape: indices.dimensions, values: try indices.integers().map { Float($0) }, role: .statistic, elementType: .int64)
        return Graph(
            name: "indices", values: values, parameters: [parameter],
            nodes: [Node(name: "node", operation: operation, inputs: operands, outputs: [values.count - 1])], inputs: inputs,
            outputs: [values.count - 1])
    }

    /// The output for three samples one after the other.
    private func outputs(_ graph: Graph, lanes: Int) -> [Float] {
        let run = NetworkRun(graph, lanes: lanes)
        for (number, input) in graph.inputs.enumerated() {
            let count = graph.values[input].count
            for index in 0..<count * lanes {
                run.workspace.value(input)[index % count * lanes + index / count] = GradientCase.number(index + 7 * number)
            }
        }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        return run.output.flatMap(\.self)
    }

    /// What is written, read as one invocation for three samples, must be the same.
    private func expectSameWhenWritten(_ graph: Graph) throws {
        var written = graph.exported()
        for index in written.graph.inputs.indices { written.graph.inputs[index].shape?[0] = .value(3) }
        let whole = try Graph(written, batch: .invocation)
        #expect(outputs(whole, lanes: 1) == outputs(graph, lanes: 3))
    }

    @Test func slicesOfEverySampleAreGathered() throws {
        let indices = TensorProto(dimensions: [3, 2, 2], int64s: [0, 1, 2, 0, -1, 1, 1, 1, 0, 0, 2, 1])
        let shapes = [OperandShape([3, 2, 4], isBatched: true), OperandShape([3, 2, 2], isBatched: false)]
        var node = reader("GatherND", shapes, indices)
        let graph = try graph(GatherND(samplesOf: &node), shapes, indices)
        #expect(graph.values.last?.shape == [3, 2, 4])
        try expectSameWhenWritten(graph)
    }

    @Test func slicesOfEverySampleAreReplaced() throws {
        let indices = TensorProto(dimensions: [2, 1], int64s: [2, -4])
        let shapes = [
            OperandShape([4, 3], isBatched: true), OperandShape([2, 1], isBatched: false), OperandShape([2, 3], isBatched: true),
        ]
        var node = reader("ScatterND", shapes, indices)
        let graph = try graph(Scatter(samplesOf: &node), shapes, indices)
        try expectSameWhenWritten(graph)
    }
}
