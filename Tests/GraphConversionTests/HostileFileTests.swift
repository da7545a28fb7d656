import DependencyGroups
import GraphConversion
import GraphRewriting
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Numbers from a file that no arithmetic must trip over: each is refused.
@Suite struct HostileFileTests {
    private static let extremes = [Int.min, Int.min + 1, -1 << 32, -2, 1 << 31, 1 << 62, Int.max]

    private func expectRefused(_ model: ModelProto, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(refusal(model) != "accepted", sourceLocation: sourceLocation)
    }

    @Test(arguments: extremes) func sizesOfInputs(size: Int) {
        expectRefused(model([node("Relu", ["x"])], x: [size, size, size]))
        expectRefused(model([node("Flatten", ["x"])], x: [1 << 20, 1 << 20, 1 << 30]))
    }

    @Test(arguments: extremes) func pads(size: Int) {
        let pads = [integers("p", [0, size, 0, size])]
        expectRefused(model([node("Pad", ["x", "p"])], x: [3], constants: pads))
        expectRefused(
            model([node("MaxPool", ["x"], ["y"], ["kernel_shape": .ints([2]), "pads": .ints([size, 0])])], x: [1, 4]))
    }

    @Test(arguments: extremes) func shapes(size: Int) {
        expectRefused(model([node("Reshape", ["x", "s"])], x: [4], constants: [integers("s", [0, size, size])]))
        expectRefused(model([node("Reshape", ["x", "s"])], x: [4], constants: [integers("s", [-1, size])]))
        expectRefused(
            model(
                [node("Reshape", ["c", "s"], ["r"]), node("Add", ["x", "r"])], x: [4],
                constants: [floats("c", [4]), integers("s", [size, size, 4])]))
    }

    @Test(arguments: extremes) func axes(axis: Int) {
        for type in ["Softmax", "Concat", "Flatten"] {
            // The first axis is the batch, along which values can stand one behind the other.
            guard type == "Softmax" || axis != -2 else { continue }
            let inputs = type == "Concat" ? ["x", "x"] : ["x"]
            expectRefused(model([node(type, inputs, ["y"], ["axis": .int(axis)])], x: [4]))
        }
        for type in ["Squeeze", "Unsqueeze"] where axis != -2 || type == "Squeeze" {
            expectRefused(model([node(type, ["x", "a"])], x: [4], constants: [integers("a", [axis])]))
            expectRefused(
                model(
                    [node(type, ["c", "a"], ["r"]), node("Add", ["x", "r"])], x: [4],
                    constants: [floats("c", [4]), integers("a", [axis])]))
        }
        expectRefused(model([node("Transpose", ["x"], ["y"], ["perm": .ints([0, axis])])], x: [4]))
    }

    @Test(arguments: extremes) func windows(size: Int) {
        for name in ["kernel_shape", "strides", "dilations"] {
            var attributes: [String: AttributeValue] = ["kernel_shape": .ints([2])]
            attributes[name] = .ints([size])
            expectRefused(model([node("MaxPool", ["x"], ["y"], attributes)], x: [1, 4]))
        }
        expectRefused(
            model(
                [node("Conv", ["x", "w"], ["y"], ["group": .int(size)])], x: [1, 4],
                constants: [floats("w", [1, 1, 2])]))
    }

    @Test("slices may reach anywhere", arguments: extremes, extremes)
    func slices(start: Int, end: Int) throws {
        for step in [1, -1, Int.max, Int.min] {
            let constants = [
                integers("s", [start]), integers("e", [end]), integers("a", [1]), integers("t", [step]),
            ]
            let sliced = model([node("Slice", ["x", "s", "e", "a", "t"])], x: [4], constants: constants)
            if let graph = try? Graph(sliced) {
                #expect((1...4).contains(graph.values[graph.outputs[0]].count))
            }
        }
    }

