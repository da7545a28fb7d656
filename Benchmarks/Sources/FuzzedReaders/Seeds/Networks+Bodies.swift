import ONNX

/// Networks with bodies of control flow, and with what programs compute beside the layers.
extension Networks {
    private static func body(_ nodes: [NodeProto], inputs: [String] = [], outputs: [String]) -> AttributeValue {
        var body = GraphProto()
        body.name = "b"
        body.nodes = nodes
        body.initializers = [TensorProto(name: "inner", dimensions: [], floats: [0.5])]
        body.inputs = inputs.map { ValueInfoProto(name: $0, shape: nil) }
        body.outputs = outputs.map { ValueInfoProto(name: $0, shape: nil) }
        return .graph(body)
    }

    private static let choice = node(
        "If", ["c"], "y",
        [
            "then_branch": body([node("Relu", ["x"], "r"), node("Mul", ["r", "inner"], "m")], outputs: ["m"]),
            "else_branch": body([node("Tanh", ["x"], "m")], outputs: ["m"]),
        ])

    static let bodies: [ModelProto] = [
        model([node("Equal", ["k", "one"], "c"), choice], x: [4], constants: [integers("k", [1]), integers("one", [1])]),
        model(
            [node("ReduceSum", ["x", "axes"], "s"), node("Greater", ["s", "zero"], "c"), choice], x: [4],
            constants: [integers("axes", [1]), TensorProto(name: "zero", dimensions: [], floats: [0])]),
        model([loop], x: [4], output: "z", constants: turns),
        model(
            [
                node("Shape", ["x"], "h"), node("Gather", ["h", "second"], "n"), node("Range", ["zero", "n", "one"], "i"),
                node("Cast", ["i"], "f", ["to": .int(1)]), node("Expand", ["f", "shape"], "e"), node("Less", ["x", "e"], "c"),
                node("Where", ["c", "x", "e"], "w"), node("Tile", ["w", "copies"], "t"),
                node("ReduceMean", ["t"], "m", ["axes": .ints([-1]), "keepdims": .int(0)]),
                node("ReduceLogSumExp", ["t"], "l", ["axes": .ints([2]), "keepdims": .int(0)]),
                node("Max", ["m", "l", "m"], "y"),
            ], x: [2, 3],
            constants: [
                TensorProto(name: "second", dimensions: [], int64s: [2]), TensorProto(name: "zero", dimensions: [], int64s: [0]),
                TensorProto(name: "one", dimensions: [], int64s: [1]), integers("shape", [2, 3]), integers("copies", [1, 1, 2]),
            ]),
        model(
            [
                node("ArgMax", ["x"], "a", ["axis": .int(2), "keepdims": .int(0)]), node("Gather", ["table", "a"], "e"),
                node("Trilu", ["x", "k"], "u", ["upper": .int(0)]), node("CumSum", ["u", "axis"], "s", ["reverse": .int(1)]),
                node("ReduceL2", ["s"], "r", ["axes": .ints([1])]), node("QuantizeLinear", ["e", "scale", "zero"], "q"),
                node("DequantizeLinear", ["q", "scale", "zero"], "d"), node("Sub", ["d", "r"], "g"),
                node("Clip", ["g", "", "scale"], "y"),
            ], x: [3, 3],
            constants: [
                floats("table", [3, 3]), TensorProto(name: "k", dimensions: [], int64s: [0]),
                TensorProto(name: "axis", dimensions: [], int64s: [1]), TensorProto(name: "scale", dimensions: [], floats: [0.25]),
                TensorProto(name: "zero", dimensions: [], dataType: .int8, integers: [3]),
            ]),
    ]

    /// Nodes that are not understood behind an output that is not judged.
    static let unread: ModelProto = {
        var result = model(
            [
                node("Gemm", ["x", "w"], "h"), node("HardSigmoid", ["h"], "g", ["alpha": .float(1 / 6)]), node("Mul", ["h", "g"], "r"),
                node("Gemm", ["r", "v"], "y"), node("NonZero", ["g"], "n"), node("Gather", ["n", "k"], "p"), node("Add", ["p", "w"], "z"),
            ], x: [3], constants: [floats("w", [3, 4]), floats("v", [4, 2]), integers("k", [1])])
        result.graph.outputs.append(ValueInfoProto(name: "z", shape: nil))
        return result
    }()

    private static let loop = NodeProto(
        operatorType: "Loop", inputs: ["count", "true", "x"], outputs: ["z"],
        attributes: [
            AttributeProto(
                "body",
                body(
                    [node("Mul", ["a", "inner"], "m"), node("Less", ["i", "last"], "more")], inputs: ["i", "was", "a"],
                    outputs: ["more", "m"]))
        ])

    /// With a result for each turn.
    private static let scan = NodeProto(
        operatorType: "Loop", inputs: ["count", "true", "x"], outputs: ["z", "y"],
        attributes: [
            AttributeProto(
                "body",
                body(
                    [node("Mul", ["a", "inner"], "m"), node("Less", ["i", "last"], "more"), node("Add", ["m", "inner"], "s")],
                    inputs: ["i", "was", "a"], outputs: ["more", "m", "s"]))
        ])

    private static let turns = [
        TensorProto(name: "count", dimensions: [], int64s: [3]), TensorProto(name: "last", dimensions: [], int64s: [9]),
        TensorProto(name: "true", dimensions: [], dataType: .bool, content: .init([1])),
    ]

    /// Networks without a batch.
    static let invocations: [ModelProto] = [model([scan], x: [4], constants: turns)]
}
