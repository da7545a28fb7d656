import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Operators whose parameters moved from attributes to inputs: both forms are the same network.
@Suite struct FormTests {
    private func expectEqual(_ old: ModelProto, _ new: ModelProto) throws {
        let graph = try Graph(old)
        #expect(graph.exported() == (try Graph(new)).exported())
        #expect(graph.exported() == (try Graph(graph.exported())).exported())
    }

    @Test func clip() throws {
        let bounds = [("low", Float(0)), ("high", 6)].map { TensorProto(name: $0, dimensions: [], floats: [$1]) }
        try expectEqual(
            model(opset: 7, [node("Clip", ["x"], ["y"], ["min": .float(0), "max": .float(6)])], x: [4]),
            model(opset: 11, [node("Clip", ["x", "low", "high"])], x: [4], constants: bounds))
    }

    @Test func clipWithoutALowerBound() throws {
        try expectEqual(
            model(opset: 7, [node("Clip", ["x"], ["y"], ["max": .float(6)])], x: [4]),
            model(
                opset: 13, [node("Clip", ["x", "", "high"])], x: [4],
                constants: [TensorProto(name: "high", dimensions: [], floats: [6])]))
    }

    @Test func squeeze() throws {
        try expectEqual(
            model(opset: 11, [node("Squeeze", ["x"], ["y"], ["axes": .ints([2, -1])])], x: [3, 1, 1]),
            model(opset: 13, [node("Squeeze", ["x", "axes"])], x: [3, 1, 1], constants: [integers("axes", [2, 3])]))
    }

    @Test func unsqueeze() throws {
        try expectEqual(
            model(opset: 11, [node("Unsqueeze", ["x"], ["y"], ["axes": .ints([3, 2])])], x: [3]),
            model(opset: 13, [node("Unsqueeze", ["x", "axes"])], x: [3], constants: [integers("axes", [-1, -2])]))
    }

    @Test func slice() throws {
        let attributes: [String: AttributeValue] = ["starts": .ints([1]), "ends": .ints([3]), "axes": .ints([2])]
        let constants = [integers("s", [1]), integers("e", [3]), integers("a", [-1])]
        try expectEqual(
            model(opset: 9, [node("Slice", ["x"], ["y"], attributes)], x: [2, 4]),
            model(opset: 10, [node("Slice", ["x", "s", "e", "a"])], x: [2, 4], constants: constants))
    }

    @Test func pad() throws {
        let attributes: [String: AttributeValue] = ["pads": .ints([0, 0, 1, 0, 0, 2]), "value": .float(0.5)]
        let constants = [integers("p", [0, 0, 1, 0, 0, 2]), TensorProto(name: "v", dimensions: [], floats: [0.5])]
        let some = [integers("p", [1, 2]), constants[1], integers("a", [-1])]
        let old = model(opset: 7, [node("Pad", ["x"], ["y"], attributes)], x: [2, 4])
        try expectEqual(old, model(opset: 11, [node("Pad", ["x", "p", "v"])], x: [2, 4], constants: constants))
        try expectEqual(old, model(opset: 18, [node("Pad", ["x", "p", "v", "a"])], x: [2, 4], constants: some))
    }

    @Test func dropout() throws {
        let constants = [
            TensorProto(name: "r", dimensions: [], floats: [0.5]),
            TensorProto(name: "t", dimensions: [], dataType: .bool, content: .init([0])),
        ]
        try expectEqual(
            model(opset: 7, [node("Dropout", ["x"], ["y"], ["ratio": .float(0.5)])], x: [4]),
            model(opset: 12, [node("Dropout", ["x", "r", "t"])], x: [4], constants: constants))
    }

    @Test func softmaxOverFlatAxes() throws {
        try expectEqual(
            model(opset: 11, [node("Softmax", ["x"])], x: [5, 1]),
            model(opset: 13, [node("Softmax", ["x"], ["y"], ["axis": .int(-2)])], x: [5, 1]))
    }

    @Test func reshapeWithZerosAndMinusOne() throws {
        func reshape(_ shape: [Int], batch: Dimension = .parameter("N")) -> ModelProto {
            model([node("Reshape", ["x", "s"])], x: [4, 2, 3], constants: [integers("s", shape)], batch: batch)
        }
        try expectEqual(reshape([0, 0, 6]), reshape([-1, 4, 6]))
        try expectEqual(reshape([0, 0, 6]), reshape([1, 4, -1], batch: .value(1)))
        try expectEqual(reshape([0, -1]), model([node("Flatten", ["x"])], x: [4, 2, 3]))
    }

    @Test func aConstantWithAnAxisInThePlaceOfTheBatch() throws {
        try expectEqual(
            model([node("Add", ["x", "c"])], x: [2, 3, 3], constants: [floats("c", [1, 2, 1, 1])]),
            model([node("Add", ["x", "c"])], x: [2, 3, 3], constants: [floats("c", [2, 1, 1])]))
    }

    @Test func samePaddingIsWrittenAsPads() throws {
        func convolution(_ attributes: [String: AttributeValue]) -> ModelProto {
            model([node("Conv", ["x", "w"], ["y"], attributes)], x: [1, 5, 6], constants: [floats("w", [2, 1, 2, 3])])
        }
        let same = AttributeValue.string(Array("SAME_UPPER".utf8))
        let strides = AttributeValue.ints([1, 2])
        try expectEqual(
            convolution(["auto_pad": same, "strides": strides]),
            convolution(["pads": .ints([0, 0, 1, 1]), "strides": strides]))
    }
}
