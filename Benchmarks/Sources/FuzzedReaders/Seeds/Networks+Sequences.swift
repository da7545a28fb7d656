import ONNX

/// Networks with the operators of sequences: recurrent layers and attention.
extension Networks {
    static let sequences: [ModelProto] = [
        model(
            [
                node("LSTM", ["x", "w", "r", "b"], "l", ["direction": text("bidirectional"), "layout": .int(1), "hidden_size": .int(2)]),
                node("Reshape", ["l", "shape"], "f"), node("MatMul", ["f", "m"], "y"),
            ], x: [3, 2],
            constants: [
                floats("w", [2, 8, 2]), floats("r", [2, 8, 2]), floats("b", [2, 16]), integers("shape", [0, 3, 4]),
                floats("m", [4, 2]),
            ]),
        model(
            [
                node("Transpose", ["x"], "t", ["perm": .ints([1, 0, 2])]),
                node("GRU", ["t", "w", "r"], "g", ["linear_before_reset": .int(1), "clip": .float(4)]),
                node("Squeeze", ["g", "one"], "s"), node("Transpose", ["s"], "y", ["perm": .ints([1, 0, 2])]),
            ], x: [3, 2], constants: [floats("w", [1, 6, 2]), floats("r", [1, 6, 2]), integers("one", [1])]),
        model(
            [
                NodeProto(
                    operatorType: "RNN", inputs: ["x", "w", "r", "", "lengths", "h"], outputs: ["", "n"],
                    attributes: [
                        AttributeProto("activations", .strings([Array("LeakyRelu".utf8)])),
                        AttributeProto("activation_alpha", .floats([0.5])), AttributeProto("layout", .int(1)),
                    ]), node("Einsum", ["n", "m"], "y", ["equation": text("bij,jk->bik")]),
            ], x: [3, 2],
            constants: [
                floats("w", [1, 2, 2]), floats("r", [1, 2, 2]), integers("lengths", [3], .int32),
                TensorProto(name: "h", dimensions: [1, 1, 2], floats: [0, 0]), floats("m", [2, 3]),
            ]),
        attention,
        model(
            [
                node("Einsum", ["x", "w"], "h", ["equation": text("b...d,dhk->b...hk")]),
                node("Einsum", ["h", "h"], "p", ["equation": text("bihk, bjhk -> bhij")]),
                node("Einsum", ["p", "u"], "y", ["equation": text("bhij,h->bij")]),
            ], x: [2, 3], constants: [floats("w", [3, 2, 2]), floats("u", [2])]),
    ]

    /// Of two heads, spelled out as exporters do.
    private static let attention: ModelProto = {
        var nodes = [
            node("MatMul", ["x", "w"], "a"),
            NodeProto(
                operatorType: "Split", inputs: ["a", "parts"], outputs: ["q", "k", "v"], attributes: [AttributeProto("axis", .int(2))]),
        ]
        for (name, order) in [("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])] {
            nodes.append(node("Reshape", [name, "heads"], name + "h"))
            nodes.append(node("Transpose", [name + "h"], name + "t", ["perm": .ints(order)]))
        }
        nodes += [
            node("MatMul", ["qt", "kt"], "p"), node("Div", ["p", "root"], "d"), node("Softmax", ["d"], "s", ["axis": .int(-1)]),
            node("MatMul", ["s", "vt"], "o"), node("Transpose", ["o"], "t", ["perm": .ints([0, 2, 1, 3])]),
            node("Reshape", ["t", "joined"], "j"), node("Add", ["x", "j"], "sum"),
            node("LayerNormalization", ["sum", "c", "c"], "y", ["axis": .int(-1)]),
        ]
        return model(
            nodes, x: [3, 4],
            constants: [
                floats("w", [4, 12]), integers("parts", [4, 4, 4]), integers("heads", [0, -1, 2, 2]), integers("joined", [0, -1, 4]),
                TensorProto(name: "root", dimensions: [], floats: [2]), floats("c", [4]),
            ])
    }()
}
