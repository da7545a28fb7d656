import Execution
import NeuralGraph
import TestNetworks
import Testing
import Training

@Suite struct EvaluatorTests {
    /// A network whose outputs are its inputs.
    private func identity(_ width: Int) throws -> Graph {
        var network = NetworkBuilder(input: [width])
        network.gemm("fc", width)
        var graph = try network.graph()
        graph["fc.weight"] = (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 }
        graph["fc.bias"] = [Float](repeating: 0, count: width)
        return graph
    }

    private func measure(
        _ metric: Metric, _ outputs: [[Float]], _ targets: Targets, reference: [[Float]]? = nil, threads: Int = 1
    ) throws -> Evaluation {
        let width = outputs[0].count
        func split(_ numbers: [[Float]], _ targets: Targets) throws -> Split {
            try SyntheticData.split(numbers.flatMap { $0 }, shape: [width], targets: targets)
        }
        let evaluator = Evaluator(metric: metric, parallel: Parallel(threads: threads))
        let known = try reference.map { try evaluator.reference(of: identity(width), on: split($0, .none(width: width))) }
        return try evaluator.evaluate(identity(width), on: split(outputs, targets), reference: known ?? [])
    }

    @Test func top1CountsSamplesWhoseLabelHasTheGreatestOutput() throws {
        let outputs: [[Float]] = [[3, 1, 2], [1, 3, 2], [1, 2, 3], [3, 1, 2]]
        let result = try measure(.top1, outputs, .classes([0, 1, 0, 0], width: 3))
        #expect(result == Evaluation(metric: .top1, value: 0.75, samples: 4))
        #expect(result.text == "75.00 %")
    }

    @Test func top5CountsSamplesWhoseLabelIsAmongTheFiveGreatest() throws {
        let row: [Float] = [7, 6, 5, 4, 3, 2, 1]
        let result = try measure(.top5, [[Float]](repeating: row, count: 4), .classes([0, 4, 5, 6], width: 7))
        #expect(result.value == 0.5)
    }

    @Test func ofEqualOutputsTheFirstStandsFirst() throws {
        let ties: [[Float]] = [[1, 1, 0], [1, 1, 0]]
        #expect(try measure(.top1, ties, .classes([0, 1], width: 3)).value == 0.5)
        #expect(Teacher(outputs: [1, 1, 0], width: 3).top(0) == 0)
    }

    @Test func agreementNeedsNoLabels() throws {
        let outputs: [[Float]] = [[3, 1], [1, 3], [2, 1]]
        let original: [[Float]] = [[9, 1], [5, 3], [7, 1]]
        let result = try measure(.agreement, outputs, .none(width: 2), reference: original)
        #expect(result.value == 2.0 / 3)
    }

    @Test func squaredErrorIsTakenAgainstTheTargets() throws {
        let result = try measure(.mse, [[1, 2], [3, 4]], .values([1, 0, 0, 4], width: 2), reference: [[1, 2], [3, 4]])
        #expect(result.value == 13.0 / 4)
        #expect(result.text == "3.25")
    }

    @Test func withoutTargetsSquaredErrorIsTakenAgainstTheOriginal() throws {
        let result = try measure(.mse, [[1, 2], [3, 4]], .none(width: 2), reference: [[1, 2], [3, 6]])
        #expect(result.value == 1)
    }

    @Test func cosineIsTheMeanOverSamples() throws {
        let result = try measure(
            .cosine, [[1, 0], [0, 2], [3, 4], [0, 0]], .none(width: 2), reference: [[5, 0], [0, -1], [4, 3], [0, 0]])
        #expect(abs(result.value - (1 - 1 + 24.0 / 25 + 1) / 4) < 1e-12)
        #expect(result.text == "0.49")
    }

