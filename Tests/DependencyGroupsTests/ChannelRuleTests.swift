import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// What structured pruning may remove from a layer `x -> Conv -> …`.
@Suite struct ChannelRuleTests {
    /// The analysis of a convolution with 4 units, the given nodes from `c` to `f`, and a last layer with 2 outputs.
    private func analysis(
        _ nodes: [NodeProto], constants: [TensorProto] = [], inputs: Int, last: String = "f"
    ) throws -> (graph: Graph, channels: ChannelAnalysis) {
        let graph = try Graph(
            model(
                [node("Conv", ["x", "w"], ["c"], name: "conv")] + nodes + [node("Gemm", [last, "v"])], x: [1, 5, 5],
                constants: [floats("w", [4, 1, 2, 2]), floats("v", [inputs, 2])] + constants))
        return (graph, ChannelAnalysis(graph))
    }

    private func slices(_ result: (graph: Graph, channels: ChannelAnalysis)) -> [String] {
        result.channels.groups.first { $0.layers == [0] }?.slices.compactMap { slice in
            slice.parameter.map { "\(result.graph.parameters[$0].name) axis \(slice.axis) by \(slice.width)" }
        } ?? result.channels.protected.filter { $0.layer == 0 }.map(\.reason)
    }

    private let flatten = node("Flatten", ["a"], ["f"])

