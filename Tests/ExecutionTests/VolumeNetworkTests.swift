import CKernels
import DependencyGroups
import Execution
import GraphConversion
import GraphRewriting
import NeuralGraph
import ONNX
import Testing

/// A network over three spatial axes: what pruning may remove of it, and its layers as products.
@Suite struct VolumeNetworkTests {
    private static func floats(_ name: String, _ shape: [Int], from start: Int = 0) -> TensorProto {
        TensorProto(name: name, dimensions: shape, floats: (0..<shape.reduce(1, *)).map { GradientCase.number($0 + start) / 4 })
    }

    private static func node(
        _ type: String, _ inputs: [String], _ output: String, _ attributes: [String: AttributeValue] = [:]
    ) -> NodeProto {
        NodeProto(
            name: output, operatorType: type, inputs: inputs, outputs: [output],
            attributes: attributes.sorted { $0.key < $1.key }.map { AttributeProto($0.key, $0.value) })
    }

    /// Convolution, normalization, pooling, transposed convolution, depthwise convolution, mean and a linear layer.
    private static func network() throws -> Graph {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: 17)]
        model.graph.name = "volumes"
        model.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N"), .value(2), .value(4), .value(5), .value(5)])]
        model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
        let statistics = ["bn.weight", "bn.bias", "bn.mean", "bn.variance"]
        model.graph.nodes = [
            node("Conv", ["x", "conv1.weight", "conv1.bias"], "c1", ["pads": .ints([1, 1, 1, 1, 1, 1])]),
            node("BatchNormalization", ["c1"] + statistics, "n1"), node("Relu", ["n1"], "r1"),
            node("MaxPool", ["r1"], "p1", ["kernel_shape": .ints([2, 2, 2]), "strides": .ints([2, 2, 2])]),
            node("ConvTranspose", ["p1", "up.weight", "up.bias"], "u1", ["strides": .ints([2, 1, 1])]), node("Relu", ["u1"], "r2"),
            node("Conv", ["r2", "depthwise.weight"], "d1", ["group": .int(4)]),
            node("AveragePool", ["d1"], "a1", ["kernel_shape": .ints([2, 1, 1])]),
            node("GlobalAveragePool", ["a1"], "g1"), node("Flatten", ["g1"], "f1"), node("Gemm", ["f1", "fc.weight"], "y"),
        ]
        model.graph.initializers = [
            floats("conv1.weight", [6, 2, 3, 3, 3]), floats("conv1.bias", [6], from: 7), floats("bn.weight", [6], from: 2),
            floats("bn.bias", [6], from: 9), floats("bn.mean", [6], from: 4),
            TensorProto(name: "bn.variance", dimensions: [6], floats: [1, 2, 3, 1, 2, 3]),
            floats("up.weight", [6, 4, 2, 2, 2], from: 3), floats("up.bias", [4], from: 5),
            floats("depthwise.weight", [4, 1, 2, 2, 2], from: 8), floats("fc.weight", [4, 3], from: 6),
        ]
        return try Graph(model)
    }

    private func outputs(_ graph: Graph) -> [Float] {
        let run = NetworkRun(graph, lanes: 5)
        let input = graph.inputs[0]
        for index in 0..<graph.values[input].count * 5 { run.workspace.value(input)[index] = GradientCase.number(index) }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        return run.output.flatMap(\.self)
    }

    private func slices(_ group: ChannelGroup, _ graph: Graph) -> [String] {
        group.slices.compactMap { slice in slice.parameter.map { "\(graph.parameters[$0].name)/\(slice.axis)*\(slice.width)" } }
    }

    @Test func channelsAreFollowedThroughVolumes() throws {
        let graph = try Self.network()
        let groups = ChannelAnalysis(graph).groups
        #expect(
            groups.map { slices($0, graph) } == [
                ["conv1.weight/0*1", "conv1.bias/0*1", "bn.weight/0*1", "bn.bias/0*1", "bn.mean/0*1", "bn.variance/0*1", "up.weight/0*1"],
                ["up.weight/1*1", "up.bias/0*1", "depthwise.weight/0*1", "fc.weight/1*1"],
            ])
    }

    @Test("removing a channel that is zero changes nothing", arguments: 0..<2) func exactRemoval(group index: Int) throws {
        var graph = try Self.network()
        let group = ChannelAnalysis(graph).groups[index]
        for slice in group.slices where slice.kind != .reads {
            guard let parameter = slice.parameter, graph.parameters[parameter].role.isTrainable else { continue }
            let shape = graph.parameters[parameter].shape
            let inner = shape[(slice.axis + 1)...].reduce(1, *)
            for place in graph.parameters[parameter].values.indices where slice.indices[1].contains(place / inner % shape[slice.axis]) {
                graph.parameters[parameter].values[place] = 0
            }
        }
        let smaller = try UnitSelection(graph, removing: [(group, [1])]).apply(to: graph)
        #expect(smaller.parameterCount < graph.parameterCount)
        #expect(difference(outputs(smaller), outputs(graph)) < 1e-6)
        let again = try Graph(smaller.exported())
        #expect(outputs(again).map(\.bitPattern) == outputs(smaller).map(\.bitPattern))
    }

    @Test func aNormalizationIsFoldedIntoAConvolutionOverVolumes() throws {
        let graph = try Self.network()
        let folded = graph.foldingIntoLayers()
        #expect(!folded.nodes.contains { $0.operation.onnxName == "BatchNormalization" })
        #expect(difference(outputs(folded), outputs(graph)) < 1e-5)
    }

    @Test("a convolution over volumes is the product of its weight and its columns", arguments: [0, 1])
    func product(layer index: Int) throws {
        let graph = try Self.network()
        let layer = try #require(graph.layers.filter { $0.operatorName == "Conv" }.dropFirst(index).first)
        let (input, product) = try #require(graph.product(of: layer))
        let shape = graph.values[input].shape
        let values = (0..<shape.reduce(3, *)).map { GradientCase.number($0 * 3) }
        let weight = graph.parameters[layer.weight].values
        var expected = [Float](repeating: 0, count: product.groups * product.units * product.positions * 3)
        var columns = [Float](repeating: .nan, count: product.columns * product.positions * 3)
        for group in 0..<product.groups {
            product.copyColumns(of: values, lanes: 3, group: group, positions: 0..<product.positions, into: &columns)
            for unit in 0..<product.units {
                for column in 0..<product.columns {
                    let factor = weight[product.weightIndex(group: group, unit: unit, column: column)]
                    for place in 0..<product.positions * 3 {
                        expected[((group * product.units + unit) * product.positions) * 3 + place]
                            .addProduct(factor, columns[column * product.positions * 3 + place])
                    }
                }
            }
        }
        let node = graph.nodes[layer.node]
        let shapes = OperandShapes(
            lanes: 3, inputs: [node.inputs[0], node.inputs[1]].map(graph.operandShape),
            outputs: node.outputs.map { graph.values[$0].shape })
        #expect(difference(convolved(node.operation.kernel(for: shapes), values, weight, count: expected.count), expected) < 1e-6)
    }

    /// What a convolution's kernel makes of an input and a weight.
    private func convolved(_ kernel: any Kernel, _ x: [Float], _ weight: [Float], count: Int) -> [Float] {
        let memory = FloatBuffer(x + weight + [Float](repeating: .nan, count: count))
        let inputs: [BufferPlace?] = [
            BufferPlace(.values, offset: 0, count: x.count), BufferPlace(.values, offset: x.count, count: weight.count),
        ]
        let outputs = [BufferPlace(.values, offset: x.count + weight.count, count: count)]
        let pass = PassMemory(parameters: memory.pointer)
        inputs.withUnsafeBufferPointer { inputs in
            outputs.withUnsafeBufferPointer { outputs in
                kernel.forward(
                    ForwardPass(
                        inputs: OptionalBuffers(inputs, in: pass), outputs: Buffers(outputs, in: pass), packedForward: memory.pointer,
                        retained: memory.pointer, epilogue: CKEpilogue(addend: nil, relu: false, mask: nil),
                        part: CKPart(index: 0, count: 1)))
            }
        }
        return (0..<count).map { memory.pointer[x.count + weight.count + $0] }
    }
}
