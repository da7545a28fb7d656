import Execution
import GraphConversion
import NeuralGraph
import ONNX
import Testing
import TestNetworks
import Training

/// Outputs that give an answer at more than one position, or with a single number.
@Suite struct AnswerFormTests {
    private func numbers(_ count: Int, _ name: String) -> [Float] {
        var random = RandomStream(seed: 5, name: name)
        return (0..<count).map { _ in 2 * random.nextNormal() }
    }

    /// The loss of one sample learning from a teacher alone, and its gradient.
    private func distilled(_ z: [Float], from original: [Float], _ form: AnswerForm?) -> (loss: Double, gradient: [Float]) {
        let objective = Objective(kind: .classes, distillation: 1, temperature: 2, answers: form)
        let teacher = Teacher(outputs: original, width: z.count).softened(temperature: 2, answers: form)
        var gradient = [Float](repeating: .nan, count: z.count)
        var scratch = [Float](repeating: .nan, count: Objective.scratchFloats(width: z.count, lanes: 1))
        let loss = objective.loss(
            z, lanes: 1, samples: [0][...], targets: .none(width: z.count), teacher: teacher, scale: 1, gradient: &gradient,
            scratch: &scratch)
        return (loss, gradient)
    }

    @Test func theFormFollowsFromTheShape() {
        #expect(AnswerForm(shape: [7], classAxis: 0) == AnswerForm(classes: 7))
        #expect(AnswerForm(shape: [4, 7], classAxis: 1) == AnswerForm(outer: 4, classes: 7))
        #expect(AnswerForm(shape: [4, 7], classAxis: 0) == AnswerForm(classes: 4, inner: 7))
        #expect(AnswerForm(shape: [7, 4, 5], classAxis: 0) == AnswerForm(classes: 7, inner: 20))
        #expect(AnswerForm(shape: [], classAxis: -1) == AnswerForm(classes: 1))
        #expect(AnswerForm(shape: [3, 1], classAxis: 1, threshold: 0.5) == AnswerForm(outer: 3, classes: 1, threshold: 0.5))
    }

    @Test func theLossIsTheMeanOverPositions() {
        let (z, original) = (numbers(6, "z"), numbers(6, "original"))
        let all = distilled(z, from: original, AnswerForm(outer: 2, classes: 3))
        let parts = [0..<3, 3..<6].map { distilled(Array(z[$0]), from: Array(original[$0]), nil) }
        #expect(abs(all.loss - (parts[0].loss + parts[1].loss) / 2) < 1e-6)
        #expect(difference(all.gradient, (parts[0].gradient + parts[1].gradient).map { $0 / 2 }) < 1e-6)
        // As an image has them: the classes of a place are as many places apart as there are.
        let order = [0, 3, 1, 4, 2, 5]
        let image = distilled(order.map { z[$0] }, from: order.map { original[$0] }, AnswerForm(classes: 3, inner: 2))
        #expect(abs(image.loss - all.loss) < 1e-6)
        #expect(difference(image.gradient, order.map { all.gradient[$0] }) < 1e-6)
    }

    @Test func aSingleOutputIsOneOfTwoClasses() {
        for (z, original) in zip(numbers(8, "z") + [40, -40], numbers(8, "original") + [-40, -40]) {
            let single = distilled([z], from: [original], AnswerForm(classes: 1))
            let pair = distilled([z, 0], from: [original, 0], nil)
            #expect(abs(single.loss - pair.loss) < 1e-5 * max(1, pair.loss))
            #expect(abs(single.gradient[0] - pair.gradient[0]) < 1e-6)
        }
    }

    /// A network whose outputs are its inputs.
    private func agreement(_ outputs: [[Float]], _ original: [[Float]], _ form: AnswerForm) throws -> Double {
        let width = outputs[0].count
        var network = NetworkBuilder(input: [width])
        network.gemm("fc", width)
        var graph = try network.graph()
        graph["fc.weight"] = (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 }
        graph["fc.bias"] = [Float](repeating: 0, count: width)
        let (split, own) = (
            try SyntheticData.split(outputs.flatMap { $0 }, shape: [width], targets: .none(width: width)),
            try SyntheticData.split(original.flatMap { $0 }, shape: [width], targets: .none(width: width)))
        let evaluator = Evaluator(metric: .agreement, answers: [form], parallel: Parallel(threads: 1))
        let reference = try evaluator.reference(of: graph, on: own)
        let value = try evaluator.evaluate(graph, on: split, reference: reference)
        let engine = evaluator.engine(for: graph, on: split, reference: reference)
        let weights = graph.parameterBuffer()
        for bound in [value.value - 0.01, value.value + 0.01] {
            #expect(try engine.decide(Requirement(metric: .agreement, bound: bound), weights).isMet == (bound < value.value))
        }
        return value.value
    }

