import Execution
import Foundation
import NeuralGraph
@testable import Quantization
import TestNetworks
import Testing
import Training

@Suite struct ErrorFeedbackTests {
    /// Networks of one layer without a bias, of each form.
    enum Form: String, CaseIterable, CustomTestStringConvertible {
        case convolution, grouped, depthwise, matMul, gemm

        var testDescription: String { rawValue }

        var graph: Graph {
            get throws {
                var network = NetworkBuilder(input: self == .gemm ? [24] : self == .matMul ? [5, 12] : [4, 6, 6])
                switch self {
                case .convolution: network.convolution("layer", 6, kernel: 3, pad: 1, bias: false)
                case .grouped: network.convolution("layer", 6, kernel: 3, groups: 2, bias: false)
                case .depthwise: network.convolution("layer", 4, kernel: 3, pad: 1, groups: 4, bias: false)
                case .matMul: network.matMul("layer", 8)
                case .gemm: network.gemm("layer", 5, bias: false)
                }
                return try network.graph()
            }
        }
    }

    private let form: Form
    private let graph: Graph
    private let split: Split

    init() throws { try self.init(.convolution) }

    /// Samples whose elements go together: waves of random height and phase.
    private init(_ form: Form) throws {
        self.form = form
        graph = try form.graph
        let shape = graph.values[graph.inputs[0]].shape
        let count = shape.reduce(1, *)
        var random = RandomStream(seed: 1, name: "waves")
        var inputs: [Float] = []
        for _ in 0..<256 {
            let (height, phase) = (random.nextNormal(), 3 * random.nextNormal())
            inputs += (0..<count).map { height * sinf(phase + 0.4 * Float($0)) + 0.1 * random.nextNormal() }
        }
        split = try SyntheticData.split(inputs, shape: shape, targets: .none(width: 1))
    }

    private func moments(threads: Int = 1) throws -> InputMoments {
        let all = InputMoments.measure(
            graph.layers, of: graph, weights: graph.parameterBuffer(), on: split, parallel: Parallel(threads: threads),
            progress: .silent)
        return try #require(all[0])
    }

    /// Sums of squares of the output, by unit, with the given weights.
    private func energies(_ weights: [Float], _ product: WeightProduct) throws -> [Double] {
        var graph = graph
        graph.parameters[graph.layers[0].weight].values = weights
        return try sums(of: graph, product) { $0 * $0 }
    }

    /// Of the output, by unit.
    private func means(of graph: Graph, _ product: WeightProduct) throws -> [Double] {
        try sums(of: graph, product) { $0 }.map { $0 / Double(split.count * product.positions) }
    }

    private func sums(of graph: Graph, _ product: WeightProduct, _ function: (Double) -> Double) throws -> [Double] {
        let outputs = try Evaluator(metric: .mse, parallel: .one).outputs(of: graph, on: split)[0].outputs
        let units = product.groups * product.units
        var sums = [Double](repeating: 0, count: units)
        for (index, output) in outputs.enumerated() {
            let place = index % (units * product.positions)
            sums[form == .matMul ? place % units : place / product.positions] += function(Double(output))
        }
        return sums
    }

    @Test("moments tell the energy of a layer's output", arguments: Form.allCases) func energy(_ form: Form) throws {
        let problem = try Self(form)
        let moments = try problem.moments()
        let (product, weights) = (moments.product, problem.graph.parameters[problem.graph.layers[0].weight].values)
        let energies = try problem.energies(weights, product)
        for group in 0..<product.groups {
            for unit in 0..<product.units {
                let row = (0..<product.columns).map { Double(weights[product.weightIndex(group: group, unit: unit, column: $0)]) }
                var energy = 0.0
                for i in row.indices {
                    for j in row.indices { energy += row[i] * row[j] * Double(moments.sums[group].pointer[i * row.count + j]) }
                }
                let expected = energies[group * product.units + unit]
                #expect(abs(energy - expected) <= 1e-4 * expected)
            }
        }
    }

    @Test("moments tell the mean of a layer's output", arguments: Form.allCases) func mean(_ form: Form) throws {
        let problem = try Self(form)
        let moments = try problem.moments()
        let (product, weights) = (moments.product, problem.graph.parameters[problem.graph.layers[0].weight].values)
        let means = try problem.means(of: problem.graph, product)
        for group in 0..<product.groups {
            for unit in 0..<product.units {
                let mean = (0..<product.columns).reduce(0.0) {
                    let weight = weights[product.weightIndex(group: group, unit: unit, column: $1)]
                    return $0 + Double(weight) * Double(moments.means[group][$1])
                }
                #expect(abs(mean - means[group * product.units + unit]) <= 1e-5)
            }
        }
    }

    @Test("moments do not depend on the number of threads", arguments: Form.allCases) func threads(_ form: Form) throws {
        let problem = try Self(form)
        let (one, three) = (try problem.moments(), try problem.moments(threads: 3))
        #expect(one.sums.map(\.array) == three.sums.map(\.array) && one.means == three.means)
    }

    @Test func aFactorTimesItsTransposeIsTheMatrix() throws {
        let moments = try Self(.convolution).moments()
        let size = moments.product.columns
        let order = (0..<size).map { ($0 * 5 + 2) % size }
        #expect(Set(order).count == size)
        let factor = TriangularFactor(moments.sums[0], order: order)
        let trace = (0..<size).reduce(0) { $0 + Double(moments.sums[0].pointer[$1 * size + $1]) }
        for i in 0..<size {
            for j in i..<size {
                let product = (j..<size).reduce(0.0) {
                    $0 + Double(factor.elements[i * size + $1]) * Double(factor.elements[j * size + $1])
                }
                let element = Double(moments.sums[0].pointer[order[i] * size + order[j]])
                let expected = element + (i == j ? 0.01 * trace / Double(size) : 0)
                #expect(abs(product - expected) <= 1e-5 * trace)
            }
        }
    }

    private func levels() throws -> (fedBack: [Float], nearest: [Float], product: WeightProduct) {
        let moments = try moments()
        let weights = graph.parameters[graph.layers[0].weight].values
        let codebook = Codebook(magnitudes: (1...4).map { Float($0) / 8 })
        let fedBack = weights.withUnsafeBufferPointer { ErrorFeedback(moments).levels(of: $0.baseAddress!, codebook) }
        return (fedBack.map(codebook.value), weights.map { codebook.value(codebook.nearest(to: $0)) }, moments.product)
    }

    @Test("errors that are fed back cancel out in the layer's output", arguments: Form.allCases) func cancelling(_ form: Form) throws {
        let problem = try Self(form)
        let (fedBack, nearest, product) = try problem.levels()
        let weights = problem.graph.parameters[problem.graph.layers[0].weight].values
        func error(_ levels: [Float]) throws -> Double {
            try problem.energies(zip(weights, levels).map { $0 - $1 }, product).reduce(0, +)
        }
        #expect(try error(fedBack) < 0.7 * error(nearest))
    }

    @Test func weightsThatAreZeroStaySo() throws {
        let moments = try moments()
        var weights = graph.parameters[graph.layers[0].weight].values
        for index in stride(from: 0, to: weights.count, by: 3) { weights[index] = 0 }
        let codebook = Codebook(magnitudes: [0.01, 0.1, 0.2])
        let levels = weights.withUnsafeBufferPointer { ErrorFeedback(moments).levels(of: $0.baseAddress!, codebook) }
        #expect(zip(weights, levels).allSatisfy { $0 != 0 || $1 == 0 })
        #expect(levels.contains { $0 < 0 } && levels.contains { $0 > 0 })
    }
}
