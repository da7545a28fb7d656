import NeuralGraph
@testable import Quantization
import TestNetworks
import Testing
import Training

@Suite struct SilentUnitsTests {
    /// A trained network with two outputs more than there are classes, that say little about the sample and stay far below the
    /// others, by their bias or else by a weight of hidden unit 0, which is the same for all samples.
    private func problem(bias: Bool) throws -> (network: Graph, context: TrainingContext) {
        var builder = NetworkBuilder(input: [16])
        builder.gemm("fc1", 12)
        builder.relu()
        builder.gemm("fc2", 6, bias: bias)
        let start = try builder.graph()
        let context = try TrainingContext.synthetic(for: start, classes: 4, shape: [16], noise: 0.5, floor: 0.5)
        var network = try context.trained(start, epochs: 10)
        for column in 0..<16 { network["fc1.weight"][column] = 1e-4 }
        network["fc1.bias"][0] = 10
        // Classes are told apart by what is left between outputs when all of them are low.
        for unit in 0..<6 { network["fc2.weight"][unit * 12] = unit < 4 ? -5 : -10 }
        return (network, context)
    }

    private func silenced(_ problem: (network: Graph, context: TrainingContext)) throws -> QuantizationState {
        let (network, context) = problem
        var state = QuantizationState(
            network, maxLevels: [255, 255], leastKept: [0, 0], isTeacher: true, context: context)
        try state.run.observe(drawsAnswers: false)
        let moments = InputMoments.measure(
            network.layers, of: network, weights: state.run.latent, on: context.train, parallel: .one, progress: .silent)
        try state.silenceUnits(zip(state.layers, moments).map { BiasCorrection(of: $0.layer, $1, in: state.run.graph) })
        return state
    }

    /// Live weights of each unit of `fc2`.
    private func live(_ state: QuantizationState) -> [Int] {
        let levels = state.layers[1].levels
        let values = state.run.latent.array[state.layers[1].range]
        #expect(zip(levels, values).allSatisfy { ($0 == 0) == ($1 == 0) })
        return (0..<6).map { unit in levels[unit * 12..<(unit + 1) * 12].count { $0 != 0 } }
    }

    @Test("classes that no sample has give their weights away for their mean") func classes() throws {
        let problem = try problem(bias: true)
        let state = try silenced(problem)
        #expect(live(state) == [12, 12, 12, 12, 0, 0])
        let before = problem.network["fc2.bias"]
        let after = state.run.network(state.run.latent)["fc2.bias"]
        #expect(before[..<4] == after[..<4])
        let train = problem.context.train
        let outputs = try Evaluator(metric: .top1, parallel: .one).outputs(of: problem.network, on: train)[0].outputs
        for unit in 4..<6 {
            let sum = stride(from: unit, to: outputs.count, by: 6).reduce(0.0) { $0 + Double(outputs[$1]) }
            #expect(abs(Double(after[unit]) - sum / Double(train.count)) < 1e-2)
            #expect(after[unit] < -90)
        }
    }

    @Test("units that nothing shifts keep weights without which they would win") func noBias() throws {
        #expect(live(try silenced(problem(bias: false))) == [12, 12, 12, 12, 12, 12])
    }
}