    @Test func everyPositionCounts() throws {
        let form = AnswerForm(outer: 2, classes: 2)
        #expect(try agreement([[1, 0, 0, 1], [0, 1, 0, 1]], [[2, 1, 4, 3], [0, 1, 3, 9]], form) == 0.75)
        #expect(try agreement([[1, 0, 0, 1]], [[2, 4, 1, 3]], AnswerForm(classes: 2, inner: 2)) == 0.5)
    }

    @Test func aSingleOutputAgreesOnTheSameSideOfTheThreshold() throws {
        #expect(try agreement([[0.4], [0.6], [0.5], [0.7]], [[0.1], [0.9], [0.8], [0.2]], AnswerForm(classes: 1, threshold: 0.5)) == 0.5)
        #expect(try agreement([[-0.4], [0.6]], [[-3], [0.2]], AnswerForm(classes: 1)) == 1)
    }

    @Test func aSigmoidAtTheEndIsReadAtOneHalfAndTrainedBeforeIt() throws {
        var network = NetworkBuilder(input: [3])
        network.gemm("fc", 1)
        let logits = network.current
        network.node("Sigmoid", shape: [1])
        let graph = try network.graph()
        #expect(graph.answers(ofOutput: graph.outputs[0]).form == AnswerForm(classes: 1, threshold: 0.5))
        #expect(graph.values[graph.lossValue(ofOutput: graph.outputs[0], for: .classes)].name == logits)
        #expect(graph.lossValue(ofOutput: graph.outputs[0], for: .values) == graph.outputs[0])
    }

    @Test func theClassesOfASoftmaxAreOnItsAxis() throws {
        var network = NetworkBuilder(input: [2, 3, 4])
        network.node("Softmax", [], [AttributeProto("axis", .int(2))], shape: [2, 3, 4])
        let graph = try network.graph()
        #expect(graph.answers(ofOutput: graph.outputs[0]).form == AnswerForm(outer: 2, classes: 3, inner: 4))
    }

    @Test func aSoftmaxUnderAnotherNameIsTrainedBeforeIt() throws {
        var network = NetworkBuilder(input: [3])
        network.gemm("fc", 4)
        let logits = network.current
        network.softmax()
        network.node("Identity", shape: [4])
        let graph = try network.graph()
        #expect(graph.answers(ofOutput: graph.outputs[0]).form == AnswerForm(classes: 4))
        #expect(graph.values[graph.lossValue(ofOutput: graph.outputs[0], for: .classes)].name == logits)
    }

    @Test func theFirstAxisOfAnInvocationIsNoClass() throws {
        var network = NetworkBuilder(input: [5, 3])
        network.softmax()
        network.node("Mul", ["one"], shape: [5, 3])
        network.constant("one", [3], [1, 1, 1])
        network.model.graph.inputs[0].shape = [1, 5, 3].map { .value($0) }
        network.model.graph.outputs = [ValueInfoProto(name: network.current, shape: nil)]
        let graph = try Graph(network.model, batch: .invocation)
        #expect(graph.answers(ofOutput: graph.outputs[0]).form == AnswerForm(outer: 5, classes: 3))
    }

    @Test func severalSigmoidsUnderAnotherShapeAreAsManyAnswers() throws {
        var network = NetworkBuilder(input: [3])
        network.gemm("fc", 4)
        let logits = network.current
        network.node("Sigmoid", shape: [4])
        network.integers("shape", [0, 2, 2])
        network.node("Reshape", ["shape"], shape: [2, 2])
        let graph = try network.graph()
        #expect(graph.answers(ofOutput: graph.outputs[0]).form == AnswerForm(outer: 4, classes: 1, threshold: 0.5))
        #expect(graph.values[graph.lossValue(ofOutput: graph.outputs[0], for: .classes)].name == logits)
    }
}
