import Execution
import NeuralGraph
import TestNetworks
import Testing
import Training

/// Gradients for answers that are drawn from those of the network.
@Suite struct DrawnAnswersTests {
    private static let lanes = 32
    private static let draws = 400

    /// The mean of the gradient with respect to each output of `z`, and that of its square.
    private func moments(_ objective: Objective, _ z: [Float]) -> (mean: [Double], square: [Double]) {
        let (width, lanes) = (z.count, Self.lanes)
        let outputs = z.flatMap { [Float](repeating: $0, count: lanes) }
        var gradient = [Float](repeating: .nan, count: width * lanes)
        var scratch = [Float](repeating: 0, count: Objective.scratchFloats(width: width, lanes: lanes))
        var moments = (mean: [Double](repeating: 0, count: width), square: [Double](repeating: 0, count: width))
        for number in 0..<Self.draws {
            objective.drawnGradient(
                outputs, lanes: lanes, samples: (0..<lanes).map { $0 }[...], width: width, draw: AnswerDraw(seed: 1, number: number),
                scale: 1, gradient: &gradient, scratch: &scratch)
            for (index, value) in gradient.enumerated() {
                moments.mean[index / lanes] += Double(value) / Double(Self.draws * lanes)
                moments.square[index / lanes] += Double(value * value) / Double(Self.draws * lanes)
            }
        }
        return moments
    }

    private func expect(_ found: (mean: [Double], square: [Double]), squares: [Double]) {
        for output in squares.indices {
            #expect(abs(found.mean[output]) < 0.02)
            #expect(abs(found.square[output] - squares[output]) < 0.02, "output \(output): \(found.square[output])")
        }
    }

    @Test("the mean of squares is the Fisher information of classes") func classes() {
        // Logarithms of 0.7, 0.2 and 0.1.
        let z: [Float] = [-0.3566749, -1.6094379, -2.3025851]
        let objective = Objective(kind: .classes, distillation: 1, temperature: 3)
        expect(moments(objective, z), squares: [0.21, 0.16, 0.09])
    }

    @Test("at two positions, each half of the loss") func positions() {
        let form = AnswerForm(classes: 2, inner: 2)
        let objective = Objective(kind: .classes, distillation: 1, temperature: 1, answers: form)
        // Position 0 has the outputs 0 and 2, position 1 the others: even odds, and 3 to 1.
        expect(moments(objective, [0, 1.0986123, 0, 0]), squares: [0.25 / 4, 0.1875 / 4, 0.25 / 4, 0.1875 / 4])
    }

    @Test("of a single output that says yes or no") func yesOrNo() {
        let form = AnswerForm(classes: 1, threshold: 0.5)
        let objective = Objective(kind: .classes, distillation: 1, temperature: 1, answers: form)
        expect(moments(objective, [1.3862944]), squares: [0.16])
    }

    @Test("of values with normal errors") func values() {
        expect(moments(Objective(kind: .values, distillation: 1, temperature: 1), [5, -7]), squares: [1, 1])
    }

    @Test("tell of the weights of a network that equals its teacher", arguments: [1, 2]) func network(threads: Int) throws {
        var builder = NetworkBuilder(input: [3])
        builder.gemm("hidden", 5)
        builder.relu()
        builder.gemm("fc", 4)
        let graph = try builder.graph()
        let split = try SyntheticData.classes(4, samples: 64, shape: [3])
        let evaluator = Evaluator(metric: .agreement, parallel: .one)
        let outputs = try evaluator.outputs(of: graph, on: split)
        let lesson = Lesson(Objective(kind: .classes, distillation: 1, temperature: 1), teacher: outputs[0].softened(temperature: 1))
        let engine = GradientEngine(
            graph, batch: 64, split: split, lessons: [lesson],
            parallel: Parallel(threads: threads))
        let weights = graph.parameterBuffer()
        _ = engine.compute(weights, samples: (0..<64).map { $0 }[...])
        #expect(engine.gradient.array.allSatisfy { $0.magnitude < 1e-6 })
        let draw = AnswerDraw(seed: 1, number: 0)
        #expect(engine.compute(weights, samples: (0..<64).map { $0 }[...], draw: draw) == 0)
        let drawn = engine.gradient.array
        #expect(drawn.filter { $0.magnitude > 1e-3 }.count > drawn.count / 2)
        let other = GradientEngine(
            graph, batch: 64, split: split, lessons: [lesson],
            parallel: Parallel(threads: 3 - threads))
        _ = other.compute(weights, samples: (0..<64).map { $0 }[...], draw: draw)
        #expect(other.gradient.array.map(\.bitPattern) == drawn.map(\.bitPattern))
    }
}