    @Test func tensorsWithoutElements() {
        for shape in [[0], [0, 4], [4, 0]] {
            let empty = TensorProto(name: "w", dimensions: shape, floats: [])
            for type in ["Gemm", "MatMul", "Add", "Conv"] {
                expectRefused(model([node(type, ["x", "w"])], x: [4], constants: [empty]))
                expectRefused(model([node(type, ["x", "w"])], x: [4, 4], constants: [empty]))
            }
        }
        let wide = TensorProto(name: "w", dimensions: [1 << 40, 0, 1 << 40], dataType: .float, content: .init())
        expectRefused(model([node("Conv", ["x", "w"])], x: [4, 4], constants: [wide]))
        expectRefused(model([node("Transpose", ["w"], ["t"]), node("Add", ["x", "t"])], x: [4], constants: [wide]))
    }

    @Test func emptyAxesBesideHugeOnes() {
        let wide = TensorProto(name: "w", dimensions: [0, 1 << 40, 1 << 40], dataType: .int8, content: .init())
        let none = integers("i", [])
        expectRefused(
            model([node("Gather", ["w", "i"], ["g"]), node("Add", ["x", "g"])], x: [4], constants: [wide, none]))
        let scale = floats("s", [2])
        expectRefused(
            model([node("DequantizeLinear", ["w", "s"], ["d"], ["axis": .int(0)])], x: [4], constants: [wide, scale]))
    }

    @Test("what has no name is no input that is left out") func namelessTensors() {
        let nameless = floats("", [2])
        expectRefused(model([node("Gemm", ["x", ""])], x: [2], constants: [floats("", [2, 2])]))
        expectRefused(model([node("Add", ["x", ""])], x: [2], constants: [nameless]))
        expectRefused(model([node("Constant", [], [""], ["value": .tensor(nameless)]), node("Add", ["x", ""])], x: [2]))
        var network = model([node("Relu", [""])], x: [2])
        network.graph.inputs[0].name = ""
        #expect(refusal(network) == "input '': it has no name")
    }

    /// Two units, each repeated along an axis of a file's own choice.
    private func repeated(_ length: Int, _ rest: [NodeProto]) throws -> ChannelAnalysis {
        let nodes = [
            node("MatMul", ["x", "w"], ["h"]), node("Unsqueeze", ["h", "two"], ["u"]), node("Expand", ["u", "shape"], ["e"]),
        ]
        let constants = [
            floats("w", [4, 2]), integers("two", [2]), integers("shape", [1, 1, length]), integers("flat", [0, -1]),
            integers("one", [1]), floats("v", [2, 3]),
        ]
        return ChannelAnalysis(try Graph(model(nodes + rest, x: [4], constants: constants)))
    }

