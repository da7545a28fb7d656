import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// HardSwish as it is spelled before opset 14.
@Suite struct HardSwishTests {
    private func number(_ name: String, _ value: Float, shape: [Int] = []) -> TensorProto {
        TensorProto(name: name, dimensions: shape, floats: [value])
    }

    private var constants: [TensorProto] {
        [number("zero", 0), number("six", 6), number("three", 3, shape: [1]), number("sixth", 1 / 6)]
    }

    private func export(_ nodes: [NodeProto]) throws -> ModelProto {
        try Graph(model(nodes, x: [4, 2], constants: constants)).exported()
    }

    private var clipped: [NodeProto] { [node("Add", ["x", "three"], ["a"]), node("Clip", ["a", "zero", "six"], ["c"])] }

    @Test func everyOrderIsOneNode() throws {
        let expected = try export([node("HardSwish", ["x"])])
        let slope: [String: AttributeValue] = ["alpha": .float(1 / 6), "beta": .float(0.5)]
        for ends in [
            [node("Mul", ["x", "c"], ["m"]), node("Div", ["m", "six"])],
            [node("Mul", ["c", "x"], ["m"]), node("Mul", ["sixth", "m"])],
            [node("Div", ["c", "six"], ["d"]), node("Mul", ["x", "d"])],
            [node("Mul", ["c", "sixth"], ["d"]), node("Mul", ["d", "x"])],
        ] {
            #expect(try export(clipped + ends) == expected)
        }
        #expect(try export([node("HardSigmoid", ["x"], ["h"], slope), node("Mul", ["h", "x"])]) == expected)
    }

    @Test func inAChain() throws {
        let swish = clipped + [node("Mul", ["x", "c"], ["m"]), node("Div", ["m", "six"], ["s"])]
        #expect(
            try export([node("Relu", ["x"], ["x'"])] + swish + [node("Add", ["s", "x'"])])
                == export([node("Relu", ["x"], ["x'"]), node("HardSwish", ["x"], ["s"], name: "s"), node("Add", ["s", "x'"])]))
    }

    @Test("Nodes that others read, or that compute something else, stay") func others() throws {
        let sum = [node("Mul", ["x", "c"], ["m"]), node("Div", ["m", "six"], ["s"])]
        for nodes in [
            clipped + sum + [node("Add", ["s", "c"])],
            clipped + [node("Mul", ["x", "c"], ["m"]), node("Div", ["six", "m"])],
            clipped + [node("Mul", ["x", "c"], ["m"]), node("Div", ["m", "three"])],
            clipped + [node("Mul", ["a", "c"], ["m"]), node("Div", ["m", "six"])],
            [node("HardSigmoid", ["x"], ["h"]), node("Mul", ["h", "x"])],
        ] {
            #expect(try export(nodes).graph.nodes.count == nodes.count)
        }
        var shown = model(clipped + sum.dropLast() + [node("Div", ["m", "six"])], x: [4, 2], constants: constants)
        shown.graph.outputs.append(ValueInfoProto(name: "m", shape: nil))
        #expect(try Graph(shown).nodes.count == 4)
    }

    @Test("Numbers in formulas are not trained") func numbers() throws {
        let graph = try Graph(model([node("Div", ["x", "six"])], x: [4, 2], constants: constants))
        #expect(graph.parameters.map(\.role) == [.statistic])
    }
}
