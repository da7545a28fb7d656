import NeuralGraph
import Pruning
import TestNetworks
import Testing
import Training

@Suite struct UnitPruningTests {
    @Test(arguments: Contribution.allCases) func tensorsShrinkAndTheFloorHolds(_ contribution: Contribution) throws {
        let problem = try Problem()
        let pruned = try problem.prunedUnits(contribution)
        #expect(pruned.shape(of: "fc1.weight")[0] < 12)
        #expect(pruned.shape(of: "fc2.weight") == [4, pruned.shape(of: "fc1.weight")[0]])
        #expect(problem.leastDuringTraining.isMet(by: try problem.context.evaluate(pruned)))
    }

    @Test func networkThatDoesNotMeetTheFloorIsLeftAsItIs() throws {
        let problem = try Problem(floor: 1.1)
        #expect(try problem.prunedUnits().parameterBits == problem.network.parameterBits)
    }

    @Test func limitKeepsUnits() throws {
        let pruned = try Problem(floor: 0.3).prunedUnits(limits: [0.5, 0])
        #expect(pruned.shape(of: "fc1.weight")[0] == 6)
    }

    @Test func layersThatMayNotBePrunedKeepTheirUnits() throws {
        let pruned = try Problem(floor: 0.3).prunedUnits(limits: [0, 0])
        #expect(pruned.shape(of: "fc1.weight") == [12, 16])
    }

    @Test func removalEndsAtTheTarget() throws {
        let problem = try Problem(floor: 0.3)
        let pruned = try problem.prunedUnits(targetWeights: 120)
        #expect((100...120).contains(pruned.weightCount))
        #expect(try problem.prunedUnits(targetWeights: 240).parameterBits == problem.network.parameterBits)
    }

    @Test func removalGoesOnUntilThereAreFewEnoughMultiplyAdds() throws {
        let problem = try Problem(floor: 0.3)
        let pruned = try problem.prunedUnits(targetWeights: 240, speedup: 2)
        #expect((100...120).contains(pruned.multiplyAdds))
        #expect(problem.network.multiplyAdds == 240)
    }

    @Test func unitGoesFirstWhoseWeightsWillNotStay() throws {
        let problem = try Problem(floor: 0.3)
        // 200 of 240 weights go with 10 units, 20 with one.
        for contribution in Contribution.allCases {
            let pruned = try problem.prunedUnits(contribution, targetWeights: 200, remainingWeights: 60)
            #expect(pruned.shape(of: "fc1.weight") == [10, 16])
            #expect(problem.leastDuringTraining.isMet(by: try problem.context.evaluate(pruned)))
        }
    }

    @Test func threadsDoNotChangeTheResult() throws {
        let results = try [1, 2].map { try Problem(threads: $0).prunedUnits().parameterBits }
        #expect(results[0] == results[1])
    }
}
