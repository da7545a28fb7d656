import Execution
import GraphConversion
import NeuralGraph
import ONNX
import Testing

@Suite struct FusionTests {
    @Test("layers that take along what follows them give the same numbers", arguments: Fixture.namesWithGradients, [3, 64])
    func equalsSingleSteps(name: String, lanes: Int) throws {
        let fixture = try Fixture(name)
        let graph = try Graph(try Probe.added(to: fixture.model))
        // A value that is an output does not disappear within a step.
        var apart = graph
        apart.outputs += graph.values.indices.filter { !graph.outputs.contains($0) }
        let runs = try [graph, apart].map { graph in
            let run = NetworkRun(graph, lanes: lanes, isTraining: true)
            try run.forward(fixture)
            try run.backward(fixture)
            return run
        }
        #expect(runs[0].output == runs[1].output)
        #expect(runs[0].gradients.array == runs[1].gradients.array)
    }

    @Test("a gradient that takes the place of its value is the same", arguments: [false, true])
    func takesPlace(hasRelu: Bool) throws {
        let graph = try Graph(pooledConvolution(hasRelu: hasRelu))
        var apart = graph
        apart.outputs += graph.values.indices.filter { !graph.outputs.contains($0) }
        let gradients = [graph, apart].map { graph in
            let run = NetworkRun(graph, lanes: 3, isTraining: true)
            for index in 0..<64 * 3 { run.workspace.value(graph.inputs[0])[index] = Float(index * 37 % 41 - 20) }
            run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
            run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
            for index in 0..<18 * 3 { run.workspace.seed(graph.outputs[0])[index] = Float(index % 7 - 3) }
            run.plan.backward(
                run.parameters.pointer, packed: run.packed, in: run.workspace, gradients: run.gradients.pointer)
            return run.gradients.array
        }
        #expect(gradients[0] == gradients[1])
        #expect(gradients[0].contains { $0 != 0 })
    }

    /// `[1, 8, 8]` to `[2, 3, 3]`.
    private func pooledConvolution(hasRelu: Bool) -> ModelProto {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: 17)]
        model.graph.name = "network"
        model.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N"), .value(1), .value(8), .value(8)])]
        model.graph.outputs = [ValueInfoProto(name: "y", shape: [.parameter("N"), .value(2), .value(3), .value(3)])]
        model.graph.initializers = [
            TensorProto(name: "w", dimensions: [2, 1, 3, 3], floats: (0..<18).map { Float($0 % 5 - 2) / 4 }),
            TensorProto(name: "b", dimensions: [2], floats: [0.5, -0.5]),
        ]
        model.graph.nodes = [NodeProto(operatorType: "Conv", inputs: ["x", "w", "b"], outputs: ["c"])]
        if hasRelu { model.graph.nodes.append(NodeProto(operatorType: "Relu", inputs: ["c"], outputs: ["r"])) }
        model.graph.nodes.append(
            NodeProto(
                operatorType: "MaxPool", inputs: [hasRelu ? "r" : "c"], outputs: ["y"],
                attributes: [
                    AttributeProto("kernel_shape", .ints([2, 2])), AttributeProto("strides", .ints([2, 2])),
                ]))
        return model
    }
}
