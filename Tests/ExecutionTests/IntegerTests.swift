import Execution
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// The network from x to y of a few nodes, for one sample, and its inputs.
private func run(_ nodes: [NodeProto], x: [Float], shape: [Int], type: DataType = .float, _ constants: [TensorProto]) throws -> [Float] {
    var file = ModelProto()
    file.opsetImports = [OperatorSetID(version: 17)]
    file.graph.nodes = nodes
    file.graph.initializers = constants
    file.graph.inputs = [ValueInfoProto(name: "x", elementType: type, shape: [.parameter("N")] + shape.map { .value($0) })]
    file.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
    let run = NetworkRun(try Graph(file), lanes: 1)
    for (index, number) in x.enumerated() { run.workspace.value(run.graph.inputs[0])[index] = number }
    run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
    run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
    return run.output[0]
}

private func node(_ type: String, _ inputs: [String], _ output: String, _ attributes: [AttributeProto] = []) -> NodeProto {
    NodeProto(operatorType: type, inputs: inputs, outputs: [output], attributes: attributes)
}

/// Integers that values hold, which are floats in the engine.
@Suite struct IntegerTests {
    /// The output of a network of integers for one sample; it is made a float in the end.
    private func output(_ nodes: [NodeProto], type: DataType, x: [Float], _ constants: [TensorProto] = []) throws -> [Float] {
        try run(
            nodes + [node("Cast", ["i"], "y", [AttributeProto("to", .int(DataType.float.rawValue))])], x: x, shape: [x.count], type: type,
            constants)
    }

    private func number(_ value: Int, _ type: DataType) -> TensorProto {
        TensorProto(name: "k", dimensions: [1], dataType: type, integers: [value])
    }

    @Test("bytes wrap around at 0 and at 256") func bytes() throws {
        let difference = [node("Sub", ["x", "k"], "i")]
        #expect(try output(difference, type: .uint8, x: [1, 3, 255], [number(3, .uint8)]) == [254, 0, 252])
        let sum = [node("Add", ["x", "k"], "i")]
        #expect(try output(sum, type: .uint8, x: [1, 3, 255], [number(3, .uint8)]) == [4, 6, 2])
        #expect(try output(sum, type: .int8, x: [1, 125, -128], [number(3, .int8)]) == [4, -128, -125])
    }

    @Test("products of 16 bits wrap around") func products() throws {
        #expect(
            try output([node("Mul", ["x", "k"], "i")], type: .int16, x: [2, 300, -300], [number(200, .int16)])
                == [400, -5536, 5536])
    }

    @Test("what is cast to a narrower type wraps around") func casts() throws {
        let cast = [node("Cast", ["x"], "i", [AttributeProto("to", .int(DataType.uint8.rawValue))])]
        #expect(try output(cast, type: .int32, x: [300, -1, 7]) == [44, 255, 7])
        let narrow = [node("Cast", ["x"], "i", [AttributeProto("to", .int(DataType.int8.rawValue))])]
        #expect(try output(narrow, type: .uint8, x: [200, 127, 128]) == [-56, 127, -128])
    }

    @Test("the opposite of the least number of a type is that number", arguments: ["Neg", "Abs"]) func opposites(type: String) throws {
        #expect(try output([node(type, ["x"], "i")], type: .int8, x: [-128]) == [-128])
    }

    @Test("sums beyond 2^24 are none") func sums() throws {
        let large: [Float] = [16_777_216, 2]
        let last = TensorProto(name: "k", dimensions: [], int64s: [1])
        #expect(try output([node("CumSum", ["x", "k"], "i")], type: .int64, x: large, [last]).map(\.isNaN) == [false, true])
        let axes = TensorProto(name: "k", dimensions: [1], int64s: [1])
        #expect(try output([node("ReduceSum", ["x", "k"], "i")], type: .int64, x: large, [axes])[0].isNaN)
        #expect(try output([node("ReduceSum", ["x", "k"], "i")], type: .int64, x: [16_777_216, -1], [axes]) == [16_777_215])
    }

    @Test("products of matrices beyond 2^24 are none") func matrixProducts() throws {
        let nodes = [node("Unsqueeze", ["x", "k"], "row"), node("Transpose", ["row"], "column", [AttributeProto("perm", .ints([0, 2, 1]))])]
        let axis = TensorProto(name: "k", dimensions: [1], int64s: [1])
        let found = try output(nodes + [node("MatMul", ["column", "row"], "i")], type: .int32, x: [1, 4097], [axis])
        #expect(found.map(\.isNaN) == [false, false, false, true])
    }

    @Test("what wraps around may be negative", arguments: [(DataType.int8, false), (.int32, true)])
    func signs(target: DataType, isNeverNegative: Bool) throws {
        var file = model([node("Cast", ["x"], "y", [AttributeProto("to", .int(target.rawValue))])], x: [3])
        file.graph.inputs[0].elementType = .uint8
        #expect(try Graph(file).nodes[0].operation.isNeverNegative(0, inputs: [true]) == isNeverNegative)
    }

    @Test("an integer beyond 2^24, up to which they are exact, is none") func beyond() throws {
        let square = [node("Mul", ["x", "x"], "i")]
        let found = try output(square, type: .int64, x: [4096, 4097, -5000])
        #expect(found[0] == 16_777_216)
        #expect(found[1].isNaN && found[2].isNaN)
    }
}

/// Places by which ONNX Runtime resamples.
@Suite struct ResampledPlaceTests {
    @Test("corners are aligned by the results that there are", arguments: [(1.7, 8), (0.6, 3), (0.3, 1)] as [(Float, Int)])
    func places(scale: Float, results: Int) throws {
        let attributes = [("coordinate_transformation_mode", "align_corners"), ("mode", "linear")].map {
            AttributeProto($0, .string(Array($1.utf8)))
        }
        let output = try run(
            [node("Resize", ["x", "", "s"], "y", attributes)], x: [0, 1, 2, 3, 4], shape: [1, 5],
            [TensorProto(name: "s", dimensions: [3], floats: [1, 1, scale])])
        let expected = (0..<results).map { results == 1 ? 0 : Float($0) * 4 / Float(results - 1) }
        #expect(difference(output, expected) < 1e-6)
    }

    @Test(
        "a place that is rounded off the middle of two elements is in the middle",
        arguments: [(2, [0, 4]), (4, [0, 2, 4, 5])] as [(Int, [Float])])
    func middles(results: Int, expected: [Float]) throws {
        let words = [("coordinate_transformation_mode", "asymmetric"), ("mode", "nearest"), ("nearest_mode", "round_prefer_ceil")]
        let output = try run(
            [node("Resize", ["x", "", "s"], "y", words.map { AttributeProto($0, .string(Array($1.utf8))) })], x: [0, 1, 2, 3, 4, 5, 6],
            shape: [1, 7], [TensorProto(name: "s", dimensions: [3], floats: [1, 1, Float(results) / 7])])
        #expect(output == expected)
    }
}
