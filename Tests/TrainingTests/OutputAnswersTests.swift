import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing
import Training

/// Which axis of an output holds the classes.
@Suite struct OutputAnswersTests {
    private func answers(
        _ nodes: [NodeProto], x: [Int], constants: [TensorProto], batch: Batch = .axis0, axis: Int? = nil
    ) throws -> OutputAnswers {
        let graph = try Graph(model(nodes, x: x, constants: constants, batch: batch == .axis0 ? .parameter("N") : .value(3)), batch: batch)
        return graph.answers(ofOutput: graph.outputs[0], classAxis: axis)
    }

    private func expect(_ found: OutputAnswers, _ form: AnswerForm, axis: Int?, _ origin: OutputAnswers.Origin) {
        #expect(found.form == form)
        #expect(found.classAxis == axis)
        #expect(found.origin == origin)
    }

    @Test func unitsOfAConvolutionOverOneAxisAreClasses() throws {
        let found = try answers([node("Conv", ["x", "w"])], x: [2, 6], constants: [floats("w", [5, 2, 1])])
        expect(found, AnswerForm(classes: 5, inner: 6), axis: 0, .units)
    }

    @Test func unitsStayClassesBehindATransposition() throws {
        let nodes = [node("Conv", ["x", "w"], ["c"]), node("Transpose", ["c"], ["y"], ["perm": .ints([0, 2, 3, 1])])]
        let found = try answers(nodes, x: [2, 6, 4], constants: [floats("w", [5, 2, 1, 1])])
        expect(found, AnswerForm(outer: 24, classes: 5), axis: 2, .units)
    }

    @Test func unitsStayClassesBehindAddedBiases() throws {
        let nodes = [node("MatMul", ["x", "w"], ["p"]), node("Add", ["p", "b"], ["a"]), node("Add", ["a", "x"], ["y"])]
        let found = try answers(nodes, x: [7, 3], constants: [floats("w", [3, 3]), floats("b", [3])])
        expect(found, AnswerForm(outer: 7, classes: 3), axis: 1, .units)
    }

    @Test func aSequenceInFrontOfABatchOfOneHasItsClassesLast() throws {
        // `[T, 1, C]`, as recognisers of text give it out.
        let nodes = [node("Transpose", ["x"], ["t"], ["perm": .ints([0, 2, 1])]), node("MatMul", ["t", "w"])]
        let found = try answers(nodes, x: [4, 1], constants: [floats("w", [4, 6])], batch: .invocation)
        expect(found, AnswerForm(outer: 3, classes: 6), axis: 2, .units)
    }

    @Test func classesThatAreJoinedAreOnTheirAxis() throws {
        let nodes = [
            node("Conv", ["x", "w"], ["a"]), node("Conv", ["x", "v"], ["b"]), node("Concat", ["a", "b"], ["y"], ["axis": .int(1)]),
        ]
        let found = try answers(nodes, x: [2, 6], constants: [floats("w", [5, 2, 1]), floats("v", [4, 2, 1])])
        expect(found, AnswerForm(classes: 9, inner: 6), axis: 0, .units)
    }

    @Test func unitsOfATransposedConvolutionAreClasses() throws {
        let found = try answers([node("ConvTranspose", ["x", "w"])], x: [2, 6], constants: [floats("w", [2, 5, 1])])
        expect(found, AnswerForm(classes: 5, inner: 6), axis: 0, .units)
    }

    @Test func unitsOfARecurrentLayerAreClasses() throws {
        // `[T, 1, N, H]` to `[N, T, H]`.
        let nodes = [
            node("Transpose", ["x"], ["t"], ["perm": .ints([1, 0, 2])]),
            node("RNN", ["t", "w", "r"], ["h"], ["hidden_size": .int(3)]), node("Squeeze", ["h", "one"], ["s"]),
            node("Transpose", ["s"], ["y"], ["perm": .ints([1, 0, 2])]),
        ]
        let constants = [floats("w", [1, 3, 2]), floats("r", [1, 3, 3]), integers("one", [1])]
        let found = try answers(nodes, x: [6, 2], constants: constants)
        expect(found, AnswerForm(outer: 6, classes: 3), axis: 1, .units)
    }

    @Test func manyNodesBehindTheLastLayerAreLookedThrough() throws {
        let relus = (0..<20_000).map { node("Relu", ["v\($0)"], [$0 == 19_999 ? "y" : "v\($0 + 1)"]) }
        let found = try answers([node("MatMul", ["x", "w"], ["v0"])] + relus, x: [7, 3], constants: [floats("w", [3, 4])])
        expect(found, AnswerForm(outer: 7, classes: 4), axis: 1, .units)
    }

    @Test func aSoftmaxSaysMoreThanUnits() throws {
        let nodes = [node("Conv", ["x", "w"], ["c"]), node("Softmax", ["c"], ["y"], ["axis": .int(2)])]
        let found = try answers(nodes, x: [2, 6], constants: [floats("w", [5, 2, 1])])
        expect(found, AnswerForm(outer: 5, classes: 6), axis: 1, .softmax)
    }

    @Test func theRecipeSaysMoreThanTheNetwork() throws {
        let nodes = [node("Conv", ["x", "w"], ["c"]), node("Softmax", ["c"], ["y"], ["axis": .int(2)])]
        let found = try answers(nodes, x: [2, 6], constants: [floats("w", [5, 2, 1])], axis: 0)
        expect(found, AnswerForm(classes: 5, inner: 6), axis: 0, .given)
    }

    @Test func whereUnitsAreMixedTheLayoutOfONNXHolds() throws {
        let nodes = [node("Gemm", ["x", "w"], ["g"]), node("Reshape", ["g", "shape"])]
        let image = try answers(nodes, x: [3], constants: [floats("w", [3, 24]), integers("shape", [-1, 2, 3, 4])])
        expect(image, AnswerForm(classes: 2, inner: 12), axis: 0, .layout)
        let sequence = try answers(nodes, x: [3], constants: [floats("w", [3, 24]), integers("shape", [-1, 6, 4])])
        expect(sequence, AnswerForm(outer: 6, classes: 4), axis: 1, .layout)
    }

    @Test func anOutputMayDependOnNoWeight() throws {
        var file = model([node("Gemm", ["x", "w"]), node("Relu", ["x"], ["other"])], x: [3], constants: [floats("w", [3, 2])])
        file.graph.outputs.append(ValueInfoProto(name: "other", shape: nil))
        let graph = try Graph(file)
        #expect(graph.outputs.map(graph.dependsOnWeights) == [true, false])
    }
}
