import Execution
import NeuralGraph
import Pruning
import TestNetworks
import Testing
import Training

@Suite struct RetrainingTests {
    /// The problem's network with every third weight set to zero.
    private func sparse(_ problem: Problem) -> Graph {
        var graph = problem.network
        for name in ["fc1.weight", "fc2.weight"] {
            for index in stride(from: 0, to: graph[name].count, by: 3) { graph[name][index] = 0 }
        }
        return graph
    }

    private func retrained(_ network: Graph, epochs: Int, _ context: TrainingContext) throws -> Graph {
        try Retraining(epochs: epochs).run(network, validation: context.evaluate(network), context: context).network
    }

    @Test func deadWeightsStayDeadAndTheOthersLearn() throws {
        let problem = try Problem()
        let before = sparse(problem)
        let after = try retrained(before, epochs: 6, problem.context)
        #expect(after.zeros == before.zeros)
        #expect(after.parameterBits != before.parameterBits)
        let (old, new) = (try problem.context.evaluate(before), try problem.context.evaluate(after))
        #expect(new.isBetter(than: old))
    }

    @Test func networkComesWithItsEvaluation() throws {
        let problem = try Problem()
        let before = sparse(problem)
        for epochs in [0, 1, 6] {
            let after = try Retraining(epochs: epochs).run(
                before, validation: problem.context.evaluate(before), context: problem.context)
            #expect(after.validation == (try problem.context.evaluate(after.network)))
        }
    }

    @Test func noEpochsLeaveTheNetwork() throws {
        let problem = try Problem()
        let after = try retrained(problem.network, epochs: 0, problem.context)
        #expect(after.parameterBits == problem.network.parameterBits)
    }

    @Test func threadsDoNotChangeTheResult() throws {
        let results = try [1, 2].map { threads in
            let problem = try Problem(threads: threads)
            return try retrained(sparse(problem), epochs: 3, problem.context).parameterBits
        }
        #expect(results[0] == results[1])
    }

    @Test func maskKnowsZerosOfWeightsOnly() throws {
        var graph = try NetworkBuilder.twoLayers()
        graph["fc1.weight"][5] = 0
        graph["fc1.bias"][0] = 0
        let mask = WeightMask(graph, layout: ParameterLayout(graph))
        #expect(mask.liveCount == 16 * 12 + 12 * 4 - 1)
        #expect(mask.isLive(layer: 0).enumerated().filter { !$0.element }.map(\.offset) == [5])
        let buffer = FloatBuffer([Float](repeating: 2, count: graph.parameterCount))
        mask.set(7, isAlive: false)
        mask.apply(to: buffer)
        #expect(buffer.array.indices.filter { buffer.array[$0] == 0 } == [5, 7])
        mask.set(7, isAlive: true)
        #expect(mask.isAlive(7))
    }
}