    @Test("indices on very long axes are not told apart, units beside them are") func longAxes() throws {
        let sum = [node("ReduceSum", ["e", "two"], ["s"], ["keepdims": .int(0)]), node("MatMul", ["s", "v"])]
        #expect(try repeated(1 << 30, sum).groups.map(\.units) == [2])
        let flat = [node("Reshape", ["e", "flat"], ["f"]), node("ReduceSum", ["f", "one"])]
        #expect(try repeated(1 << 10, flat).groups.map(\.units) == [2])
        #expect(
            try repeated(1 << 30, flat).protected.map(\.reason)
                == ["its units are on an axis, or one goes with them, that is too long to tell them apart"])
    }

    @Test("One number for the units of a very long axis is not written out for each") func numberForManyUnits() throws {
        let graph = try Graph(model([node("Mul", ["x", "half"])], x: [1 << 31], constants: [floats("half", [1])]))
        #expect(graph.foldingIntoLayers().nodes.count == 1)
    }

    private static let manyOnes = [Int](repeating: 1, count: 1_000_000)

    @Test("A million axes are refused at once", .timeLimit(.minutes(1)), arguments: [
        "Add", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Gather", "Cast",
    ])
    func axesOfConstants(type: String) {
        let constants = [
            TensorProto(name: "w", dimensions: Self.manyOnes, int64s: [3]), integers("a", Self.manyOnes.map { _ in 0 }),
        ]
        let inputs = ["Transpose", "Cast"].contains(type) ? ["w"] : type == "Unsqueeze" ? ["a", "a"] : ["w", "a"]
        let nodes = [node(type, inputs, ["c"], ["to": .int(1)]), node("Add", ["x", "c"])]
        let text = refusal(model(nodes, x: [4], constants: constants))
        let words = type == "Unsqueeze" ? "axes are more than 64" : "has 1000000 axes; at most 64 are understood"
        #expect(text.contains(words))
    }

    @Test(.timeLimit(.minutes(1))) func axesOfValues() {
        expectRefused(model([node("Relu", ["x"])], x: Self.manyOnes))
        let axes = [integers("a", Array(1...1_000_000))]
        expectRefused(model([node("Unsqueeze", ["x", "a"])], x: [4], constants: axes))
        let shape = [integers("s", [0, 4] + Self.manyOnes)]
        expectRefused(model([node("Reshape", ["x", "s"])], x: [4], constants: shape))
    }

    @Test("One tensor makes many parameters without a look at each", .timeLimit(.minutes(1)))
    func manyParameters() throws {
        var network = model([], x: [4], constants: [floats("w", [4, 2])])
        network.graph.nodes = (0..<50_000).map { node("Gemm", ["x", "w"], ["y\($0)"], ["alpha": .float(Float($0))]) }
        network.graph.nodes += [node("Gemm", ["x", "w"], ["z"], ["alpha": .float(7)])]
        network.graph.outputs = network.graph.nodes.map { ValueInfoProto(name: $0.outputs[0], shape: nil) }
        let graph = try Graph(network)
        #expect(graph.parameters.count == 50_000)
        #expect(graph.parameters[49_999].name == "w_50000")
        #expect(graph.nodes[50_000].inputs[1] == graph.nodes[7].inputs[1])
    }

    @Test("Outputs are found without a look at each", .timeLimit(.minutes(1)))
    func manyOutputs() throws {
        var network = model([], x: [4])
        network.graph.nodes = (0..<100_000).map { node("Identity", ["x"], ["y\($0)"]) }
        network.graph.outputs = network.graph.nodes.map { ValueInfoProto(name: $0.outputs[0], shape: nil) }
        #expect(try Graph(network).outputs.count == 100_000)
    }

    @Test func nodesWithTooFewOrTooManyInputsOrOutputs() {
        let types = [
            "Conv", "Gemm", "MatMul", "Relu", "Clip", "Add", "BatchNormalization", "Softmax", "MaxPool",
            "GlobalAveragePool", "Reshape", "Flatten", "Transpose", "Slice", "Pad", "Concat", "Identity", "Constant",
        ]
        for type in types {
            expectRefused(model([node(type, [])], x: [4, 4]))
            expectRefused(model([node(type, [""])], x: [4, 4]))
            let many = node(type, [String](repeating: "x", count: 7), ["y", "q"])
            expectRefused(model([many, node("Relu", ["q"], ["v"])], x: [4, 4]))
            var none = model([node(type, ["x"], [])], x: [4, 4])
            none.graph.outputs = [ValueInfoProto(name: "x", shape: nil)]
            expectRefused(none)
        }
    }

    @Test(arguments: ["Cast", "Div", "Gather", "Reshape", "ReduceSum"]) func constantsThatGoNowhere(type: String) {
        let constants = [integers("a", [1, 1]), integers("b", [1])]
        let nothing = node(type, ["a", "b"], [], ["to": .int(1)])
        expectRefused(model([nothing, node("Relu", ["x"])], x: [4], constants: constants))
    }

    @Test("constants of nodes without outputs are no harm", arguments: ["Identity", "Where", "Add", "Split"])
    func withoutOutputs(type: String) {
        let inputs = ["Where": ["truth", "a", "a"], "Add": ["a", "a"]][type] ?? ["a"]
        let constants = [integers("a", [1]), TensorProto(name: "truth", dimensions: [1], dataType: .bool, content: .init([1]))]
        let nodes = [node(type, inputs, []), node("Relu", ["x"])]
        #expect(!refusal(model(nodes, x: [1], constants: constants)).isEmpty)
    }
}
