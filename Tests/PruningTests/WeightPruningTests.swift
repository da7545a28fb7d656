import NeuralGraph
import Pruning
import TestNetworks
import Testing
import Training

@Suite struct WeightPruningTests {
    @Test(arguments: Contribution.allCases) func weightsDieAndTheFloorHolds(_ contribution: Contribution) throws {
        let problem = try Problem()
        let pruned = try problem.prunedWeights(contribution)
        #expect(pruned.liveCounts.reduce(0, +) < 180)
        #expect(problem.leastDuringTraining.isMet(by: try problem.context.evaluate(pruned)))
    }

    @Test func networkThatDoesNotMeetTheFloorIsLeftAsItIs() throws {
        let problem = try Problem(floor: 1.1)
        #expect(try problem.prunedWeights().parameterBits == problem.network.parameterBits)
    }

    @Test func limitKeepsWeights() throws {
        let pruned = try Problem(floor: 0.3).prunedWeights(limits: [0.5, 0.75], targetBytes: 1)
        #expect(pruned.liveCounts == [96, 12])
    }

    @Test func layersThatMayNotBePrunedKeepAllWeights() throws {
        let pruned = try Problem(floor: 0.3).prunedWeights(limits: [0.9, 0])
        #expect(pruned.liveCounts[1] == 48)
        #expect(pruned.liveCounts[0] < 100)
        let problem = try Problem()
        #expect(try problem.prunedWeights(limits: [0, 0]).parameterBits == problem.network.parameterBits)
    }

    @Test func contributionsChooseDifferentWeights() throws {
        let problem = try Problem(floor: 0.3)
        let zeros = try Contribution.allCases.map { try problem.prunedWeights($0).zeros }
        #expect(Set(zeros).count == Contribution.allCases.count)
    }

    @Test func noiseInTrainingLeadsToOtherWeights() throws {
        let problem = try Problem()
        let pruned = try problem.prunedWeights(noise: 0.2)
        #expect(pruned.liveCounts.reduce(0, +) < 180)
        #expect(pruned.parameterBits != (try problem.prunedWeights()).parameterBits)
    }

    @Test func threadsDoNotChangeTheResult() throws {
        let results = try [1, 2].map { try Problem(threads: $0).prunedWeights(noise: 0.2).parameterBits }
        #expect(results[0] == results[1])
    }
}