    @Test(arguments: [1, 63, 64, 65, 130]) func everySampleCountsOnceWhateverTheirNumber(_ count: Int) throws {
        var random = RandomStream(seed: 1, name: "outputs")
        let outputs = (0..<count).map { _ in (0..<3).map { _ in random.nextNormal() } }
        let labels = (0..<count).map { _ in Int32(random.next(below: 3)) }
        let hits = zip(outputs, labels).filter { row, label in row.allSatisfy { $0 <= row[Int(label)] } }
        for threads in [1, 2] {
            let result = try measure(.top1, outputs, .classes(labels, width: 3), threads: threads)
            #expect(result.value == Double(hits.count) / Double(count))
            #expect(result.samples == count)
        }
    }

    @Test func outputsComeBySampleFromTheValueAskedFor() throws {
        var network = NetworkBuilder(input: [2])
        network.gemm("fc", 2)
        let logits = network.current
        network.softmax()
        let graph = try network.graph()
        let split = try SyntheticData.split([1, 2, -1, 0.5], shape: [2], targets: .none(width: 2))
        let evaluator = Evaluator(metric: .agreement, parallel: Parallel(threads: 1))
        let value = graph.lossValue(ofOutput: graph.outputs[0], for: .classes)
        #expect(graph.values[value].name == logits)
        #expect(graph.lossValue(ofOutput: graph.outputs[0], for: .values) == graph.outputs[0])
        let raw = try evaluator.outputs(of: graph, on: split, values: [value])[0]
        let shipped = try evaluator.outputs(of: graph, on: split)[0]
        #expect(difference(raw.softened(temperature: 1).outputs, shipped.outputs) < 1e-6)
    }

    @Test func outputsThatAreSoftenedARoundAtATimeAreThoseOfTheWholeSplit() throws {
        var random = RandomStream(seed: 1, name: "outputs")
        let numbers = (0..<7 * (EvaluationEngine.round + 100)).map { _ in random.nextNormal() }
        let split = try SyntheticData.split(numbers, shape: [7], targets: .none(width: 7))
        let evaluator = Evaluator(metric: .agreement, parallel: Parallel(threads: 1))
        let whole = try evaluator.outputs(of: identity(7), on: split)[0].softened(temperature: 3)
        let parts = try evaluator.outputs(of: identity(7), on: split, as: { $1.softened(temperature: 3) })[0]
        #expect(parts.outputs.map(\.bitPattern) == whole.outputs.map(\.bitPattern))
    }

    @Test func networkThatGivesNaNIsAnError() throws {
        var graph = try identity(2)
        graph["fc.weight"] = [.nan, 0, 0, 1]
        let split = try SyntheticData.split([1, 2], shape: [2], targets: .none(width: 2))
        let evaluator = Evaluator(metric: .agreement, parallel: Parallel(threads: 1))
        #expect(throws: NotANumber(place: "the output 'fc_out'")) { try evaluator.outputs(of: graph, on: split) }
    }

    @Test func betterIsHigherExceptForErrors() {
        func evaluation(_ metric: Metric, _ value: Double) -> Evaluation {
            Evaluation(metric: metric, value: value, samples: 1)
        }
        #expect(evaluation(.top1, 0.9).isBetter(than: evaluation(.top1, 0.8)))
        #expect(!evaluation(.top1, 0.9).isBetter(than: evaluation(.top1, 0.9)))
        #expect(evaluation(.mse, 0.1).isBetter(than: evaluation(.mse, 0.2)))
        #expect(Requirement(metric: .top1, bound: 0.9).isMet(by: evaluation(.top1, 0.9)))
        #expect(!Requirement(metric: .mse, bound: 0.1).isMet(by: evaluation(.mse, 0.2)))
    }

    @Test(arguments: [(1.0, "100.00 %"), (0.98504, "98.50 %"), (0.0701, "7.01 %"), (0.99996, "100.00 %")])
    func percentagesHaveTwoPlaces(_ value: Double, _ text: String) {
        #expect(Evaluation(metric: .top1, value: value, samples: 1).text == text)
    }
}
