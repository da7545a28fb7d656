import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import Testing
import TestNetworks

@Suite struct ChannelAnalysisTests {
    /// A group's slices as text: `conv1.weight/0*1` is axis 0 with one index for each unit.
    private func slices(_ group: ChannelGroup, _ graph: Graph) -> [String] {
        group.slices.compactMap { slice in
            slice.parameter.map { "\(graph.parameters[$0].name)/\(slice.axis)*\(slice.width)" }
        }
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
        #expect(analysis.groups.map { $0.layers.map { graph.layers[$0].name } } == [["conv1"], ["conv2"], ["fc1"]])
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

    @Test func addedUnitsGoTogether() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc1", 4)
        let first = network.current
        network.gemm("fc2", 4)
        network.node("Add", name: "join", [first], shape: [4])
        network.gemm("fc3", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.layers) == [[0, 1]])
        #expect(
            slices(groups[0], graph) == [
                "fc1.weight/0*1", "fc1.bias/0*1", "fc2.weight/0*1", "fc2.weight/1*1", "fc2.bias/0*1", "fc3.weight/1*1",
            ])
    }

    @Test func concatenatedUnitsKeepApart() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc1", 4)
        let first = network.current
        network.gemm("fc2", 3)
        network.node("Concat", name: "join", [first, first], [AttributeProto("axis", .int(1))], shape: [11])
        network.gemm("fc3", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.layers) == [[0], [1]])
        #expect(
            slices(groups[0], graph) == ["fc1.weight/0*1", "fc1.bias/0*1", "fc2.weight/1*1", "fc3.weight/1*2"])
        #expect(groups[0].slices[3].indices == [[3, 7], [4, 8], [5, 9], [6, 10]])
        #expect(slices(groups[1], graph) == ["fc2.weight/0*1", "fc2.bias/0*1", "fc3.weight/1*1"])
    }

    @Test func groupsOfAConvolutionStayEquallyLarge() throws {
        var network = NetworkBuilder(input: [1, 6, 6])
        network.convolution("conv1", 6)
        network.convolution("conv2", 4, groups: 2)
        network.flatten()
        network.gemm("fc", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.units) == [3, 2])
        #expect(slices(groups[0], graph) == ["conv1.weight/0*2", "conv1.bias/0*2", "conv2.weight/1*1"])
        #expect(groups[0].slices[0].indices == [[0, 3], [1, 4], [2, 5]])
        #expect(slices(groups[1], graph) == ["conv2.weight/0*2", "conv2.bias/0*2", "fc.weight/1*8"])
    }

    @Test func wholeGroupsOfAConvolutionGoWhereTheyMust() throws {
        // Heads are divided behind the convolution, whose groups they are; a softmax is taken over the places in them.
        var network = NetworkBuilder(input: [1, 6, 6])
        network.convolution("conv1", 6)
        network.convolution("conv2", 9, kernel: 1, groups: 3)
        network.reshape("heads", [3, 3, 4, 4])
        network.node("Softmax", name: "softmax", [], [AttributeProto("axis", .int(2))], shape: network.shape)
        network.flatten()
        network.gemm("fc", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.units) == [3])
        #expect(
            slices(groups[0], graph) == [
                "conv1.weight/0*2", "conv1.bias/0*2", "conv2.weight/0*3", "conv2.bias/0*3", "fc.weight/1*48",
            ])
        let smaller = try UnitSelection(graph, removing: [(groups[0], [1])]).apply(to: graph)
        #expect(smaller.shape(of: "conv2.weight") == [6, 2, 1, 1])
        #expect(smaller.values.map(\.shape) == [[1, 6, 6], [4, 4, 4], [6, 4, 4], [2, 3, 4, 4], [2, 3, 4, 4], [96], [2]])
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
    }

    @Test func depthwiseChannelsGoWithTheirInputs() throws {
        var network = NetworkBuilder(input: [1, 6, 6])
        network.convolution("conv1", 3)
        network.convolution("conv2", 6, groups: 3)
        network.flatten()
        network.gemm("fc", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.units) == [3])
        #expect(
            slices(groups[0], graph) == [
                "conv1.weight/0*1", "conv1.bias/0*1", "conv2.weight/0*2", "conv2.bias/0*2", "fc.weight/1*8",
            ])
        let smaller = try UnitSelection(graph, removing: [(groups[0], [1])]).apply(to: graph)
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
        #expect(smaller.shape(of: "conv2.weight") == [4, 1, 3, 3])
    }

    @Test func sharedTensorsLoseUnitsWhereverTheyAreUsed() throws {
        var network = NetworkBuilder(input: [3])
        network.gemm("fc0", 4)
        network.gemm("fc1", 4)
        network.node("Gemm", name: "again", ["fc1.weight"], [AttributeProto("transB", .int(1))], shape: [4])
        network.gemm("fc2", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        #expect(groups.map(\.layers) == [[0, 1]])
        #expect(
            slices(groups[0], graph) == [
                "fc0.weight/0*1", "fc0.bias/0*1", "fc1.weight/0*1", "fc1.weight/1*1", "fc1.bias/0*1", "fc2.weight/1*1",
            ])
    }

    @Test func whatIsNotUnderstoodProtectsItsUnits() throws {
        var network = NetworkBuilder(input: [3])
        network.gemm("fc1", 4)
        network.softmax()
        network.gemm("fc2", 2)
        #expect(
            reasons(try network.graph()) == [
                "fc1": "Softmax over the channels ('softmax1')", "fc2": "its units are the network's output",
            ])
    }
}
