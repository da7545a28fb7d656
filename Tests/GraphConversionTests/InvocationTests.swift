import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Networks that have no batch axis, and shapes that are worked out when a file is read.
@Suite struct InvocationTests {
    /// `x` of the whole shape, `y`, and whatever the nodes make of it.
    private func graph(
        _ nodes: [NodeProto], x: [Dimension], constants: [TensorProto] = [], batch: Batch = .invocation,
        shapes: InputShapes = InputShapes(), type: DataType = .float
    ) throws(GraphError) -> Graph {
        var network = model(nodes, x: [1], constants: constants)
        network.graph.inputs = [ValueInfoProto(name: "x", elementType: type, shape: x)]
        return try Graph(network, batch: batch, shapes: shapes)
    }

    @Test("an axis moves to where a batch would be") func transposes() throws {
        let transposed = try graph([node("Transpose", ["x"])], x: [.value(2), .value(3), .value(4)])
        #expect(transposed.values[transposed.outputs[0]].shape == [4, 3, 2])
        #expect(transposed.exported().graph.outputs[0].shape == [.value(4), .value(3), .value(2)])
    }

    @Test("a convolution takes samples on a leading axis", arguments: [1, 3]) func leadingAxis(count: Int) throws {
        let convolution = node("Conv", ["x", "w"])
        let weight = [floats("w", [3, 2, 1, 1])]
        let read = try graph([convolution], x: [count, 2, 4, 4].map { .value($0) }, constants: weight)
        #expect(read.values[read.outputs[0]].shape == [count, 3, 4, 4])
        #expect(read.layers.count == 1)
        #expect(read.multiplyAdds(of: read.nodes[0]) == count * 96)
        let again = try Graph(read.exported(), batch: .invocation)
        #expect(again.exported() == read.exported())
    }

    @Test("a vector times a matrix is a vector, whose layers lose channels") func vectors() throws {
        let nodes = [
            node("MatMul", ["x", "w0"], ["a"]), node("Relu", ["a"], ["b"]), node("MatMul", ["b", "w1"], ["y"]),
        ]
        let weights = [floats("w0", [4, 6]), floats("w1", [6, 3])]
        let read = try graph(nodes, x: [.value(4)], constants: weights)
        #expect(read.values[read.outputs[0]].shape == [3])
        #expect(read.layers.map(\.operatorName) == ["MatMul", "MatMul"])
        #expect(ChannelAnalysis(read).protected.map(\.layer) == [1])
        #expect(try Graph(read.exported(), batch: .invocation).exported() == read.exported())
    }

