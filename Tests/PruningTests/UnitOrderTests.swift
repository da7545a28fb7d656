import NeuralGraph
import Pruning
import TestNetworks
import Testing
import Training

@Suite struct UnitOrderTests {
    private func pruned() throws -> Graph {
        var network = NetworkBuilder(input: [1, 8, 8], seed: 3)
        network.convolution("conv", 5)
        network.relu()
        network.maxPool(2)
        network.flatten()
        network.gemm("fc1", 9)
        network.relu()
        network.gemm("fc2", 4)
        var graph = try network.graph()
        var random = RandomStream(seed: 3, name: "holes")
        for layer in graph.layers {
            for index in graph.parameters[layer.weight].values.indices where random.next(below: 3) == 0 {
                graph.parameters[layer.weight].values[index] = 0
            }
        }
        return graph
    }

    private func rowCounts(_ graph: Graph, _ name: String) -> [Int] {
        let rows = graph.shape(of: name)[0]
        let width = graph[name].count / rows
        return (0..<rows).map { row in graph[name][row * width..<(row + 1) * width].filter { $0 != 0 }.count }
    }

    @Test func unitsStandInTheOrderOfTheirWeights() throws {
        let graph = try pruned()
        let ordered = try UnitOrder.densestFirst(graph)
        for name in ["conv.weight", "fc1.weight"] {
            #expect(rowCounts(graph, name) != rowCounts(graph, name).sorted(by: >))
            #expect(rowCounts(ordered, name) == rowCounts(ordered, name).sorted(by: >))
        }
        #expect(ordered.liveCounts == graph.liveCounts)
    }

    @Test func outputsStayWhatTheyAre() throws {
        let graph = try pruned()
        let ordered = try UnitOrder.densestFirst(graph)
        let (before, after) = (try graph.randomOutputs(), try ordered.randomOutputs())
        #expect(difference(before, after) < 1e-5)
        // Outputs themselves are not permuted: they would differ by much more.
        #expect(before.contains { abs($0) > 0.1 })
    }

    @Test func orderedNetworkIsLeftAsItIs() throws {
        let ordered = try UnitOrder.densestFirst(pruned())
        #expect(try UnitOrder.densestFirst(ordered).parameterBits == ordered.parameterBits)
    }
}