    @Test func normalizationGoesWithItsChannels() throws {
        let names = ["scale", "shift", "mean", "variance"]
        let result = try analysis(
            [node("BatchNormalization", ["c"] + names, ["a"]), flatten], constants: names.map { floats($0, [4]) },
            inputs: 64)
        #expect(
            slices(result) == [
                "w axis 0 by 1", "scale axis 0 by 1", "shift axis 0 by 1", "mean axis 0 by 1", "variance axis 0 by 1",
                "v axis 1 by 16",
            ])
    }

    @Test func constantsPerChannelGoWithTheirChannels() throws {
        let channels = try analysis(
            [node("Mul", ["c", "m"], ["a"]), flatten], constants: [floats("m", [1, 4, 1, 1])], inputs: 64)
        #expect(slices(channels) == ["w axis 0 by 1", "m axis 0 by 1", "v axis 1 by 16"])
        let shared = try analysis(
            [node("Mul", ["m", "c"], ["a"]), flatten], constants: [floats("m", [4, 1])], inputs: 64)
        #expect(slices(shared) == ["w axis 0 by 1", "v axis 1 by 16"])
    }

    @Test func reshapesCarryChannelsThatStayWhole() throws {
        let result = try analysis(
            [node("Reshape", ["c", "s"], ["a"]), node("Relu", ["a"], ["b"]), node("Flatten", ["b"], ["f"])],
            constants: [integers("s", [0, 16, 4])], inputs: 64)
        #expect(slices(result) == ["w axis 0 by 1", "v axis 1 by 16"])
        let smaller = try UnitSelection(result.graph, removing: [(result.channels.groups[0], [1])]).apply(to: result.graph)
        #expect(smaller.values.map(\.shape) == [[1, 5, 5], [3, 4, 4], [12, 4], [12, 4], [48], [2]])
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
    }

    @Test func unitsAreFollowedToOtherAxesAndPlaces() throws {
        let joined = try analysis(
            [node("Reshape", ["c", "s"], ["a"]), flatten], constants: [integers("s", [0, 2, 32])], inputs: 64)
        #expect(slices(joined) == ["w axis 0 by 2", "v axis 1 by 32"])
        let added = try analysis([node("Add", ["c", "c"], ["a"]), flatten], inputs: 64)
        #expect(slices(added) == ["w axis 0 by 1", "v axis 1 by 16"])
        let concatenated = try analysis([node("Concat", ["c", "c"], ["a"], ["axis": .int(1)]), flatten], inputs: 128)
        #expect(slices(concatenated) == ["w axis 0 by 1", "v axis 1 by 32"])
        let moved = try analysis(
            [
                node("Transpose", ["c"], ["a"], ["perm": .ints([0, 2, 3, 1])]), node("MatMul", ["a", "m"], ["b"]),
                node("Flatten", ["b"], ["f"]),
            ], constants: [floats("m", [4, 3])], inputs: 48)
        #expect(slices(moved) == ["w axis 0 by 1", "m axis 0 by 1"])
        #expect(moved.channels.groups.map(\.units) == [4, 3])
        #expect(moved.channels.groups[1].slices.map(\.width) == [1, 16])
    }

    @Test func unitsOnTheLastAxisAreFollowedIntoAFlatSample() throws {
        let moved = try analysis([node("Transpose", ["c"], ["a"], ["perm": .ints([0, 2, 3, 1])]), flatten], inputs: 64)
        #expect(slices(moved) == ["w axis 0 by 1", "v axis 1 by 16"])
        #expect(moved.channels.groups[0].slices[1].indices[3] == Array(stride(from: 3, to: 64, by: 4)))
    }

    @Test func whatMixesChannelsProtectsThem() throws {
        let normalized = try analysis([node("Softmax", ["c"], ["a"], ["axis": .int(1)]), flatten], inputs: 64)
        #expect(slices(normalized) == ["Softmax over the channels ('a')"])
        let repeated = try analysis([node("Mul", ["c", "m"], ["a"]), flatten], constants: [floats("m", [4, 1, 1])], inputs: 64)
        #expect(slices(repeated) == ["w axis 0 by 1", "m axis 0 by 1", "v axis 1 by 16"])
    }

    @Test func aPartOfTheChannelsIsAGroupOfItsOwn() throws {
        let result = try analysis(
            [
                node("Slice", ["c", "s", "e", "a"], ["d"]), node("Flatten", ["d"], ["f"]),
            ], constants: [integers("s", [1]), integers("e", [3]), integers("a", [1])], inputs: 32)
        #expect(result.channels.groups.map(\.units) == [2, 2])
        #expect(slices(result) == ["w axis 0 by 1"])
        let read = try #require(result.channels.groups.last)
        #expect(read.slices.map(\.indices) == [[[1], [2]], [Array(0..<16), Array(16..<32)]])
        let smaller = try UnitSelection(result.graph, removing: [(read, [0]), (result.channels.groups[0], [0, 1])])
            .apply(to: result.graph)
        #expect(smaller.values.map(\.shape) == [[1, 5, 5], [1, 4, 4], [1, 4, 4], [16], [2]])
    }

    @Test("Channels that are taken by their places go with what is made of them", arguments: [[3], [3, 1]])
    func selection(_ shape: [Int]) throws {
        let places = TensorProto(name: "p", dimensions: shape, int64s: [2, 0, 2])
        let result = try analysis(
            [
                node("GlobalMaxPool", ["c"], ["b"]), node("Flatten", ["b"], ["d"]),
                node("Gather", ["d", "p"], ["a"], ["axis": .int(1)]), flatten,
            ], constants: [places], inputs: 3)
        let read = result.channels.groups.filter { $0.slices.count == 2 }
        #expect(read.map { $0.slices.map(\.indices) } == [[[[0]], [[1]]], [[[2]], [[0, 2]]]])
        let rest = try #require(result.channels.groups.first { $0.slices.count == 1 })
        #expect(rest.slices.map(\.indices) == [[[1], [3]]])
        let smaller = try UnitSelection(result.graph, removing: [(rest, [0])]).apply(to: result.graph)
        #expect(smaller.values.map(\.shape) == [[1, 5, 5], [3, 4, 4], [3, 1, 1], [3], shape, [3], [2]])
        #expect(try Graph(smaller.exported()).exported() == smaller.exported())
    }

    @Test func shuffledChannelsGoOneByOne() throws {
        let result = try analysis(
            [
                node("Reshape", ["c", "s"], ["d"]), node("Transpose", ["d"], ["e"], ["perm": .ints([0, 2, 1, 3, 4])]),
                node("Reshape", ["e", "t"], ["a"]), flatten,
            ], constants: [integers("s", [0, 2, 2, 4, 4]), integers("t", [0, 4, 4, 4])], inputs: 64)
        #expect(result.graph.nodes.map(\.operation.onnxName) == ["Conv", "Gather", "Flatten", "Gemm"])
        #expect(slices(result) == ["w axis 0 by 1", "v axis 1 by 16"])
        #expect(result.channels.groups[0].slices[1].indices.map { $0[0] / 16 } == [0, 2, 1, 3])
        let smaller = try UnitSelection(result.graph, removing: [(result.channels.groups[0], [1])]).apply(to: result.graph)
        #expect(smaller.values.map(\.shape) == [[1, 5, 5], [3, 4, 4], [3, 4, 4], [48], [2]])
    }

    @Test("Zeros that an exporter keeps once for several layers do not tie them") func filledConstants() throws {
        let zeros = TensorProto(name: "zeros", dimensions: [4], floats: [0, 0, 0, 0])
        let result = try analysis(
            [
                node("Add", ["c", "u"], ["a"]), flatten, node("Gemm", ["f", "k", "zeros"], ["g"], name: "first"),
                node("Gemm", ["g", "l", "zeros"], ["h"], name: "second"), node("Gemm", ["h", "m", "n"], ["f2"], name: "third"),
            ], constants: [floats("u", [1]), zeros, floats("k", [64, 4]), floats("l", [4, 4]), floats("m", [4, 4]), floats("n", [4])],
            inputs: 4, last: "f2")
        #expect(result.graph.parameters.map(\.name).filter { $0.hasPrefix("zeros") } == ["zeros", "zeros_copy"])
        #expect(result.channels.groups.map(\.layers) == [[0], [1], [2], [3]])
    }

    @Test func movesWithinAChannelCarryIt() throws {
        let constants = [
            integers("p", [0, 0, 1, 0, 0, 0, 0, 1]), integers("s", [1]), integers("e", [5]), integers("a", [2]),
        ]
        let result = try analysis(
            [
                node("Pad", ["c", "p"], ["d"]), node("Slice", ["d", "s", "e", "a"], ["g"]),
                node("Transpose", ["g"], ["h"], ["perm": .ints([0, 1, 3, 2])]), node("Flatten", ["h"], ["f"]),
            ], constants: constants, inputs: 80)
        #expect(slices(result) == ["w axis 0 by 1", "v axis 1 by 20"])
    }

    @Test func transposedConvolutionsReadAndMakeChannels() throws {
        func up(_ groups: Int) -> NodeProto {
            node("ConvTranspose", ["c", "u", "b"], ["a"], name: "up", ["strides": .ints([2, 2]), "group": .int(groups)])
        }
        let last = node("GlobalAveragePool", ["a"], ["p"])
        func result(_ groups: Int, _ outputs: Int) throws -> (graph: Graph, channels: ChannelAnalysis) {
            try analysis(
                [up(groups), last, node("Flatten", ["p"], ["f"])],
                constants: [floats("u", [4, outputs / groups, 2, 2]), floats("b", [outputs])], inputs: outputs)
        }
        func makes(_ result: (graph: Graph, channels: ChannelAnalysis)) throws -> [String] {
            try #require(result.channels.groups.first { $0.layers.contains(1) }).slices.compactMap { slice in
                slice.parameter.map { "\(result.graph.parameters[$0].name) axis \(slice.axis) by \(slice.width)" }
            }
        }
        let whole = try result(1, 3)
        #expect(slices(whole) == ["w axis 0 by 1", "u axis 0 by 1"])
        #expect(try makes(whole) == ["u axis 1 by 1", "b axis 0 by 1", "v axis 1 by 1"])
        let grouped = try result(2, 6)
        #expect(slices(grouped) == ["w axis 0 by 2", "u axis 0 by 2"])
        #expect(try makes(grouped) == ["u axis 1 by 1", "b axis 0 by 2", "v axis 1 by 2"])
        let depthwise = try result(4, 8)
        #expect(try makes(depthwise) == ["w axis 0 by 1", "u axis 0 by 1", "b axis 0 by 2", "v axis 1 by 2"])
        let smaller = try UnitSelection(depthwise.graph, removing: [(depthwise.channels.groups[0], [1])])
            .apply(to: depthwise.graph)
        #expect(smaller.values.map(\.shape) == [[1, 5, 5], [3, 4, 4], [6, 8, 8], [6, 1, 1], [6], [2]])
    }

    @Test func resizedAxesAreApartFromChannels() throws {
        let scales = TensorProto(name: "s", dimensions: [4], floats: [1, 1, 2, 0.5])
        let planes = try analysis([node("Resize", ["c", "", "s"], ["a"]), flatten], constants: [scales], inputs: 64)
        #expect(slices(planes) == ["w axis 0 by 1", "v axis 1 by 16"])
        let halved = TensorProto(name: "s", dimensions: [4], floats: [1, 0.5, 1, 1])
        let channels = try analysis([node("Resize", ["c", "", "s"], ["a"]), flatten], constants: [halved], inputs: 32)
        #expect(slices(channels) == ["Resize mixes what is side by side ('a')"])
    }
}
