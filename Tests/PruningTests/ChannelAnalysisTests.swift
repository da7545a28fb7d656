import NeuralGraph
import ONNX
import TestNetworks
import Testing

@Suite struct ChannelAnalysisTests {
    /// A group's slices as text: `conv1.weight/0*1` is axis 0 with factor 1.
    private func slices(_ group: ChannelGroup, _ graph: Graph) -> [String] {
        group.slices.map { "\(graph.parameters[$0.parameter].name)/\($0.axis)*\($0.factor)" }
    }

    private func reasons(_ graph: Graph) -> [String: String] {
        let analysis = ChannelAnalysis(graph)
        return Dictionary(uniqueKeysWithValues: analysis.protected.map { (graph.layers[$0.layer].name, $0.reason) })
    }

    @Test func channelsAreFollowedThroughPoolingAndFlattening() throws {
        var network = NetworkBuilder(input: [1, 10, 10])
        network.convolution("conv1", 3)
        network.relu()
        network.maxPool(2)
        network.convolution("conv2", 5)
        network.batchNormalization("bn2")
        network.relu()
        network.flatten()
        network.gemm("fc1", 7)
        network.gemm("fc2", 2)
        let graph = try network.graph()
        let analysis = ChannelAnalysis(graph)
        #expect(analysis.groups.map(\.units) == [3, 5, 7])
        #expect(analysis.groups.map { graph.layers[$0.layer].name } == ["conv1", "conv2", "fc1"])
        #expect(slices(analysis.groups[0], graph) == ["conv1.weight/0*1", "conv1.bias/0*1", "conv2.weight/1*1"])
        #expect(
            slices(analysis.groups[1], graph) == [
                "conv2.weight/0*1", "conv2.bias/0*1", "bn2.weight/0*1", "bn2.bias/0*1", "bn2.mean/0*1",
                "bn2.variance/0*1", "fc1.weight/1*4",
            ])
        #expect(slices(analysis.groups[2], graph) == ["fc1.weight/0*1", "fc1.bias/0*1", "fc2.weight/1*1"])
        #expect(reasons(graph) == ["fc2": "its units are the network's output"])
    }

    @Test func unitsReadTwiceBelongToOneGroup() throws {
        var network = NetworkBuilder(input: [6])
        network.gemm("fc1", 5)
        let (hidden, shape) = (network.current, network.shape)
        network.gemm("left", 3)
        let left = network.current
        (network.current, network.shape) = (hidden, shape)
        network.gemm("right", 2)
        let graph = try network.graph(alsoOutputs: [left])
        let group = try #require(ChannelAnalysis(graph).groups.first)
        #expect(Set(slices(group, graph)) == ["fc1.weight/0*1", "fc1.bias/0*1", "left.weight/1*1", "right.weight/1*1"])
    }

    @Test(arguments: [("Add", "Add joins two values ('join')"), ("Concat", "Concat joins values ('join')")])
    func joinedUnitsAreProtected(_ type: String, _ reason: String) throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc1", 4)
        let first = network.current
        network.gemm("fc2", 4)
        network.node(
            type, name: "join", [first], type == "Concat" ? [AttributeProto("axis", .int(1))] : [],
            shape: [type == "Concat" ? 8 : 4])
        network.gemm("fc3", 2)
        let graph = try network.graph()
        #expect(ChannelAnalysis(graph).groups.isEmpty)
        #expect(reasons(graph) == ["fc1": reason, "fc2": reason, "fc3": "its units are the network's output"])
    }

    @Test func groupedConvolutionProtectsItselfAndTheLayerBefore() throws {
        var network = NetworkBuilder(input: [1, 6, 6])
        network.convolution("conv1", 4)
        network.convolution("conv2", 4, groups: 2)
        network.flatten()
        network.gemm("fc", 2)
        #expect(
            reasons(try network.graph()) == [
                "conv1": "Conv in 2 groups ('conv2')", "conv2": "Conv has no units that can be told apart",
                "fc": "its units are the network's output",
            ])
    }

    @Test func sharedTensorsAreProtected() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc1", 4)
        network.node("Gemm", name: "again", ["fc1.weight"], [AttributeProto("transB", .int(1))], shape: [4])
        network.gemm("fc2", 2)
        let graph = try network.graph()
        #expect(ChannelAnalysis(graph).groups.isEmpty)
        #expect(reasons(graph)["fc1"] == "the tensor 'fc1.weight' is shared")
    }
}
