import DependencyGroups
import NeuralGraph
import Testing
import TestNetworks

/// Heads of attention are units.
@Suite struct AttentionChannelTests {
    private func network(_ add: (inout NetworkBuilder) -> Void) throws -> Graph {
        var network = NetworkBuilder(input: [5, 6])
        add(&network)
        network.matMul("output", 2)
        return try network.graph()
    }

    /// The slices of the group that a layer makes.
    private func slices(_ graph: Graph, _ name: String) throws -> [String] {
        let layer = try #require(graph.layers.firstIndex { $0.name == name })
        let group = try #require(ChannelAnalysis(graph).groups.first { $0.layers.contains(layer) })
        return ["\(group.units) units"]
            + group.slices.compactMap { slice in slice.parameter.map { "\(graph.parameters[$0].name)/\(slice.axis)*\(slice.width)" } }
    }

    @Test func aHeadIsSoManyColumnsOfEachProjection() throws {
        let graph = try network { $0.attention("a", heads: 4, width: 3) }
        #expect(
            try slices(graph, "a.query")
                == ["4 units", "a.query.weight/1*3", "a.key.weight/1*3", "a.value.weight/1*3", "a.output.weight/0*3"])
    }

    @Test func aHeadIsThreePartsOfAFusedProjection() throws {
        let graph = try network { $0.fusedAttention("a", heads: 4, width: 2) }
        #expect(try slices(graph, "a.projections") == ["4 units", "a.projections.weight/1*6", "a.output.weight/0*2"])
        let group = try #require(ChannelAnalysis(graph).groups.first { $0.units == 4 })
        #expect(group.slices[0].indices[1] == [2, 3, 10, 11, 18, 19])
        let smaller = try UnitSelection(graph, removing: [(group, [0, 3])]).apply(to: graph)
        #expect(smaller.shape(of: "a.projections.weight") == [6, 12])
        #expect(smaller.shape(of: "a.output.weight") == [4, 6])
    }
}
