import CKernels
import CompressedModel
import GraphRewriting
import NeuralGraph
import Quantization
import Testing
import TestNetworks
import Training

@Suite struct IterativeQuantizationTests {
    /// A small trained network with its data.
    private struct Problem {
        let network: Graph
        let context: TrainingContext

        init(threads: Int = 1, floor: Double = 0.9) throws {
            var network = NetworkBuilder(input: [16])
            network.gemm("fc1", 12)
            network.relu()
            network.gemm("fc2", 4)
            let start = try network.graph()
            context = try TrainingContext.synthetic(
                for: start, classes: 4, shape: [16], noise: 0.7, floor: floor, threads: threads)
            self.network = try context.trained(start, epochs: 10)
        }

        func quantized(
            rounds: Int = 4, maxLevels: [Int?] = [9, 9], leastKept: [Int] = [0, 0], target: Int = 60, isTeacher: Bool = false
        ) throws -> [IterativeQuantization.Round] {
            try IterativeQuantization(
                rounds: rounds, epochsPerRound: 2, maxLevels: maxLevels, leastKept: leastKept, targetBytes: target,
                bytes: IterativeQuantizationTests.bytes
            ).run(network, isTeacher: isTeacher, context: context)
        }
    }

    /// The entropy of the levels, 2 bytes for each magnitude, 5 bits for each bias, floats as they are.
    private static let bytes: @Sendable (QuantizedNetwork) -> Int = { network in
        let bits = network.encodings.reduce(0.0) { sum, encoding in
            switch encoding {
            case .codebook(let magnitudes, let indices): sum + 16 * Double(magnitudes.count) + entropy(indices)
            case .uniform(_, let indices): sum + 5 * Double(indices.count)
            case .scaled(let scaled): sum + 5 * Double(scaled.indices.count)
            case .float32(let values): sum + 32 * Double(values.count)
            }
        }
        return Int(bits / 8)
    }

