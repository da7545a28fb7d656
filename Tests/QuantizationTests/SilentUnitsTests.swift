import NeuralGraph
@testable import Quantization
import TestNetworks
import Testing
import Training

@Suite struct SilentUnitsTests {
    /// A trained network with more outputs than there are classes: 4 is kept low by its bias, 5 by a weight that its bias would
    /// outdo. Hidden unit 0 is the same for all samples.
    private func problem(floor: Double) throws -> (network: Graph, context: TrainingContext) {
        var builder = NetworkBuilder(input: [16])
        builder.gemm("fc1", 12)
        builder.relu()
        builder.gemm("fc2", 6)
        let start = try builder.graph()
        let context = try TrainingContext.synthetic(for: start, classes: 4, shape: [16], noise: 0.5, floor: floor)
        var network = try context.trained(start, epochs: 10)
        func set(_ name: String, _ changes: (inout [Float]) -> Void) throws {
            let index = try #require(network.parameters.firstIndex { $0.name == name })
            changes(&network.parameters[index].values)
        }
        try set("fc1.weight") { weights in for column in 0..<16 { weights[column] = 1e-4 } }
        try set("fc1.bias") { $0[0] = 10 }
        try set("fc2.weight") { weights in
            for unit in 0..<5 { weights[unit * 12] = 1e-4 }
            weights[5 * 12] = -5
        }
        try set("fc2.bias") { $0[4] = -30; $0[5] = 20 }
        return (network, context)
    }

    /// Live weights of each unit of `fc2`.
    private func live(_ problem: (network: Graph, context: TrainingContext)) throws -> [Int] {
        var state = QuantizationState(
            problem.network, maxLevels: [255, 255], leastKept: [0, 0], isTeacher: true, context: problem.context)
        try state.run.observe(drawsAnswers: false)
        try state.silenceUnits()
        let levels = state.layers[1].levels
        let values = state.run.latent.array[state.layers[1].range]
        #expect(zip(levels, values).allSatisfy { ($0 == 0) == ($1 == 0) })
        return (0..<6).map { unit in levels[unit * 12..<(unit + 1) * 12].count { $0 != 0 } }
    }

    @Test("a class that no sample has gives its weights away, unless its bias alone would win") func classes() throws {
        var problem = try problem(floor: 0.5)
        #expect(try live(problem) == [12, 12, 12, 12, 12, 12])
        let index = try #require(problem.network.parameters.firstIndex { $0.name == "fc2.bias" })
        problem.network.parameters[index].values[5] = -30
        #expect(try live(problem) == [12, 12, 12, 12, 0, 0])
    }
}
