import NeuralGraph
@testable import Quantization
import TestNetworks
import Testing
import Training

@Suite struct UnitScalesTests {
    private func network(_ factor: Float) throws -> Graph {
        var network = NetworkBuilder(input: [3, 6, 6])
        network.convolution("conv", 4, pad: 1)
        network.relu()
        network.flatten()
        network.gemm("fc", 3)
        var graph = try network.graph()
        for index in 0..<27 { graph["conv.weight"][index] *= factor }
        return graph
    }

    @Test func unitsThatDifferInSizeAreScaledBehindTheLayer() throws {
        let graph = try network(40)
        let scaled = graph.scalingUnits()
        #expect(scaled.nodes.map(\.operation.onnxName) == ["Conv", "BatchNormalization", "Relu", "Flatten", "Gemm"])
        #expect(scaled.layers.map(\.name) == graph.layers.map(\.name))
        #expect(Set(scaled.parameters.map(\.name)) == Set(scaled.nodes.flatMap(\.inputs).compactMap { input in
            if case .parameter(let index) = input { scaled.parameters[index].name } else { nil }
        }))
        let sizes = (0..<4).map { unit in
            scaled["conv.weight"][unit * 27..<(unit + 1) * 27].reduce(0) { $0 + $1 * $1 }
        }
        #expect(try #require(sizes.max()) < 2 * #require(sizes.min()))
        let evaluator = Evaluator(metric: .mse, parallel: .one)
        let split = try SyntheticData.classes(3, samples: 20, shape: [3, 6, 6])
        let before = try evaluator.outputs(of: graph, on: split)[0].outputs
        let after = try evaluator.outputs(of: scaled, on: split)[0].outputs
        #expect(zip(before, after).allSatisfy { abs($0 - $1) <= 1e-5 * (1 + abs($0)) })
    }

    @Test func scalesAreExactInTheFile() throws {
        let scaled = try network(40).scalingUnits()
        let scales = try #require(scaled.parameters.first { $0.role == .scale })
        for levels in [127, QuantizationState.untrainedLevels] {
            let step = UniformStep(scales.values, levels: levels)
            #expect(scales.values == scales.values.map { step.value(step.index($0)) })
        }
    }

    @Test func unitsThatAreAlikeStay() throws {
        #expect(try network(1).scalingUnits().nodes.count == network(1).nodes.count)
    }
}
