import CKernels
import CompressedModel
import Execution
import Foundation
import NeuralGraph
@testable import Quantization
import TestNetworks
import Testing
import Training

@Suite struct PostTrainingTests {
    @Test("A factor times its transpose is the matrix with a stronger diagonal", arguments: [0, 0.25]) func factor(shrinkage: Double) {
        var random = RandomStream(seed: 3, name: "factor")
        let size = 13
        let rows = (0..<40).map { _ in (0..<size).map { _ in random.nextNormal() } }
        let second = FloatBuffer(count: size * size)
        for i in 0..<size { for j in i..<size { second.pointer[i * size + j] = rows.reduce(0) { $0 + $1[i] * $1[j] } } }
        let factor = ColumnFactor(second, size: size, added: 0.1, shrinkage: shrinkage, parallel: .one)
        let trace = (0..<size).reduce(0.0) { $0 + Double(second.pointer[$1 * size + $1]) }
        #expect(factor.order.sorted() == Array(0..<size))
        for i in 0..<size {
            for j in i..<size {
                let product = (j..<size).reduce(0.0) {
                    $0 + Double(factor.elements.pointer[i * size + $1]) * Double(factor.elements.pointer[j * size + $1])
                }
                let (a, b) = (min(factor.order[i], factor.order[j]), max(factor.order[i], factor.order[j]))
                let element = Double(second.pointer[a * size + b]) * (i == j ? 1 : 1 - shrinkage)
                #expect(abs(product - element - (i == j ? 0.1 * trace / Double(size) : 0)) < 1e-5 * trace)
            }
        }
    }

    @Test("Steps are so much finer as errors cost more, where that pays for the scales") func steps() {
        let costs = (0..<64).map { ck_exp2(Double($0 % 4) * 2) }
        let steps = MatrixSteps(rowCosts: costs, columnCosts: [1], weights: 64 * 64)
        #expect(steps.columns.isEmpty && Set(steps.rows) == [6, 2, -2, -6])
        for (cost, exponent) in zip(costs, steps.rows) {
            let step = Double(steps.step(0.5) * ScaledIndices.scale(exponent))
            #expect(abs(step * cost.squareRoot() / 0.5 - 1) < 0.03)
        }
        #expect(MatrixSteps(rowCosts: costs, columnCosts: [1], weights: 64).rows.isEmpty)
        let alike = MatrixSteps(rowCosts: costs, columnCosts: [1], weights: 64).step(1)
        #expect(abs(Double(alike * alike) * costs.reduce(0, +) / 64 - 1) < 0.04)
    }

    @Test("The distance search ends just below the target") func distance() {
        var search = DistanceSearch(target: 10_000, weights: 40_000)
        var (exponent, sizes): (Double?, [Int]) = (-3, [])
        while let present = exponent {
            sizes.append(Int(30_000 * ck_exp2(-0.6 * (present + 3))))
            exponent = search.next(after: present, bytes: sizes[sizes.count - 1])
        }
        #expect((9_900...10_000).contains(sizes.filter { $0 <= 10_000 }.max() ?? 0))
        #expect(sizes.count < 8)
    }

    @Test("The distance is found where an octave saves little") func flatSize() {
        var search = DistanceSearch(target: 2_400, weights: 13_000)
        var (exponent, sizes): (Double?, [Int]) = (-9, [])
        while let present = exponent {
            sizes.append(Int(1_800 + 2_000 * ck_exp2(-0.5 * (present + 9))))
            exponent = search.next(after: present, bytes: sizes[sizes.count - 1])
        }
        #expect((2_376...2_400).contains(sizes.filter { $0 <= 2_400 }.max() ?? 0))
    }

    @Test("The distance is found where sizes do not always fall") func unsteadySize() {
        var search = DistanceSearch(target: 1_563, weights: 13_000)
        var (exponent, sizes): (Double?, [Int]) = (-8, [])
        while let present = exponent {
            let wave = 12 * (present * 40).truncatingRemainder(dividingBy: 1).magnitude
            sizes.append(Int(600 + 2_400 * ck_exp2(-0.45 * (present + 8)) + wave))
            exponent = search.next(after: present, bytes: sizes[sizes.count - 1])
        }
        #expect((1_547...1_563).contains(sizes.filter { $0 <= 1_563 }.max() ?? 0), "\(sizes)")
    }

    @Test("The farthest distance that keeps the accuracy is found from both sides", arguments: [-7.3, 0.2, 5.9])
    func farthest(bound: Double) {
        var search = FarthestDistance(0)
        var best = -Double.infinity
        while let exponent = search.next {
            if exponent <= bound { best = max(best, exponent) }
            search.learn(isMet: exponent <= bound)
        }
        #expect(best <= bound && bound - best < 0.07)
    }
}

