import DependencyGroups
import NeuralGraph
import ONNX
import Pruning
import Testing
import TestNetworks
import Training

@Suite struct DeadUnitsTests {
    private func removingDeadUnits(_ graph: Graph) throws -> Graph {
        let shape = graph.values[graph.inputs[0]].shape
        let context = try TrainingContext.synthetic(for: graph, classes: 4, shape: shape)
        return try DeadUnits.removing(from: graph, context: context)
    }

    /// Two convolutions with, if wanted, something between them.
    private func convolutions(pad: Int = 0, between: (inout NetworkBuilder) -> Void = { _ in }) throws -> Graph {
        var network = NetworkBuilder(input: [1, 8, 8])
        network.convolution("conv1", 4)
        network.relu()
        between(&network)
        network.convolution("conv2", 3, pad: pad)
        network.relu()
        network.flatten()
        network.gemm("fc", 4)
        return try network.graph()
    }

    @Test func unitsThatNothingReadsGo() throws {
        var graph = try NetworkBuilder.twoLayers()
        let group = ChannelAnalysis(graph).groups[0]
        for unit in [1, 4, 11] { graph.clear(group.slices[2], unit: unit) }
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "fc1.weight") == [9, 16])
        #expect(result.shape(of: "fc2.weight") == [4, 9])
        #expect(try result.randomOutputs().map(\.bitPattern) == graph.randomOutputs().map(\.bitPattern))
    }

    @Test func removedUnitTakesAlongThoseThatOnlyItRead() throws {
        var network = NetworkBuilder(input: [6])
        network.gemm("fc1", 5)
        network.gemm("fc2", 5)
        network.gemm("fc3", 4)
        var graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        graph.clear(groups[1].slices[2], unit: 3)
        for row in 0..<5 where row != 3 { graph["fc2.weight"][row * 5 + 2] = 0 }
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "fc1.weight") == [4, 6])
        #expect(result.shape(of: "fc2.weight") == [4, 4])
    }

    @Test func constantUnitsMoveIntoTheNextBias() throws {
        var graph = try NetworkBuilder.twoLayers()
        graph.cutOff("fc1", unit: 2, bias: 0.7)
        graph.cutOff("fc1", unit: 9, bias: -0.7)
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "fc1.weight") == [10, 16])
        #expect(result["fc2.bias"] != graph["fc2.bias"])
        #expect(try difference(result.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test func constantChannelsMoveThroughNormalizationIntoAConvolutionWithoutPadding() throws {
        var graph = try convolutions { $0.batchNormalization("bn") }
        graph.cutOff("conv1", unit: 1, bias: 0.7)
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "conv2.weight") == [3, 3, 3, 3])
        #expect(try difference(result.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test func constantChannelsMoveIntoAFullyConnectedLayer() throws {
        var graph = try convolutions()
        graph.cutOff("conv2", unit: 0, bias: 0.3)
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "fc.weight") == [4, 2 * 16])
        #expect(try difference(result.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test func constantChannelsBesidePaddingStay() throws {
        var graph = try convolutions(pad: 1)
        graph.cutOff("conv1", unit: 1, bias: 0.7)
        #expect(try removingDeadUnits(graph).parameterBits == graph.parameterBits)
    }

    @Test func channelsThatAreZeroGoEvenBesidePadding() throws {
        var graph = try convolutions(pad: 1)
        graph.cutOff("conv1", unit: 1, bias: -0.7)
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "conv1.weight") == [3, 1, 3, 3])
        #expect(try result.randomOutputs().map(\.bitPattern) == graph.randomOutputs().map(\.bitPattern))
    }

    @Test func channelsThatAreNotConstantWhereTheyAreReadStay() throws {
        var graph = try convolutions { network in
            network.constant("plane", [4, 6, 6], (0..<144).map { Float($0) / 144 })
            network.node("Add", ["plane"], shape: [4, 6, 6])
        }
        graph.cutOff("conv1", unit: 1, bias: 0.7)
        #expect(try removingDeadUnits(graph).parameterBits == graph.parameterBits)
    }

    @Test func paddingBetweenLayersKeepsConstantChannels() throws {
        var graph = try convolutions { network in
            network.node("Pad", [], [AttributeProto("pads", .ints([0, 0, 1, 1, 0, 0, 1, 1]))], shape: [4, 8, 8])
            network.model.opsetImports = [OperatorSetID(version: 10)]
        }
        graph.cutOff("conv1", unit: 1, bias: 0.7)
        #expect(try removingDeadUnits(graph).parameterBits == graph.parameterBits)
    }

    @Test func biasThatAnotherLayerUsesIsNotChanged() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc1", 4)
        network.gemm("fc2", 4)
        network.gemm("fc3", 4, bias: false)
        network.model.graph.nodes[2].inputs.append("fc2.bias")
        var graph = try network.graph()
        graph.cutOff("fc1", unit: 1, bias: 0.7)
        let result = try removingDeadUnits(graph)
        #expect(result["fc2.bias"] == graph["fc2.bias"])
        #expect(try difference(result.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test func layerKeepsOneUnitWithItsEffect() throws {
        var graph = try NetworkBuilder.twoLayers()
        for unit in 0..<12 { graph.cutOff("fc1", unit: unit, bias: 0.1 + Float(unit)) }
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "fc1.weight") == [1, 16])
        #expect(try difference(result.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test func layerThatNothingReadsKeepsOneUnit() throws {
        var graph = try NetworkBuilder.twoLayers()
        graph["fc2.weight"] = [Float](repeating: 0, count: 48)
        let result = try removingDeadUnits(graph)
        #expect(result.shape(of: "fc1.weight") == [1, 16])
        #expect(try result.randomOutputs() == graph.randomOutputs())
    }
}
