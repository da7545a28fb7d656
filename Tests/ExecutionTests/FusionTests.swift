import Execution
import NeuralGraph
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
}
