import DependencyGroups
import Execution
import GraphConversion
import NeuralGraph
import Testing
import TestNetworks
import Training

@Suite struct UnitSelectionTests {
    /// A random chain of convolutions and fully connected layers.
    private func chain(_ random: inout RandomStream) throws -> Graph {
        var network = NetworkBuilder(input: [1 + random.next(below: 2), 8, 8], seed: random.next())
        for layer in 0..<1 + random.next(below: 2) {
            network.convolution(
                "conv\(layer)", 2 + random.next(below: 4), pad: random.next(below: 2), bias: random.next(below: 2) == 0)
            if random.next(below: 2) == 0 { network.batchNormalization("bn\(layer)") }
            network.relu()
            if layer == 0 { network.maxPool(2) }
        }
        network.flatten()
        for layer in 0..<random.next(below: 3) {
            network.gemm("hidden\(layer)", 2 + random.next(below: 8), bias: random.next(below: 2) == 0)
            if random.next(below: 3) == 0 { network.batchNormalization("norm\(layer)") }
            network.relu()
        }
        network.gemm("output", 3)
        return try network.graph()
    }

    /// Some units of every group, never all.
    private func someUnits(
        _ groups: [ChannelGroup], _ random: inout RandomStream
    ) -> [(group: ChannelGroup, units: Set<Int>)] {
        groups.map { group in
            let units = (0..<group.units).filter { _ in random.next(below: 2) == 0 }
            return (group, Set(units.prefix(group.units - 1)))
        }
    }

    @Test(arguments: 0..<16) func removingUnitsWithoutWeightsLeavesTheOutputs(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "removal")
        var graph = try chain(&random)
        let removals = someUnits(ChannelAnalysis(graph).groups, &random)
        for (group, units) in removals {
            for slice in group.slices where slice.kind != .carries {
                for unit in units { graph.clear(slice, unit: unit) }
            }
        }
        let smaller = try UnitSelection(graph, removing: removals).apply(to: graph)
        #expect(try smaller.randomOutputs().map(\.bitPattern) == graph.randomOutputs().map(\.bitPattern))
        #expect(removals.allSatisfy(\.units.isEmpty) || smaller.parameterCount < graph.parameterCount)
    }

    @Test("removing units that are not read leaves the outputs", arguments: 0..<48) func branches(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "branches")
        try removeUnitsThatAreNotRead(NetworkBuilder.branches(&random), &random)
    }

    @Test("removing recurrent units that are not read leaves the outputs", arguments: 0..<32)
    func recurrences(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "recurrences")
        try removeUnitsThatAreNotRead(NetworkBuilder.recurrences(&random), &random)
    }

    @Test("removing heads and units of transformers that are not read leaves the outputs", arguments: 0..<32)
    func transformers(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "transformers")
        try removeUnitsThatAreNotRead(NetworkBuilder.transformer(&random), &random)
    }

    private func removeUnitsThatAreNotRead(_ original: Graph, _ random: inout RandomStream) throws {
        var graph = original
        let groups = ChannelAnalysis(graph).groups.filter { !$0.isMeasured }
        #expect(!groups.isEmpty)
        let removals = someUnits(groups, &random)
        for (group, units) in removals {
            for slice in group.slices where slice.kind == .reads {
                for unit in units { graph.clear(slice, unit: unit) }
            }
        }
        let smaller = try UnitSelection(graph, removing: removals).apply(to: graph)
        #expect(try smaller.randomOutputs().map(\.bitPattern) == graph.randomOutputs().map(\.bitPattern))
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
        for (group, units) in removals where !units.isEmpty {
            let slice = group.slices[0]
            let (before, after) = (graph.shape(of: slice.tensor), smaller.shape(of: slice.tensor))
            #expect(after[slice.axis] <= before[slice.axis] - units.count * slice.width)
        }
    }

    @Test(arguments: 0..<8) func flatBuffersLoseTheSameElementsAsTheGraph(_ seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "flat")
        let graph = try chain(&random)
        let removal = UnitSelection(graph, removing: someUnits(ChannelAnalysis(graph).groups, &random))
        let flat = graph.flatParameters().withUnsafeBufferPointer { removal.apply(to: $0) }
        #expect(flat == (try removal.apply(to: graph)).flatParameters())
    }

    @Test func tensorsAndValuesBecomeSmaller() throws {
        var network = NetworkBuilder(input: [1, 8, 8])
        network.convolution("conv", 4)
        network.maxPool(2)
        network.flatten()
        network.gemm("fc1", 6)
        network.gemm("fc2", 2)
        let graph = try network.graph()
        let groups = ChannelAnalysis(graph).groups
        let removal = UnitSelection(graph, removing: [(groups[0], [0, 2]), (groups[1], [5])])
        let smaller = try removal.apply(to: graph)
        #expect(smaller.shape(of: "conv.weight") == [2, 1, 3, 3])
        #expect(smaller.shape(of: "conv.bias") == [2])
        #expect(smaller.shape(of: "fc1.weight") == [5, 18])
        #expect(smaller.shape(of: "fc2.weight") == [2, 5])
        #expect(smaller.values.map(\.count) == [64, 72, 18, 18, 5, 2])
        #expect(smaller.parameterCount == 18 + 2 + 90 + 5 + 10 + 2)
        let kept = graph["fc1.weight"].enumerated().filter {
            $0.offset / 36 != 5 && [1, 3].contains($0.offset % 36 / 9)
        }
        #expect(smaller["fc1.weight"] == kept.map(\.element))
    }

    @Test func removingNothingIsEmpty() throws {
        let graph = try NetworkBuilder.twoLayers()
        let removal = UnitSelection(graph, removing: ChannelAnalysis(graph).groups.map { ($0, []) })
        #expect(removal.isEmpty)
        #expect(try removal.apply(to: graph).parameterBits == graph.parameterBits)
    }
}