    private static func entropy(_ indices: [Int8]) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for index in indices { counts[Int(index) + 128] += 1 }
        return counts.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) * ck_log2(Double($1) / Double(indices.count)) }
    }

    @Test func everyWeightEndsAtOneOfTheLevelsOfItsLayer() throws {
        let rounds = try Problem().quantized(maxLevels: [9, 5])
        let network = try #require(rounds.last).network
        for (layer, most) in zip(network.graph.layers, [9, 5]) {
            let values = network.graph.parameters[layer.weight].values
            #expect(Set(values).count <= most)
            guard case .codebook(let magnitudes, let indices) = network.encodings[layer.weight] else {
                Issue.record("\(layer.name) has no codebook")
                continue
            }
            #expect(magnitudes == magnitudes.map(\.roundedToLevel))
            let codebook = Codebook(magnitudes: magnitudes)
            #expect(values == indices.map(codebook.value))
        }
    }

    @Test func biasesEndOnTheirSteps() throws {
        let network = try #require(try Problem().quantized().last).network
        for layer in network.graph.layers {
            let bias = try #require(layer.bias)
            guard case .uniform(let step, let indices) = network.encodings[bias] else {
                Issue.record("the bias of \(layer.name) has no step")
                continue
            }
            #expect(step == step.roundedToLevel)
            #expect(network.graph.parameters[bias].values == indices.map { Float($0) * step })
        }
    }

    @Test func roundsComeNearerToATightTargetAndKeepThePlacesOfZeros() throws {
        let rounds = try Problem(floor: 1.1).quantized(rounds: 8, target: 30)
        #expect(rounds.map(\.round) == Array(1...8))
        #expect(try #require(rounds.last).bytes <= 30)
        #expect(rounds[0].bytes > 30)
        #expect(rounds.map(\.nonzeros) == rounds.map(\.nonzeros).sorted(by: >))
        #expect(rounds.allSatisfy { Self.bytes($0.network) == $0.bytes && $0.network.nonzeros == $0.nonzeros })
    }

    @Test func scalesOfNormalizationEndOnStepsToo() throws {
        var network = NetworkBuilder(input: [16])
        network.batchNormalization("bn")
        network.gemm("fc1", 12)
        network.relu()
        network.gemm("fc2", 4)
        let graph = try network.graph().foldingIntoLayers()
        let context = try TrainingContext.synthetic(for: graph, classes: 4, shape: [16], noise: 0.7, floor: 0, threads: 1)
        let rounds = try IterativeQuantization(
            rounds: 2, epochsPerRound: 1, maxLevels: [9, 9], leastKept: [0, 0], targetBytes: 80, bytes: Self.bytes
        ).run(context.trained(graph, epochs: 4), context: context)
        let result = try #require(rounds.last).network
        for name in ["bn.weight", "bn.bias"] {
            let index = result.graph.index(ofParameter: name)
            guard case .uniform(let step, let indices) = result.encodings[index] else {
                Issue.record("\(name) has no step")
                continue
            }
            #expect(result.graph.parameters[index].values == indices.map { Float($0) * step })
            #expect(indices.contains { $0 != 0 })
        }
        #expect(result.graph["bn.variance"] == [Float](repeating: 1, count: 16))
    }

    @Test func theSizeThatIsAllowedIsUsed() throws {
        let problem = try Problem(floor: 1.1)
        for target in [25, 30, 40] {
            let last = try #require(try problem.quantized(rounds: 3, target: target).last)
            // Weights die only where the file is too large; the entropy of so few weights moves in steps of a byte or two.
            #expect((target - 4...target).contains(last.bytes))
        }
    }

    @Test func frozenShareGrowsToAll() throws {
        let frozen = try Problem(floor: 1.1).quantized(rounds: 5).map(\.frozen)
        #expect(frozen == frozen.sorted())
        #expect(frozen.last == 1)
    }

    @Test func oneRoundAndEightRoundsGiveDifferentNetworks() throws {
        let problem = try Problem(floor: 1.1)
        let one = try #require(try problem.quantized(rounds: 1, target: 30).last)
        let eight = try #require(try problem.quantized(rounds: 8, target: 30).last)
        #expect(one.bytes <= 30)
        #expect(eight.bytes <= 30)
        #expect(one.network.graph.parameterBits != eight.network.graph.parameterBits)
    }

    @Test func itEndsAfterTheRoundThatMeetsTheTarget() throws {
        let rounds = try Problem().quantized(rounds: 6, target: 100_000)
        #expect(rounds.map(\.round) == [1])
        #expect(rounds[0].validation.value >= 0.9)
    }

    @Test func asManyWeightsAsMustStayAreNotZero() throws {
        let problem = try Problem()
        let before = problem.network["fc1.weight"].count
        let rounds = try problem.quantized(leastKept: [before - 3, 0], target: 1)
        let values = try #require(rounds.last).network.graph["fc1.weight"]
        #expect(values.count { $0 != 0 } == before - 3)
    }

    @Test("a network that is still its teacher starts within the target") func untrained() throws {
        let rounds = try Problem(floor: 1.1).quantized(rounds: 2, maxLevels: [31, 31], target: 120, isTeacher: true)
        #expect(rounds.count == 2)
        #expect(rounds.allSatisfy { $0.bytes <= 120 })
        #expect(try #require(rounds.last).validation.value > 0.9)
        let two = try Problem(threads: 2, floor: 1.1).quantized(rounds: 2, maxLevels: [31, 31], target: 120, isTeacher: true)
        #expect(two.map(\.network.graph.parameterBits) == rounds.map(\.network.graph.parameterBits))
    }

    @Test("weights that must stay do so from the start", arguments: [false, true]) func keptFromTheStart(_ isTeacher: Bool) throws {
        let problem = try Problem(floor: 1.1)
        let before = problem.network["fc1.weight"].count
        let rounds = try problem.quantized(rounds: 1, leastKept: [before - 3, 0], target: 60, isTeacher: isTeacher)
        let values = try #require(rounds.last).network.graph["fc1.weight"]
        #expect(values.count { $0 != 0 } >= before - 3)
    }

    @Test func everyRoundIsReportedAsItEnds() throws {
        let problem = try Problem(floor: 1.1)
        var told: [Int] = []
        let rounds = try IterativeQuantization(
            rounds: 3, epochsPerRound: 1, maxLevels: [9, 9], leastKept: [0, 0], targetBytes: 60, bytes: Self.bytes
        ).run(problem.network, context: problem.context) { told.append($0.round) }
        #expect(told == rounds.map(\.round))
    }

    @Test func layersWithoutLevelsStayInFloats() throws {
        let problem = try Problem()
        let rounds = try problem.quantized(rounds: 2, maxLevels: [9, nil], target: 400)
        let network = try #require(rounds.last).network
        let (first, second) = (network.graph.layers[0], network.graph.layers[1])
        for parameter in [second.weight, try #require(second.bias)] {
            guard case .float32(let values) = network.encodings[parameter] else {
                Issue.record("\(network.graph.parameters[parameter].name) is not in floats")
                continue
            }
            #expect(values == network.graph.parameters[parameter].values)
        }
        #expect(Set(network.graph.parameters[second.weight].values).count > 9)
        #expect(Set(network.graph.parameters[first.weight].values).count <= 9)
        #expect(try problem.quantized(maxLevels: [nil, nil]).isEmpty)
    }

    @Test func deadWeightsStayDead() throws {
        let problem = try Problem()
        var sparse = problem.network
        for index in stride(from: 0, to: 192, by: 2) { sparse["fc1.weight"][index] = 0 }
        let rounds = try IterativeQuantization(
            rounds: 2, epochsPerRound: 2, maxLevels: [9, 9], leastKept: [0, 0], targetBytes: 200, bytes: Self.bytes
        ).run(sparse, context: problem.context)
        let values = try #require(rounds.last).network.graph["fc1.weight"]
        #expect(stride(from: 0, to: 192, by: 2).allSatisfy { values[$0] == 0 })
        #expect(values.contains { $0 != 0 })
    }

    @Test func threadsDoNotChangeTheResult() throws {
        let results = try [1, 2].map { threads in
            try Problem(threads: threads, floor: 1.1).quantized(rounds: 3).map { round in
                round.network.graph.parameterBits
            }
        }
        #expect(results[0] == results[1])
    }
}