    @Test("open axes get their length by name or by input, and are named when they get none") func freeAxes() throws {
        let open: [Dimension] = [.value(1), .parameter("time")]
        let named = try graph([node("Relu", ["x"])], x: open, shapes: InputShapes(lengths: ["time": 7]))
        #expect(named.values[0].shape == [1, 7])
        let given = try graph([node("Relu", ["x"])], x: open, shapes: InputShapes(shapes: ["x": [1, 5]]))
        #expect(given.values[0].shape == [1, 5])
        #expect(throws: GraphError.input(name: "x", reason: "the length of dimension 1, 'time', is not given")) {
            try graph([node("Relu", ["x"])], x: open)
        }
    }

    @Test("integers and truth keep their types when a network is written") func elementTypes() throws {
        let nodes = [node("Cast", ["x"], ["f"], ["to": .int(1)]), node("Greater", ["f", "limit"])]
        let typed = try graph(
            nodes, x: [.value(3)], constants: [TensorProto(name: "limit", dimensions: [], floats: [2])], type: .int32)
        let written = typed.exported()
        #expect(written.graph.inputs[0].elementType == .int32)
        #expect(written.graph.outputs[0].elementType == .bool)
    }

    @Test("integers beyond 2^24 are refused where they become parameters") func largeIntegers() throws {
        let add = [node("Add", ["x", "big"])]
        #expect(throws: GraphError.self) {
            try graph(add, x: [.value(2)], constants: [integers("big", [1, 1 << 24 + 1])], type: .int64)
        }
        let exact = try graph(add, x: [.value(2)], constants: [integers("big", [1, 1 << 24])], type: .int64)
        #expect(exact.parameters[0].elementType == .int64)
        #expect(!exact.parameters[0].role.isTrainable)
    }

    @Test("an open batch goes from Shape into Reshape", arguments: [Dimension.parameter("N"), .value(1)])
    func openBatch(batch: Dimension) throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"]), node("Unsqueeze", ["n", "axes"], ["u"]),
            node("Concat", ["u", "rest"], ["t"], ["axis": .int(0)]), node("Reshape", ["x", "t"]),
        ]
        let constants = [
            TensorProto(name: "zero", dimensions: [], int64s: [0]), integers("axes", [0]), integers("rest", [-1, 2]),
        ]
        let read = try graph(nodes, x: [batch, .value(3), .value(4)], constants: constants, batch: .axis0)
        #expect(read.values[read.outputs[0]].shape == [6, 2])
        #expect(read.nodes.count == 1)
    }

    @Test("an open batch does not become a number") func batchAsNumber() throws {
        let nodes = [
            node("Shape", ["x"], ["s"]), node("Cast", ["s"], ["f"], ["to": .int(1)]),
            node("ReduceProd", ["f"], ["p"], ["keepdims": .int(0)]), node("Div", ["x", "p"]),
        ]
        #expect(throws: GraphError.self) { try graph(nodes, x: [.parameter("N"), .value(3)], batch: .axis0) }
        let one = try graph(nodes, x: [.value(2), .value(3)])
        #expect(one.parameters.map(\.values) == [[6]])
    }

    /// A body that gives `inner`, with inputs if it is a loop's.
    private func body(_ nodes: [NodeProto], inputs: [String] = [], outputs: [String] = ["inner"]) -> AttributeValue {
        var body = GraphProto()
        body.nodes = nodes
        body.inputs = inputs.map { ValueInfoProto(name: $0, shape: nil) }
        body.outputs = outputs.map { ValueInfoProto(name: $0, shape: nil) }
        return .graph(body)
    }

    @Test("the branch of a known condition is part of the network") func branches() throws {
        func body(_ type: String) -> AttributeValue { self.body([node(type, ["x"], ["inner"])]) }
        let choice = node("If", ["c"], ["y"], ["then_branch": body("Relu"), "else_branch": body("Tanh")])
        for (condition, expected) in [(1, "Relu"), (0, "Tanh")] {
            let nodes = [node("Equal", ["k", "one"], ["c"]), choice]
            let constants = [
                TensorProto(name: "k", dimensions: [], int64s: [condition]),
                TensorProto(name: "one", dimensions: [], int64s: [1]),
            ]
            let taken = try graph(nodes, x: [.value(4)], constants: constants)
            #expect(taken.nodes.first?.operation.onnxName == expected)
        }
    }

    @Test("both branches of a computed condition are there, under names of their own") func computedCondition() throws {
        let sign = [node("ReduceSum", ["x"], ["s"], ["keepdims": .int(0)]), node("Greater", ["s", "zero"], ["c"])]
        let choice = node(
            "If", ["c"], ["y"],
            ["then_branch": body([node("Relu", ["x"], ["inner"])]), "else_branch": body([node("Tanh", ["x"], ["inner"])])])
        let both = try graph(
            sign + [choice], x: [.value(4)], constants: [TensorProto(name: "zero", dimensions: [], floats: [0])])
        #expect(both.nodes.map(\.operation.onnxName) == ["ReduceSum", "Greater", "Relu", "Tanh", "Where", "Identity"])
        #expect(both.values[both.outputs[0]].shape == [4])
    }

    @Test("the body of a loop is written out as often as it runs") func loops() throws {
        let turn = [
            node("Mul", ["a", "two"], ["b"]), node("Less", ["i", "last"], ["goesOn"]), node("Add", ["b", "one"], ["scanned"]),
        ]
        let loop = node(
            "Loop", ["count", "true", "x"], ["z", "y"],
            ["body": body(turn, inputs: ["i", "was", "a"], outputs: ["goesOn", "b", "scanned"])])
        for (count, last, times) in [(3, 9, 3), (9, 1, 2)] {
            let constants = [
                TensorProto(name: "count", dimensions: [], int64s: [count]), TensorProto(name: "last", dimensions: [], int64s: [last]),
                TensorProto(name: "true", dimensions: [], dataType: .bool, content: .init([1])),
                TensorProto(name: "two", dimensions: [], floats: [2]), TensorProto(name: "one", dimensions: [], floats: [1]),
            ]
            let written = try graph([loop], x: [.value(4)], constants: constants)
            #expect(written.nodes.count { $0.operation.onnxName == "Mul" } == times)
            #expect(written.values[written.outputs[0]].shape == [times, 4])
        }
    }

    @Test("a weight that is an output, too, makes way for it") func weightAsOutput() throws {
        var network = model([node("MatMul", ["x", "m"])], x: [1], constants: [floats("m", [3, 2])])
        network.graph.inputs = [ValueInfoProto(name: "x", shape: [.value(2), .value(3)])]
        network.graph.outputs.append(ValueInfoProto(name: "m", shape: nil))
        let graph = try Graph(network, batch: .invocation)
        #expect(graph.outputs.map { graph.values[$0].name } == ["y", "m"])
        #expect(graph.parameters.map(\.name) == ["m_", "m.constant"])
        #expect(try Graph(graph.exported(), batch: .invocation).exported() == graph.exported())
    }

    @Test("a branch in the body of a loop is there for each turn") func branchesInLoops() throws {
        let branch = body([node("Relu", ["a"], ["r"]), node("Neg", ["r"], ["inner"])])
        let turn = body(
            [node("If", ["yes"], ["b"], ["then_branch": branch, "else_branch": branch])], inputs: ["i", "was", "a"], outputs: ["was", "b"])
        let constants = [
            TensorProto(name: "count", dimensions: [], int64s: [3]),
            TensorProto(name: "yes", dimensions: [], dataType: .bool, content: .init([1])),
        ]
        let written = try graph([node("Loop", ["count", "", "x"], ["y"], ["body": turn])], x: [.value(4)], constants: constants)
        #expect(written.nodes.filter { $0.operation.onnxName == "Relu" }.map(\.name) == ["r", "y.time1.b.then.r", "y.time2.b.then.r"])
    }

    @Test("outputs at the end of a body that nobody uses are left out") func unusedBodyOutputs() throws {
        let turn = [node("Mul", ["a", "a"], ["p"]), node("Add", ["b", "b"], ["s"])]
        let loop = node(
            "Loop", ["count", "", "x", "x"], ["y", "unused"],
            ["body": body(turn, inputs: ["i", "was", "a", "b"], outputs: ["was", "p", "s"])])
        let count = TensorProto(name: "count", dimensions: [], int64s: [2])
        #expect(try graph([loop], x: [.value(4)], constants: [count]).nodes.count { $0.operation.onnxName == "Mul" } == 2)
        let branch = body([node("Relu", ["x"], ["r"]), node("Tanh", ["x"], ["t"])], outputs: ["r", "t"])
        let choice = node("If", ["c"], ["y", "unused"], ["then_branch": branch, "else_branch": branch])
        let yes = TensorProto(name: "c", dimensions: [], dataType: .bool, content: .init([1]))
        #expect(try graph([choice], x: [.value(4)], constants: [yes]).values.map(\.shape).last == [4])
    }

    @Test("a condition that is no truth value is refused") func unreadableCondition() throws {
        let branch = body([node("Relu", ["x"], ["inner"])])
        let choice = node("If", ["c"], ["y"], ["then_branch": branch, "else_branch": branch])
        let number = TensorProto(name: "c", dimensions: [], floats: [1])
        #expect(throws: GraphError.self) { try graph([choice], x: [.value(4)], constants: [number]) }
    }

    @Test("a loop without an end, or whose end is computed, is refused") func endlessLoops() throws {
        let turn = body(
            [node("Relu", ["a"], ["b"]), node("Identity", ["was"], ["goesOn"])], inputs: ["i", "was", "a"], outputs: ["goesOn", "b"])
        let yes = TensorProto(name: "true", dimensions: [], dataType: .bool, content: .init([1]))
        #expect(throws: GraphError.self) {
            try graph([node("Loop", ["", "true", "x"], ["y"], ["body": turn])], x: [.value(4)], constants: [yes])
        }
        let open = [node("Cast", ["x"], ["n"], ["to": .int(7)]), node("Loop", ["n", "true", "x"], ["y"], ["body": turn])]
        #expect(throws: GraphError.self) { try graph(open, x: [], constants: [yes]) }
    }
}
