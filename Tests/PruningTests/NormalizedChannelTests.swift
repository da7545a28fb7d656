import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import Pruning
import Testing
import TestNetworks
import Training

/// Units that a normalization measures together.
@Suite struct NormalizedChannelTests {
    /// Those of the sum that runs through the network.
    private func stream(_ graph: Graph) throws -> ChannelGroup {
        let group = ChannelAnalysis(graph).groups.first { $0.layers.contains(0) }
        return try #require(group)
    }

    @Test(arguments: Normalization.allCases) func unitsOfTheWholeStreamAreOneGroup(_ normalization: Normalization) throws {
        let graph = try NetworkBuilder.normalized(normalization)
        let group = try stream(graph)
        #expect(group.units == (normalization == .groups ? 2 : 8))
        #expect(group.layers.map { graph.layers[$0].name } == ["embedding", "down"])
        #expect(group.isMeasured == (normalization != .groups))
    }

    @Test(arguments: Normalization.allCases, 0..<4)
    func removalNormalizesWhatIsLeft(_ normalization: Normalization, _ seed: UInt64) throws {
        let graph = try NetworkBuilder.normalized(normalization, seed: seed)
        let group = try stream(graph)
        let removed = normalization == .groups ? [Int(seed) % 2] : [Int(seed), 4 + Int(seed) / 2]
        let smaller = try UnitSelection(graph, removing: [(group, Set(removed))]).apply(to: graph)
        let gone = removed.flatMap { group.slices[0].indices[$0] }
        let reference = NormalizedReference(graph: graph, normalization: normalization, kept: (0..<8).filter { !gone.contains($0) })
        let outputs = try smaller.randomOutputs()
        let expected = randomSamples().flatMap { numbers(of: reference, $0) }
        #expect(difference(outputs, expected) < 1e-4)
        #expect(difference(outputs, try graph.randomOutputs()) > 1e-2)
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
    }

    /// As `randomOutputs` takes them.
    private func randomSamples() -> [[Double]] {
        var random = RandomStream(seed: 1, name: "inputs")
        return (0..<70).map { _ in (0..<12).map { _ in Double(random.nextNormal()) } }
    }

    /// In the order of the network's.
    private func numbers(of reference: NormalizedReference, _ sample: [Double]) -> [Float] {
        let isOfImages = reference.normalization.isOfImages
        let places: [[Double]] = (0..<4).map { place in
            (0..<3).map { channel in sample[isOfImages ? channel * 4 + place : place * 3 + channel] }
        }
        let result = reference.outputs(places)
        let ordered: [Double] = isOfImages ? (0..<2).flatMap { unit in result.map { $0[unit] } } : result.flatMap { $0 }
        return ordered.map { Float($0) }
    }

    @Test func unitsThatNothingReadsAreStillMeasured() throws {
        var graph = try NetworkBuilder.normalized(.layer)
        let group = try stream(graph)
        for slice in group.slices where slice.kind == .reads { graph.clear(slice, unit: 3) }
        let context = try TrainingContext.synthetic(for: graph, classes: 8, shape: [4, 3])
        #expect(try DeadUnits.removing(from: graph, context: context).shape(of: "embedding.weight") == [3, 8])
    }

    @Test func unitsThatAreMeasuredStayInTheirOrder() throws {
        var graph = try NetworkBuilder.normalized(.layer)
        graph["embedding.weight"][0] = 0
        #expect(try UnitOrder.densestFirst(graph)["embedding.weight"] == graph["embedding.weight"])
    }

    @Test func aMaximumOverUnitsLetsThemGo() throws {
        var network = NetworkBuilder(input: [4, 3])
        network.matMul("first", 6)
        network.node("ReduceMax", name: "most", [], [AttributeProto("axes", .ints([-1]))], shape: [4, 1])
        network.flatten()
        network.gemm("output", 2)
        let graph = try network.graph()
        let group = try stream(graph)
        #expect(group.units == 6)
        #expect(group.isMeasured && !group.isSummed)
    }

    @Test func aSumOverUnitsIsExactForZeros() throws {
        var network = NetworkBuilder(input: [4, 3])
        network.matMul("first", 6)
        let x = network.current
        network.node("ReduceL2", name: "length", [], [AttributeProto("axes", .ints([-1]))], shape: [4, 1])
        let length = network.current
        (network.current, network.shape) = (x, [4, 6])
        network.node("Div", name: "divided", [length], shape: [4, 6])
        network.matMul("output", 2)
        var graph = try network.graph()
        let group = try stream(graph)
        #expect(group.isSummed && !group.isMeasured)
        for unit in [0, 4] { graph.clear(group.slices[0], unit: unit) }
        let smaller = try UnitSelection(graph, removing: [(group, [0, 4])]).apply(to: graph)
        #expect(try smaller.randomOutputs().map(\.bitPattern) == graph.randomOutputs().map(\.bitPattern))
    }

    @Test("Where whole groups cannot go, the channels at one place in all groups do") func placesInGroups() throws {
        var network = NetworkBuilder(input: [3, 2, 2])
        network.convolution("first", 8, pad: 1)
        network.reshape("apart", [2, 16])
        network.node("Softmax", name: "softmax", [], [AttributeProto("axis", .int(1))], shape: [2, 16])
        network.reshape("back", [8, 2, 2])
        network.flatten()
        network.gemm("output", 2)
        let graph = try network.graph()
        let group = try stream(graph)
        #expect(group.slices[0].indices == [[0, 4], [1, 5], [2, 6], [3, 7]])
        let smaller = try UnitSelection(graph, removing: [(group, [1])]).apply(to: graph)
        #expect(smaller.values.map(\.shape) == [[3, 2, 2], [6, 2, 2], [2, 12], [2, 12], [6, 2, 2], [24], [2]])
    }

    @Test func groupsThatAreNormalizedByThemselvesGoWhole() throws {
        var network = NetworkBuilder(input: [3, 2, 2])
        network.model.opsetImports = [OperatorSetID(version: 21)]
        network.convolution("first", 8, kernel: 1)
        network.constant("scale", [8], (0..<8).map { 0.5 + Float($0) / 8 })
        network.constant("shift", [8], (0..<8).map { Float($0) / 8 - 0.5 })
        network.node("GroupNormalization", name: "norm", ["scale", "shift"], [AttributeProto("num_groups", .int(4))], shape: [8, 2, 2])
        network.convolution("output", 2, kernel: 1)
        var graph = try network.graph()
        let group = try stream(graph)
        #expect(group.units == 4)
        for slice in group.slices where slice.kind == .reads { graph.clear(slice, unit: 2) }
        let smaller = try UnitSelection(graph, removing: [(group, [2])]).apply(to: graph)
        #expect(smaller.shape(of: "scale") == [6])
        #expect(try smaller.randomOutputs().map(\.bitPattern) == graph.randomOutputs().map(\.bitPattern))
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
    }

    @Test func whatAUnitDoesToTheMeasureCounts() throws {
        // Nothing reads unit 3: contributions of the weights that make it come from its part in mean and deviation alone.
        var graph = try NetworkBuilder.normalized(.layer)
        let group = try stream(graph)
        for slice in group.slices where slice.kind == .reads { graph.clear(slice, unit: 3) }
        let context = try TrainingContext.synthetic(for: graph, classes: 8, shape: [4, 3])
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "units")
        try run.observe(drawsAnswers: false)
        let first = run.layout.range(graph.index(ofParameter: "embedding.weight")).lowerBound
        #expect((0..<3).allSatisfy { run.optimizer.second.pointer[first + 8 * $0 + 3] > 0 })
    }
}