/// Of small networks that learn from their own outputs.
@Suite struct PostTrainingOfNetworksTests {
    static func context(_ graph: Graph, threads: Int = 1, checkpoints: Checkpoints = .none) throws -> TrainingContext {
        let shape = graph.values[graph.inputs[0]].shape
        var random = RandomStream(seed: 5, name: "samples")
        let inputs = (0..<128 * shape.reduce(1, *)).map { _ in random.nextNormal() }
        let split = try SyntheticData.split(inputs, shape: shape, targets: .none(width: graph.values[graph.judgedOutputs[0]].count))
        let parallel = Parallel(threads: threads)
        let evaluator = Evaluator(metric: .cosine, parallel: parallel)
        let teacher = try evaluator.outputs(of: graph, on: split)[0]
        let lesson = Lesson(Objective(kind: .values, distillation: 1, temperature: 1), teacher: teacher)
        return TrainingContext(
            train: split, validation: split, lessons: [lesson], reference: try evaluator.reference(of: graph, on: split),
            requirement: Requirement(metric: .cosine, bound: 0.9),
            evaluator: evaluator, optimizer: .adam(learningRate: 0.001), schedule: .cosine, batch: 64, seed: 1, parallel: parallel,
            checkpoints: checkpoints, progress: .silent)
    }

    static func network() throws -> Graph {
        var network = NetworkBuilder(input: [4, 6, 6])
        network.convolution("first", 16, pad: 1)
        network.node("Relu", [], shape: network.shape)
        network.convolution("depthwise", 16, pad: 1, groups: 16)
        network.convolution("last", 12, kernel: 1)
        return try network.graph()
    }

    private static func entropy(_ network: QuantizedNetwork) -> Int {
        zip(network.graph.parameters, network.encodings).reduce(0) { sum, item in
            sum + Int(codedSize(of: item.1, dimensions: item.0.shape) / 8)
        }
    }

