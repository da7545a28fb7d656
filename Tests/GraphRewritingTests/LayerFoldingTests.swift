import GraphConversion
import GraphRewriting
import NeuralGraph
import Testing
import TestNetworks

@Suite struct LayerFoldingTests {
    private func network(bias: Bool) throws -> Graph {
        var network = NetworkBuilder(input: [2, 6, 6])
        network.convolution("conv", 5, pad: 1, bias: bias)
        network.batchNormalization("bn")
        network.relu()
        network.flatten()
        network.gemm("fc", 4, bias: bias)
        network.batchNormalization("norm")
        return try network.graph()
    }

    @Test(arguments: [true, false]) func foldingKeepsTheOutputs(_ bias: Bool) throws {
        let graph = try network(bias: bias)
        let folded = graph.foldingIntoLayers()
        #expect(folded.nodes.map(\.operation.onnxName) == ["Conv", "Relu", "Flatten", "Gemm"])
        #expect(folded.parameters.map(\.name).sorted() == ["conv.bias", "conv.weight", "fc.bias", "fc.weight"])
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test("after a transposed convolution", arguments: [1, 2, 4], [true, false])
    func foldingKeepsTheOutputsOfTransposed(_ groups: Int, _ bias: Bool) throws {
        var network = NetworkBuilder(input: [4, 4, 4])
        network.transposedConvolution("up", groups == 1 ? 3 : 4, stride: 2, groups: groups, bias: bias)
        network.batchNormalization("bn")
        let graph = try network.graph()
        let folded = graph.foldingIntoLayers()
        #expect(folded.nodes.count == (groups == 2 ? 2 : 1))
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test("products and sums with constants", arguments: [true, false]) func foldingOfConstants(_ bias: Bool) throws {
        var network = NetworkBuilder(input: [2, 6, 6])
        network.convolution("conv", 3, pad: 1, bias: bias)
        network.constant("scale", [1], [-0.5])
        network.node("Mul", ["scale"], shape: [3, 6, 6])
        network.constant("shift", [1, 3, 1, 1], [1, -2, 3])
        network.node("Add", ["shift"], shape: [3, 6, 6])
        network.model.graph.nodes[2].inputs.swapAt(0, 1)
        let graph = try network.graph()
        let folded = graph.foldingIntoLayers()
        #expect(folded.nodes.map(\.operation.onnxName) == ["Conv"])
        #expect(folded.parameters.map(\.name).sorted() == ["conv.bias", "conv.weight"])
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test("channels of a depthwise convolution keep their scales") func depthwise() throws {
        var network = NetworkBuilder(input: [4, 6, 6])
        network.convolution("conv", 4, pad: 1, groups: 4)
        network.constant("half", [1], [0.5])
        network.node("Mul", ["half"], shape: [4, 6, 6])
        network.batchNormalization("bn")
        let graph = try network.graph()
        let folded = graph.foldingIntoLayers()
        #expect(folded.nodes.map(\.operation.onnxName) == ["Conv", "BatchNormalization"])
        #expect(folded["bn.mean"] == [0, 0, 0, 0])
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test("constants that are not one number to a unit stay") func constantsOfOtherShapes() throws {
        for (name, shape) in [("row", [3]), ("wide", [1, 3, 3, 3]), ("long", [3, 3, 3, 3])] {
            var network = NetworkBuilder(input: [2, 3, 3])
            network.convolution("conv", shape == [3, 3, 3, 3] ? 1 : 3, pad: 1)
            network.constant(name, Array(shape.suffix(3)), (0..<shape.suffix(3).reduce(1, *)).map { Float($0) })
            network.node("Add", [name], shape: [3, 3, 3])
            let graph = try network.graph()
            #expect(graph.foldingIntoLayers().nodes.count == 2, "\(name)")
        }
    }

    @Test func foldedNetworkCanBeWrittenAndReadAgain() throws {
        let folded = try network(bias: false).foldingIntoLayers()
        let read = try Graph(folded.exported())
        #expect(try read.randomOutputs() == folded.randomOutputs())
    }

    @Test func layerWithAnotherReaderKeepsItsNormalization() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc", 3)
        let raw = network.current
        network.batchNormalization("bn")
        for graph in [try network.graph(alsoOutputs: [raw]), try withSecondReader(network, raw)] {
            #expect(graph.foldingIntoLayers().nodes.count == graph.nodes.count)
        }
    }

    @Test func normalizationThatStaysHasNoStatistics() throws {
        var network = NetworkBuilder(input: [3, 5, 5])
        network.batchNormalization("bn")
        network.relu()
        network.convolution("conv", 2)
        let graph = try network.graph()
        let folded = graph.foldingIntoLayers()
        #expect(graph["bn.mean"] != [0, 0, 0])
        #expect(folded["bn.mean"] == [0, 0, 0])
        #expect(folded["bn.variance"] == [1, 1, 1])
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    @Test("a product has no bias that could take a shift") func productKeepsItsNormalization() throws {
        var network = NetworkBuilder(input: [3, 4])
        network.constant("w", [5, 3], (0..<15).map { Float($0) / 8 - 1 })
        network.node("MatMul", ["w"], shape: [5, 4])
        network.model.graph.nodes[0].inputs.swapAt(0, 1)
        network.batchNormalization("bn")
        let graph = try network.graph()
        let folded = graph.foldingIntoLayers()
        #expect(folded.nodes.map(\.operation.onnxName) == ["MatMul", "BatchNormalization"])
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }

    private func withSecondReader(_ network: NetworkBuilder, _ value: String) throws -> Graph {
        var network = network
        network.node("Add", [value], shape: [3])
        return try network.graph()
    }

    @Test func newBiasDoesNotTakeTheNameOfAnotherTensor() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc", 3, bias: false)
        network.batchNormalization("bn")
        network.relu()
        network.constant("fc.bias", [3], [1, 2, 3])
        network.node("Mul", ["fc.bias"], shape: [3])
        let graph = try network.graph()
        let folded = graph.foldingIntoLayers()
        #expect(Set(folded.parameters.map(\.name)) == ["fc.weight", "fc.bias'", "fc.bias"])
        #expect(try difference(folded.randomOutputs(), graph.randomOutputs()) < 1e-5)
    }
}
