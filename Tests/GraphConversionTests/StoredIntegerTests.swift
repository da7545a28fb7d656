import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Weights that a file stores as integers, and nodes that make floats of them.
@Suite struct StoredIntegerTests {
    private func integers(_ name: String, _ shape: [Int], _ type: DataType, _ values: [Int]) -> TensorProto {
        TensorProto(name: name, dimensions: shape, dataType: type, integers: values)
    }

    private func floats(_ name: String, _ shape: [Int], _ values: [Float]) -> TensorProto {
        TensorProto(name: name, dimensions: shape, floats: values)
    }

    /// The network `y = x + w` of samples of six numbers.
    private func network(opset: Int = 21, _ nodes: [NodeProto], _ constants: [TensorProto]) -> ModelProto {
        model(opset: opset, nodes + [node("Add", ["x", "w"])], x: [6], constants: constants)
    }

    private func values(opset: Int = 21, _ nodes: [NodeProto], _ constants: [TensorProto]) throws -> [Float] {
        try Graph(network(opset: opset, nodes, constants)).parameters.first?.values ?? []
    }

    /// What the importer says of the node that makes `w`.
    private func refusal(_ nodes: [NodeProto], _ constants: [TensorProto]) -> String {
        let text = TestNetworks.refusal(network(nodes, constants))
        return text.components(separatedBy: "is not supported: ").last ?? text
    }

    @Test(
        "What ONNX Runtime's tools wrote is read as ONNX Runtime computes it",
        arguments: ["quantized-int8-axis", "quantized-int4", "quantized-uint4"])
    func toolsOfONNXRuntime(name: String) throws {
        let stored = try Graph(try fixture(name))
        let floats = try Graph(try fixture(name + "-floats"))
        #expect(stored.parameters.map(\.values.bits) == floats.parameters.map(\.values.bits))
        #expect(stored.exported() == floats.exported())
    }

    @Test("One scale for all, with and without a zero point", arguments: [DataType.int8, .uint8, .int16, .int4, .uint4, .int32])
    func perTensor(type: DataType) throws {
        let stored = integers("q", [6], type, [0, 1, 2, 3, 7, 5])
        let scale = floats("s", [], [0.1])
        let plain = try values([node("DequantizeLinear", ["q", "s"], ["w"])], [stored, scale])
        #expect(plain.bits == [0, 1, 2, 3, 7, 5].map { Float($0) * 0.1 }.bits)
        let zero = integers("z", [], type, [5])
        let shifted = try values([node("DequantizeLinear", ["q", "s", "z"], ["w"])], [stored, scale, zero])
        #expect(shifted.bits == [-5, -4, -3, -2, 2, 0].map { Float($0) * 0.1 }.bits)
    }