    @Test("The network is what its encodings say") func encodings() throws {
        let graph = try Self.network()
        let network = try PostTraining(graph, limits: graph.layers.map { _ in LevelLimit.none }, samples: 128, context: Self.context(graph))
            .network(distance: 0.01, isDependent: false)
        for (parameter, encoding) in zip(network.graph.parameters, network.encodings) { #expect(parameter.values == encoding.elements) }
        for layer in graph.layers {
            guard case .scaled = network.encodings[layer.weight] else { Issue.record("\(layer.name) is not quantized"); continue }
        }
    }

    @Test("More bytes are nearer to the original") func monotone() throws {
        let graph = try Self.network()
        let context = try Self.context(graph)
        let postTraining = try PostTraining(graph, limits: graph.layers.map { _ in LevelLimit.none }, samples: 128, context: context)
        let results = try [800, 550, 400].map { try #require(postTraining.within($0, isDependent: false, bytes: Self.entropy)).network }
        let (sizes, cosines) = (results.map(Self.entropy), try results.map { try context.evaluate($0.graph).value })
        #expect(zip(sizes, [800, 550, 400]).allSatisfy { $0 <= $1 && Double($0) >= 0.97 * Double($1) })
        #expect(cosines[0] > cosines[1] && cosines[1] > cosines[2] && cosines[2] > 0.8)
    }

    @Test("A layer that is not to be quantized stays as it is, and a limit of levels holds") func limits() throws {
        let graph = try Self.network()
        let limits: [LevelLimit?] = [nil, LevelLimit.none, .most(7)]
        let network = try PostTraining(graph, limits: limits, samples: 128, context: Self.context(graph))
            .network(distance: 1e-4, isDependent: false)
        let weights = graph.layers.map(\.weight)
        #expect(network.graph.parameters[weights[0]].values == graph.parameters[weights[0]].values)
        #expect(Set(network.graph.parameters[weights[2]].values).count <= 7)
        #expect(Set(network.graph.parameters[weights[1]].values).count > 7)
    }

    @Test("A layer that no judged output depends on keeps its weights as well as the others") func unjudged() throws {
        var network = NetworkBuilder(input: [24])
        network.gemm("judged", 8)
        var graph = try network.graph()
        let weights = graph.parameters[graph.layers[0].weight]
        graph.values.append(Value(name: "other", shape: [8]))
        graph.parameters.append(Parameter(name: "other.weight", shape: weights.shape, values: weights.values, role: .weight))
        graph.nodes.append(
            Node(
                name: "other", operation: graph.nodes[0].operation,
                inputs: [graph.nodes[0].inputs[0], .parameter(graph.parameters.count - 1)], outputs: [graph.values.count - 1]))
        graph.outputs.append(graph.values.count - 1)
        let result = try PostTraining(graph, limits: [LevelLimit.none, LevelLimit.none], samples: 128, context: Self.context(graph))
            .network(distance: 1e-3, isDependent: false)
        let (before, after) = (weights.values, result.graph.parameters[graph.parameters.count - 1].values)
        let error = zip(before, after).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(error < 0.02 * before.reduce(0) { $0 + $1 * $1 })
    }

    @Test("A weight with too many columns for moments is quantized element by element") func wide() throws {
        var network = NetworkBuilder(input: [5000])
        network.gemm("wide", 3)
        let graph = try network.graph()
        let result = try PostTraining(graph, limits: [LevelLimit.none], samples: 128, context: Self.context(graph))
            .network(distance: 1e-4, isDependent: false)
        let (before, after) = (graph.parameters[graph.layers[0].weight].values, result.graph.parameters[graph.layers[0].weight].values)
        guard case .scaled(let scaled) = result.encodings[graph.layers[0].weight] else { return #expect(Bool(false)) }
        #expect(zip(before, after).allSatisfy { ($0 - $1).magnitude <= 0.56 * scaled.step } && Set(after).count > 3)
    }

    @Test("The number of threads changes nothing", arguments: [false, true]) func threads(isDependent: Bool) throws {
        let graph = try Self.network()
        let results = try [1, 3].map { threads in
            try PostTraining(
                graph, limits: graph.layers.map { _ in LevelLimit.none }, samples: 128, context: Self.context(graph, threads: threads)
            ).network(distance: 0.02, isDependent: isDependent)
        }
        #expect(results[0].encodings == results[1].encodings)
    }

    @Test("Levels that depend on one another are nearer to the original in as many bytes, and come back from the file")
    func dependentLevels() throws {
        var network = NetworkBuilder(input: [48])
        network.gemm("first", 256)
        network.node("Relu", [], shape: network.shape)
        network.gemm("last", 192)
        let graph = try network.graph()
        let context = try Self.context(graph)
        let postTraining = try PostTraining(graph, limits: graph.layers.map { _ in LevelLimit.none }, samples: 128, context: context)
        let results = try [false, true].map {
            try #require(postTraining.within(24_000, isDependent: $0, bytes: Self.entropy)).network
        }
        #expect(results.map(\.hasDependentLevels) == [false, true])
        let errors = try results.map { 1 - (try context.evaluate($0.graph).value) }
        #expect(errors[1] < 0.9 * errors[0])
        let model = try results[1].model()
        let decoded = try QuantizedModel(decoding: model.encoded(keepNames: true))
        #expect(decoded.encodings == model.encodings)
    }

    @Test("A measurement that was stopped goes on where it was kept, to the same levels") func stopped() throws {
        let (graph, kept) = (try Self.network(), KeptStates())
        let limits = graph.layers.map { _ in LevelLimit?.some(.none) }
        func quantized(from state: [UInt8]?) throws -> QuantizedNetwork {
            let checkpoints = Checkpoints(isDue: { true }, read: { $0 == "1-curvature" ? state : nil }, write: { kept.add($1, of: $0) })
            let context = try Self.context(graph, checkpoints: checkpoints)
            return try PostTraining(graph, limits: limits, samples: 128, context: context).network(distance: 0.02, isDependent: true)
        }
        let whole = try quantized(from: nil)
        let states = kept.states
        #expect(states.count == 4 && Set(states).count == 4)
        for state in states { #expect(try quantized(from: state).encodings == whole.encodings) }
        // Each went on from the batch after its own.
        #expect(kept.states.count == 4 + 3 + 2 + 1)
    }

    @Test("A measurement of another network is not gone on from") func foreign() throws {
        let kept = KeptStates()
        func quantized(_ graph: Graph, from state: [UInt8]?) throws -> QuantizedNetwork {
            let checkpoints = Checkpoints(isDue: { true }, read: { _ in state }, write: { kept.add($1, of: $0) })
            let context = try Self.context(graph, checkpoints: checkpoints)
            return try PostTraining(graph, limits: graph.layers.map { _ in LevelLimit.none }, samples: 128, context: context)
                .network(distance: 0.02, isDependent: true)
        }
        var other = NetworkBuilder(input: [4])
        other.gemm("other", 3)
        _ = try quantized(try other.graph(), from: nil)
        let (graph, state) = (try Self.network(), try #require(kept.states.last))
        #expect(try quantized(graph, from: state).encodings == quantized(graph, from: nil).encodings)
    }

    @Test("A state goes on where it was kept") func state() throws {
        let graph = try Self.network()
        let network = try PostTraining(graph, limits: graph.layers.map { _ in LevelLimit.none }, samples: 128, context: Self.context(graph))
            .network(distance: 0.05, isDependent: true)
        var writer = StateWriter()
        network.write(to: &writer)
        var (reader, read) = (StateReader(writer.bytes), QuantizedNetwork(floats: graph))
        try read.read(from: &reader)
        #expect(read.encodings == network.encodings && read.graph.flatParameters() == network.graph.flatParameters())
    }
}

/// What was kept, in order.
private final class KeptStates: @unchecked Sendable {
    private(set) var states: [[UInt8]] = []

    func add(_ state: [UInt8], of stage: String) {
        #expect(stage == "1-curvature")
        states.append(state)
    }
}
