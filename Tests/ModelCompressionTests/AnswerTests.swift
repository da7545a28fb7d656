import ModelCompression
import ONNX
import Testing

@Suite("Answers that agreement counts") struct AnswerTests {
    @Test("check says which axis holds the classes, and why") func found() throws {
        let plan = try SmallNetwork().check()
        #expect(plan.contains("# output y: one answer for each sample, the largest of 4 classes on axis 1, that of the last layer's units"))
    }

    @Test("The recipe states the axis as the file counts", arguments: [1, -1]) func stated(axis: Int) throws {
        var network = try SmallNetwork()
        network.evaluation = "{metric: agreement, axis: \(axis)}"
        #expect(try network.check().contains("the largest of 4 classes on axis 1, as the recipe says"))
    }

    @Test("An axis that holds no classes is refused", arguments: [0, 2, -2, -3]) func absent(axis: Int) throws {
        var network = try SmallNetwork()
        network.evaluation = "{metric: agreement, axis: \(axis)}"
        #expect(try #require(try network.refusal()).contains("the output 'y' of shape [N, 4] has no axis \(axis) apart from the batch"))
    }

    @Test("The axis is for agreement alone") func otherMetric() throws {
        var network = try SmallNetwork()
        network.evaluation = "{metric: cosine, axis: 1}"
        let expected = "'axis' says where the classes of answers are, which metric 'cosine' does not look at; 'agreement' does"
        #expect(try #require(try network.refusal()).contains(expected))
    }

    @Test("Where neither network nor recipe tells, the layout of ONNX is said to hold") func layout() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes[2].outputs = ["z"]
        network.model.graph.nodes.append(NodeProto(name: "shape", operatorType: "Reshape", inputs: ["z", "shape"], outputs: ["y"]))
        network.model.graph.initializers.append(TensorProto(name: "shape", dimensions: [3], int64s: [-1, 2, 2]))
        network.model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
        let expected = "# output y: 2 answers for each sample, the largest of 2 classes on axis 2, as ONNX lays outputs out; "
            + "'evaluation.axis' states another"
        #expect(try network.check().contains(expected))
    }

    @Test("An output that no weight has a part in is refused") func weightless() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes.append(NodeProto(name: "copy", operatorType: "Neg", inputs: ["x"], outputs: ["negative"]))
        network.model.graph.outputs.append(ValueInfoProto(name: "negative", shape: nil))
        network.evaluation = "{metric: agreement, output: negative}"
        let expected = "the output 'negative' depends on no weight of a layer, so that there is nothing to measure by it; "
            + "'evaluation: {output: y}' names another"
        #expect(try #require(try network.refusal()).contains(expected))
    }

    @Test("An output of labels is refused, with one that can be measured") func labels() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes.append(
            NodeProto(
                name: "greatest", operatorType: "ArgMax", inputs: ["y"], outputs: ["label"], attributes: [AttributeProto("axis", .int(1))]))
        network.model.graph.outputs.insert(ValueInfoProto(name: "label", elementType: .int64, shape: nil), at: 0)
        let expected = "the output 'label' holds integers (int64), as of labels, from which nothing can be learnt; "
            + "'evaluation: {output: y}' names another"
        #expect(try #require(try network.refusal()).contains(expected))
    }

    @Test("Where the first output cannot be understood, it is said which one can be measured") func other() throws {
        var network = try SmallNetwork()
        network.model.graph.nodes.append(NodeProto(name: "find", operatorType: "NonZero", inputs: ["y"], outputs: ["found"]))
        network.model.graph.outputs.insert(ValueInfoProto(name: "found", elementType: .int64, shape: nil), at: 0)
        let expected = "the output 'found' depends on it; 'evaluation: {output: y}' judges another, and keeps this one as it is"
        #expect(try #require(try network.refusal()).contains(expected))
        network.evaluation = "{metric: agreement, output: y}"
        #expect(try network.check().contains("# node 'find' (NonZero) is not understood and kept as it is"))
    }
}
