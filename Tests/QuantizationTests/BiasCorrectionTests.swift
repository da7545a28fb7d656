import Execution
import GraphRewriting
import NeuralGraph
@testable import Quantization
import Testing
import TestNetworks
import Training

@Suite struct BiasCorrectionTests {
    /// Networks of one layer whose units are shifted by each of the tensors that can.
    enum Shift: String, CaseIterable, CustomTestStringConvertible {
        case gemm, convolution, grouped, normalized, scaled, sum

        var testDescription: String { rawValue }

        /// With the number of units.
        var network: (graph: Graph, units: Int) {
            get throws {
                var network = NetworkBuilder(input: self == .gemm ? [24] : self == .sum ? [5, 12] : [4, 6, 6])
                switch self {
                case .gemm: network.gemm("layer", 5)
                case .convolution, .scaled: network.convolution("layer", 6, pad: 1)
                case .grouped: network.convolution("layer", 6, groups: 2)
                case .normalized:
                    network.convolution("layer", 6, pad: 1, bias: false)
                    network.batchNormalization("norm")
                case .sum:
                    network.matMul("layer", 8)
                    network.constant("bias", [8], (0..<8).map { Float($0) / 8 })
                    network.node("Add", ["bias"], shape: network.shape)
                }
                var graph = try network.graph()
                if self == .scaled { graph.scaleUnits(of: graph.layers[0], by: (0..<6).map { 0.5 + Float($0) }) }
                return (graph, self == .gemm ? 5 : self == .sum ? 8 : 6)
            }
        }
    }

    /// Samples whose elements are far from zero in the mean.
    private func split(for graph: Graph) throws -> Split {
        let shape = graph.values[graph.inputs[0]].shape
        var random = RandomStream(seed: 1, name: "samples")
        let inputs = (0..<256 * shape.reduce(1, *)).map { _ in 1 + random.nextNormal() }
        return try SyntheticData.split(inputs, shape: shape, targets: .none(width: 1))
    }

    /// Of the output, by unit.
    private func means(of graph: Graph, units: Int, onLastAxis: Bool, _ split: Split) throws -> [Double] {
        let outputs = try Evaluator(metric: .mse, parallel: .one).outputs(of: graph, on: split)[0].outputs
        let width = outputs.count / split.count
        var means = [Double](repeating: 0, count: units)
        for (index, output) in outputs.enumerated() {
            let unit = onLastAxis ? index % units : index % width / (width / units)
            means[unit] += Double(output) / Double(outputs.count / units)
        }
        return means
    }

    @Test("units keep their means when weights are rounded", arguments: Shift.allCases) func means(_ shift: Shift) throws {
        let (graph, units) = try shift.network
        let split = try split(for: graph)
        let context = try TrainingContext.synthetic(for: graph, classes: 2, shape: graph.values[graph.inputs[0]].shape)
        let run = TrainingRun(graph, context: context, optimizer: .adam(learningRate: 0.01), name: "test")
        let layer = graph.layers[0]
        let moments = InputMoments.measure([layer], of: graph, weights: run.latent, on: split, parallel: .one, progress: .silent)
        let correction = try #require(BiasCorrection(of: layer, moments[0], in: graph))

        let rounded = FloatBuffer(run.latent.array)
        for place in run.layout.range(layer.weight) { rounded.pointer[place] = (4 * rounded.pointer[place]).rounded() / 4 }
        func means(_ weights: FloatBuffer) throws -> [Double] {
            try self.means(of: run.network(weights), units: units, onLastAxis: shift == .sum, split)
        }
        let expected = try means(run.latent)
        #expect(zip(try means(rounded), expected).contains { abs($0 - $1) > 0.05 })
        correction.correct(rounded, before: run.latent)
        #expect(zip(try means(rounded), expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func aTensorWithAnotherUseShiftsNothing() throws {
        var network = NetworkBuilder(input: [5, 12])
        network.matMul("layer", 8)
        network.constant("bias", [8], (0..<8).map { Float($0) / 8 })
        network.node("Add", ["bias"], shape: network.shape)
        network.relu()
        network.node("Add", ["bias"], shape: network.shape)
        let graph = try network.graph()
        #expect(graph.unitShift(of: graph.layers[0]) == nil)
    }

    @Test func anOutputIsNotShiftedBehindIt() throws {
        var network = NetworkBuilder(input: [5, 12])
        network.matMul("layer", 8)
        let product = network.current
        network.constant("bias", [8], (0..<8).map { Float($0) / 8 })
        network.node("Add", ["bias"], shape: network.shape)
        let graph = try network.graph(alsoOutputs: [product])
        #expect(graph.unitShift(of: graph.layers[0]) == nil)
    }
}
