import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import Testing
import TestNetworks

/// What goes with a hidden unit of a recurrent layer.
@Suite struct RecurrentChannelTests {
    private func slices(_ group: ChannelGroup, _ graph: Graph) -> [String] {
        group.slices.compactMap { slice in
            slice.parameter.map { "\(graph.parameters[$0].name)/\(slice.axis)*\(slice.width)" }
        }
    }

    private func network(isBidirectional: Bool = false) throws -> Graph {
        var network = NetworkBuilder(input: [5, 3])
        network.matMul("embedding", 4)
        network.recurrent("lstm", "LSTM", 6, isBidirectional: isBidirectional, givesLast: true, peepholes: true)
        network.flatten()
        network.gemm("output", 2)
        return try network.graph()
    }

    @Test func theRowsOfAllGatesAndTheColumnThatReadsTheUnit() throws {
        let graph = try network()
        let analysis = ChannelAnalysis(graph)
        #expect(graph.layers.map(\.name) == ["embedding", "lstm.W", "lstm.R", "output"])
        #expect(graph.layers.map { $0.bias.map { graph.parameters[$0].name } } == [nil, "lstm.B", nil, "output.bias"])
        #expect(slices(analysis.groups[0], graph) == ["embedding.weight/1*1", "lstm.W/2*1"])
        #expect(
            slices(analysis.groups[1], graph) == [
                "lstm.W/1*4", "lstm.R/1*4", "lstm.R/2*1", "lstm.B/1*8", "lstm.P/1*3", "output.weight/1*1",
            ])
        #expect(analysis.groups[1].slices[0].indices[2] == [2, 8, 14, 20])
        let smaller = try UnitSelection(graph, removing: [(analysis.groups[1], [0, 3])]).apply(to: graph)
        #expect(smaller.shape(of: "lstm.W") == [1, 16, 4])
        #expect(smaller.shape(of: "lstm.R") == [1, 16, 4])
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
    }

    @Test func multiplyAddsAreThoseOfEachWeight() throws {
        let graph = try network()
        let counts = graph.layers.map { graph.multiplyAdds(of: graph.nodes[$0.node], with: $0.weight) }
        #expect(counts == [5 * 3 * 4, 5 * 24 * 4, 5 * 24 * 6, 12])
    }

    @Test func bothDirectionsLoseAUnitTogether() throws {
        let joined = try network(isBidirectional: true)
        #expect(
            slices(ChannelAnalysis(joined).groups[1], joined) == [
                "lstm.W/1*4", "lstm.R/1*4", "lstm.R/2*1", "lstm.B/1*8", "lstm.P/1*3", "output.weight/1*2",
            ])
        var apart = NetworkBuilder(input: [5, 3])
        apart.recurrent("gru", "GRU", 4, isBidirectional: true)
        apart.matMul("read", 2)
        let graph = try apart.graph()
        #expect(slices(ChannelAnalysis(graph).groups[0], graph) == ["gru.W/1*3", "gru.R/1*3", "gru.R/2*1", "gru.B/1*6", "read.weight/0*1"])
    }

    @Test func unitsGoWithTheirInitialState() throws {
        var network = NetworkBuilder(input: [5, 3])
        network.recurrent("rnn", "RNN", 4)
        network.model.graph.inputs.append(ValueInfoProto(name: "h", shape: [.parameter("N"), .value(1), .value(4)]))
        network.model.graph.nodes[0].inputs += ["", "h"]
        network.matMul("read", 2)
        let graph = try network.graph()
        #expect(ChannelAnalysis(graph).protected.first?.reason == "its units are the network's input")
    }
}
