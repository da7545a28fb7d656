@testable import Execution
import GraphConversion
import NeuralGraph
import TestNetworks
import Testing

/// What is left of the values of the way there when the way back begins.
@Suite struct WayBackTests {
    @Test("gradients are the same bits where no value's memory is given to others", arguments: Fixture.namesWithGradients)
    func keepingAll(name: String) throws {
        let fixture = try Fixture(name)
        let graph = try Graph(try Probe.added(to: fixture.model))
        let gradients = try [[], Array(graph.values.indices)].map { kept in
            let run = NetworkRun(graph, lanes: 3, isTraining: true, keeping: kept)
            try run.forward(fixture)
            try run.backward(fixture)
            return run.gradients.array.map(\.bitPattern)
        }
        #expect(gradients[0] == gradients[1])
    }

    @Test func valuesThatNoGradientReadsTakeNoMemoryOfTheirOwn() throws {
        var network = NetworkBuilder(input: [64])
        for _ in 0..<8 { network.node("Neg", [], shape: [64]) }
        network.gemm("fc", 64)
        for _ in 0..<8 { network.node("Neg", [], shape: [64]) }
        let graph = try network.graph()
        let plan = Plan(graph, lanes: 1, losses: [graph.outputs[0]])
        #expect(plan.values.floats <= 4 * 64)
    }
}