    @Test func scalesAlongAnAxis() throws {
        let stored = integers("q", [1, 2, 3], .int8, [1, 2, 3, -1, -2, -3])
        let constants = [stored, floats("s", [2], [0.5, 2]), integers("z", [2], .int8, [1, 0])]
        let attributes: [String: AttributeValue] = ["axis": .int(-2)]
        let nodes = [
            node("DequantizeLinear", ["q", "s", "z"], ["d"], attributes),
            node("Reshape", ["d", "shape"], ["w"]),
        ]
        #expect(
            try values(nodes, constants + [integers("shape", [1], .int64, [6])]) == [0, 0.5, 1, -2, -4, -6])
    }

    @Test func scalesOfBlocks() throws {
        let constants = [
            integers("q", [3, 2], .uint4, [1, 2, 3, 4, 5, 15]), floats("s", [2, 2], [1, 10, 100, 1000]),
            integers("z", [2, 2], .uint4, [1, 1, 0, 15]), integers("shape", [1], .int64, [6]),
        ]
        let attributes: [String: AttributeValue] = ["axis": .int(0), "block_size": .int(2)]
        let nodes = [
            node("DequantizeLinear", ["q", "s", "z"], ["d"], attributes), node("Reshape", ["d", "shape"], ["w"]),
        ]
        #expect(try values(nodes, constants) == [0, 10, 2, 30, 500, 0])
    }

    @Test func levelsOfACodebook() throws {
        let nodes = [
            node("Cast", ["q"], ["i"], ["to": .int(6)]), node("Gather", ["book", "i"], ["w"]),
        ]
        let constants = [integers("q", [6], .uint8, [0, 1, 2, 2, 1, 0]), floats("book", [3], [0, 0.3, -0.3])]
        #expect(try values(opset: 17, nodes, constants) == [0, 0.3, -0.3, -0.3, 0.3, 0])
    }

    @Test func rowsOfATable() throws {
        let constants = [floats("t", [3, 2], [1, 2, 3, 4, 5, 6]), integers("i", [3], .int64, [-1, 0, 1])]
        let nodes = [node("Gather", ["t", "i"], ["g"], ["axis": .int(0)]), node("Reshape", ["g", "shape"], ["w"])]
        #expect(try values(nodes, constants + [integers("shape", [1], .int64, [6])]) == [5, 6, 1, 2, 3, 4])
        let columns = [floats("t", [2, 3], [1, 2, 3, 4, 5, 6]), integers("i", [3], .int64, [2, 1, 0])]
        let across = [node("Gather", ["t", "i"], ["g"], ["axis": .int(1)]), node("Reshape", ["g", "shape"], ["w"])]
        #expect(try values(across, columns + [integers("shape", [1], .int64, [6])]) == [3, 2, 1, 6, 5, 4])
    }

    @Test func fewElementsAmongZeros() throws {
        let nodes = [
            node("CumSum", ["steps", "axis"], ["places"]), node("ConstantOfShape", ["shape"], ["zeros"]),
            node("ScatterElements", ["zeros", "places", "values"], ["w"]),
        ]
        let constants = [
            integers("steps", [3], .int32, [1, 1, 3]), integers("axis", [], .int64, [0]),
            integers("shape", [1], .int64, [6]), floats("values", [3], [7, 8, 9]),
        ]
        #expect(try values(nodes, constants) == [0, 7, 8, 0, 0, 9])
    }

    @Test func arithmeticOnConstants() throws {
        let constants = [
            integers("a", [3], .int32, [-7, 7, 8]), integers("b", [2, 1], .int32, [1, 4]), integers("c", [], .int32, [5]),
            floats("s", [], [0.1]), integers("shape", [1], .int64, [6]),
        ]
        let nodes = [
            node("Div", ["a", "b"], ["d"]), node("Mod", ["d", "c"], ["m"]), node("Sub", ["m", "c"], ["n"]),
            node("Add", ["n", "c"], ["o"]), node("Cast", ["o"], ["f"], ["to": .int(1)]), node("Mul", ["f", "s"], ["g"]),
            node("Reshape", ["g", "shape"], ["w"]),
        ]
        #expect(try values(nodes, constants).bits == [3, 2, 3, 4, 1, 2].map { Float($0) * 0.1 }.bits)
        let truncated = [node("Mod", ["a", "c"], ["m"], ["fmod": .int(1)]), node("Cast", ["m"], ["w"], ["to": .int(1)])]
        let rests = try Graph(model(truncated + [node("Add", ["x", "w"])], x: [3], constants: constants))
        #expect(rests.parameters[0].values == [-2, 2, 3])
    }

    @Test("Malformed nodes are refused in words") func malformed() {
        let q = integers("q", [2, 3], .int8, [1, 2, 3, 4, 5, 6])
        let s = floats("s", [], [1])
        func dequantized(
            _ more: [TensorProto], scale: TensorProto? = nil, _ attributes: [String: AttributeValue] = [:]
        ) -> String {
            let inputs = ["q", "s"] + more.map(\.name)
            return refusal([node("DequantizeLinear", inputs, ["w"], attributes)], [q, scale ?? s] + more)
        }
        #expect(
            dequantized([integers("z", [2], .int8, [0, 0])])
                == "the zero point of shape [2] does not fit the scale of shape []")
        #expect(
            dequantized([integers("z", [], .uint8, [0])]) == "the zero point is of type uint8, not of the weight's")
        #expect(
            dequantized([], scale: floats("s", [4], [1, 1, 1, 1]))
                == "the scale of shape [4] does not fit a weight of shape [2, 3] on axis 1")
        #expect(
            dequantized([], scale: floats("s", [2, 3], [1, 1, 1, 1, 1, 1]), ["block_size": .int(2)])
                == "the scale of shape [2, 3] does not fit a weight of shape [2, 3] on axis 1 in blocks of 2")
        #expect(dequantized([], scale: floats("s", [3], [1, 1, 1]), ["axis": .int(2)]) == "axis 2 is outside of rank 2")
        #expect(dequantized([], scale: integers("s", [], .int8, [1])) == "the scale is no 32-bit floats")
        #expect(
            refusal([node("DequantizeLinear", ["s", "s"], ["w"])], [s]) == "input 0 is no integers")
        #expect(
            refusal([node("Gather", ["book", "i"], ["w"])], [floats("book", [3], [1, 2, 3]), integers("i", [1], .int64, [3])])
                == "the index 3 is outside of the 3 on axis 0")
        let scattered = node("ScatterElements", ["s6", "i", "v"], ["w"])
        let six = floats("s6", [6], [0, 0, 0, 0, 0, 0])
        #expect(
            refusal([scattered], [six, integers("i", [1], .int32, [-7]), floats("v", [1], [1])])
                == "the index -7 is outside of the 6 on axis 0")
        #expect(
            refusal([scattered], [six, integers("i", [2], .int32, [0, 1]), floats("v", [1], [1])])
                == "it is understood for lists and without reduction only")
        #expect(
            refusal([node("Div", ["q", "z"], ["w"])], [q, integers("z", [], .int8, [0])])
                == "a result is no int8, or the divisor is 0")
        #expect(refusal([node("Mul", ["q", "q"], ["w"])], [integers("q", [1], .int8, [100])]) == "its result 10000 is no int8")
        #expect(refusal([node("Mul", ["q", "s"], ["w"])], [q, s]) == "its inputs are of different types")
        #expect(
            refusal([node("Cast", ["s"], ["w"], ["to": .int(8)])], [s])
                == "constants are cast to integers and float only, not to type 8")
        #expect(refusal([node("DequantizeLinear", ["q"], ["w"])], [q]) == "input 1 is missing")
    }

    @Test("A small file cannot make large constants", arguments: [1 << 21, 1 << 27, 1 << 31, 1 << 62, Int.max, -1])
    func hostileSizes(size: Int) {
        #expect(
            refusal([node("ConstantOfShape", ["n"], ["w"])], [integers("n", [1], .int64, [size])])
                == "a constant of shape [\(size)] is too large for a file of this size")
        let rows = [floats("t", [1, 1 << 13], .init(repeating: 0, count: 1 << 13)), integers("n", [1], .int64, [1 << 16])]
        let index = AttributeProto("value", .tensor(integers("", [1], .int64, [0])))
        var indices = node("ConstantOfShape", ["n"], ["i"])
        indices.attributes = [index]
        #expect(refusal([indices, node("Gather", ["t", "i"], ["w"])], rows) != "accepted")
    }
}

extension [Float] {
    fileprivate var bits: [UInt32] { map(\.bitPattern) }
}
