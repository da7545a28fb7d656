import ONNX

extension Networks {
    /// Networks that work out lengths from the size of the batch, and move the batch.
    static let batches: [ModelProto] = [
        model(
            sizeOfBatch + [
                node("Concat", ["size", "rest"], "target", ["axis": .int(0)]), node("Expand", ["token", "target"], "tokens"),
                node("Concat", ["tokens", "x"], "rows", ["axis": .int(1)]), node("MatMul", ["rows", "w"], "y"),
            ], x: [2, 3], constants: [integers("first", [0]), integers("rest", [1, 3]), floats("token", [1, 1, 3]), floats("w", [3, 2])]),
        model(
            sizeOfBatch + [
                node("Transpose", ["x"], "t", ["perm": .ints([1, 0, 2])]), node("Mul", ["size", "heads"], "rows"),
                node("Concat", ["steps", "rows", "width"], "joined", ["axis": .int(0)]), node("Reshape", ["t", "joined"], "j"),
                node("Transpose", ["j"], "q", ["perm": .ints([1, 0, 2])]), node("Transpose", ["j"], "k", ["perm": .ints([1, 2, 0])]),
                node("MatMul", ["q", "k"], "s"), node("Softmax", ["s"], "y", ["axis": .int(-1)]),
            ], x: [3, 4], constants: [integers("first", [0]), integers("heads", [2]), integers("steps", [3]), integers("width", [2])]),
        model(
            sizeOfBatch + [
                node("Squeeze", ["size", "first"], "n"), node("Range", ["zero", "n", "one"], "numbers"),
                node("Unsqueeze", ["numbers", "second"], "column"), node("Concat", ["size", "first"], "grown", ["axis": .int(0)]),
                node("Add", ["grown", "spread"], "shape2"), node("Expand", ["column", "shape2"], "many"),
                node("Unsqueeze", ["many", "last"], "own"), node("Mul", ["own", "zero"], "others"),
                node("Concat", ["own", "others"], "places", ["axis": .int(-1)]), node("GatherND", ["x", "places"], "y"),
            ], x: [3],
            constants: [
                integers("first", [0]), integers("second", [1]), integers("last", [-1]), integers("spread", [0, 2]),
                number("zero", 0), number("one", 1),
            ]),
        model(
            sizeOfBatch + [
                node("ConstantOfShape", ["size"], "ones", ["value": .tensor(TensorProto(dimensions: [1], int64s: [1]))]),
                node("Tile", ["row", "counts"], "rows"), node("OneHot", ["places", "depth", "values"], "hot", ["axis": .int(-1)]),
                node("Add", ["x", "hot"], "y"),
            ], x: [2, 3],
            constants: [
                integers("first", [0]), floats("row", [1, 3]), integers("counts", [2, 1]), integers("places", [0, 1]), number("depth", 3),
                floats("values", [2]),
            ]),
        model(
            [
                node("Reshape", ["x", "parts"], "a"), node("Transpose", ["a"], "b", ["perm": .ints([0, 2, 4, 1, 3, 5])]),
                node("Reshape", ["b", "windows"], "c"), node("Conv", ["c", "w"], "d", ["kernel_shape": .ints([1, 1])]),
                node("GlobalAveragePool", ["d"], "y"),
            ], x: [1, 4, 4],
            constants: [integers("parts", [0, 1, 2, 2, 2, 2]), integers("windows", [-1, 1, 2, 2]), floats("w", [2, 1, 1, 1])]),
        model(
            sizeOfBatch + [
                node("Concat", ["x", "x"], "both", ["axis": .int(0)]), node("Mul", ["size", "parts"], "sizes"),
                NodeProto(
                    operatorType: "Split", inputs: ["both", "sizes"], outputs: ["a", "b"], attributes: [AttributeProto("axis", .int(0))]),
                node("Slice", ["both", "first", "size", "first"], "c"), node("Sub", ["a", "b"], "d"), node("Add", ["c", "d"], "y"),
            ], x: [3], constants: [integers("first", [0]), integers("parts", [1, 1])]),
        model(
            sizeOfBatch + [
                node("Squeeze", ["size", "first"], "n"), node("Range", ["zero", "n", "one"], "numbers"),
                node("ReduceSum", ["x", "last"], "sums", ["keepdims": .int(0)]),
                node("ArgMax", ["sums"], "places", ["axis": .int(-1), "keepdims": .int(0)]), node("Mul", ["numbers", "length"], "starts"),
                node("Cast", ["places"], "p", ["to": .int(6)]), node("Cast", ["starts"], "q", ["to": .int(6)]),
                node("Add", ["p", "q"], "indices"), node("Reshape", ["x", "flat"], "all"), node("Gather", ["all", "indices"], "y"),
            ], x: [5, 3],
            constants: [
                integers("first", [0]), integers("last", [-1]), integers("flat", [-1, 3]), number("zero", 0), number("one", 1),
                number("length", 5),
            ]),
    ]

    /// The batch as a list of one number.
    private static let sizeOfBatch = [node("Shape", ["x"], "shape"), node("Gather", ["shape", "first"], "size")]

    private static func number(_ name: String, _ value: Int) -> TensorProto { TensorProto(name: name, dimensions: [], int64s: [value]) }
}
