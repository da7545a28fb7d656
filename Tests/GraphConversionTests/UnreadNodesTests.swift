import DependencyGroups
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Nodes that the engine does not understand, behind outputs that are not judged.
@Suite struct UnreadNodesTests {
    private let layers = [
        node("Gemm", ["x", "w"], ["h"], name: "hidden"), node("Relu", ["h"], ["r"]), node("Gemm", ["r", "v"], name: "last"),
    ]

    /// The network `x -> hidden -> Relu -> last -> y` with more outputs.
    private func network(_ nodes: [NodeProto], outputs: [String] = ["z"], constants: [TensorProto] = []) -> ModelProto {
        var result = model(layers + nodes, x: [3], constants: [floats("w", [3, 4]), floats("v", [4, 2])] + constants)
        result.graph.outputs += outputs.map { ValueInfoProto(name: $0, elementType: .int64, shape: [.parameter("a"), .value(2)]) }
        return result
    }

    @Test func areWrittenAsTheyWereRead() throws {
        let found = node("NonZero", ["r"], ["n"], name: "found")
        let graph = try Graph(network([found, node("Transpose", ["n"], ["z"], name: "turned", ["perm": .ints([1, 0])])]))
        #expect(graph.nodes.map(\.name) == ["hidden", "r", "last"])
        #expect(graph.unread.descriptions == ["node 'found' (NonZero)", "node 'turned' (Transpose)"])
        let exported = graph.exported()
        #expect(exported.graph.nodes.map(\.operatorType) == ["Gemm", "Relu", "Gemm", "NonZero", "Transpose"])
        #expect(exported.graph.nodes[3] == found)
        #expect(exported.graph.outputs.map(\.name) == ["y", "z"])
        #expect(exported.graph.outputs[1].shape == [.parameter("a"), .value(2)])
        #expect(try Graph(exported).exported() == exported)
    }

    @Test func protectTheUnitsThatTheyRead() throws {
        let graph = try Graph(network([node("NonZero", ["r"], ["z"], name: "found")]))
        let analysis = ChannelAnalysis(graph)
        #expect(analysis.groups.isEmpty)
        #expect(analysis.protected.map(\.reason) == ["NonZero is not understood ('found')", "its units are the network's output"])
    }

    @Test func keepTheirConstantsAndDomains() throws {
        var foreign = node("Count", ["y", "w", "n"], ["z"])
        foreign.domain = "com.example"
        var file = network([foreign], constants: [integers("n", [5])])
        file.opsetImports.append(OperatorSetID(domain: "com.example", version: 3))
        file.opsetImports.append(OperatorSetID(domain: "com.other", version: 1))
        let exported = try Graph(file).exported()
        #expect(exported.opsetImports.map(\.domain) == ["", "com.example"])
        #expect(exported.graph.nodes.last?.inputs == ["y", "w'", "n"])
        #expect(exported.graph.initializers.map(\.name).sorted() == ["n", "v", "w", "w'"])
        #expect(try Graph(exported).exported() == exported)
    }

    @Test func outputsStayInTheirOrder() throws {
        var file = network([node("NonZero", ["y"], ["z"]), node("Neg", ["y"], ["last"])], outputs: ["z", "last"])
        file.graph.outputs[2] = ValueInfoProto(name: "last", shape: nil)
        #expect(try Graph(file).exported().graph.outputs.map(\.name) == ["y", "z", "last"])
    }

    @Test("a state that they alone read is an output of its layer") func lastStates() throws {
        let nodes = [
            node("Transpose", ["x"], ["steps"], ["perm": .ints([1, 0, 2])]),
            node("LSTM", ["steps", "w", "r"], ["all", "last"], ["hidden_size": .int(2)]), node("Relu", ["all"]),
            node("Transpose", ["last"], ["state"], ["perm": .ints([1, 0, 2])]), node("NonZero", ["state"], ["z"]),
        ]
        var file = model(nodes, x: [4, 3], constants: [floats("w", [1, 8, 3]), floats("r", [1, 8, 2])])
        file.graph.outputs.append(ValueInfoProto(name: "z", elementType: .int64, shape: [.value(3), .parameter("found")]))
        let exported = try Graph(file).exported()
        let made = Set(exported.graph.nodes.flatMap(\.outputs))
        #expect(made.contains("state"))
        #expect(exported.graph.nodes.last?.inputs == ["state"])
        #expect(try Graph(exported).exported() == exported)
    }

    @Test func whatTheyReadIsNotFusedAway() throws {
        let slope: [String: AttributeValue] = ["alpha": .float(1 / 6), "beta": .float(0.5)]
        var file = network([])
        file.graph.nodes[1] = node("HardSigmoid", ["h"], ["g"], slope)
        file.graph.nodes.insert(node("Mul", ["h", "g"], ["r"]), at: 2)
        #expect(try Graph(model(file.graph.nodes, x: [3], constants: file.graph.initializers)).nodes.count == 3)
        file.graph.nodes.append(node("NonZero", ["g"], ["z"]))
        #expect(try Graph(file).nodes.count == 4)
    }

    @Test func stopWhereTheyCannotBeKept() {
        func refused(_ nodes: [NodeProto]) -> String { refusal(network(nodes)) }
        let unknown = "operator NonZero (opset 17) is not supported: unknown operator"
        #expect(refusal(model([node("NonZero", ["x"])], x: [2])) == "node 'y': \(unknown)")
        #expect(
            refused([node("Shape", ["x"], ["s"]), node("NonZero", ["y"], ["n"]), node("Expand", ["n", "s"], ["z"])])
                == "node 'n': \(unknown)")
        #expect(refused([node("NonZero", ["q"], ["z"])]) == "node 'z' uses the value 'q', which nothing computes")
        let nodes = [node("NonZero", ["y"], ["n"]), node("Mul", ["n", "q"], ["z"])]
        #expect(refused(nodes) == "node 'z' uses the value 'q', which nothing computes")
    }
}
