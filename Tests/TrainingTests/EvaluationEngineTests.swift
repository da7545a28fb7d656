import DependencyGroups
import Execution
import NeuralGraph
import Testing
import TestNetworks
import Training

@Suite struct EvaluationEngineTests {
    private static let width = 7
    private static let samples = 2 * EvaluationEngine.round + 100

    private func network(_ seed: UInt64) throws -> Graph {
        var network = NetworkBuilder(input: [5], seed: seed)
        network.gemm("fc1", 6)
        network.relu()
        network.gemm("fc2", Self.width)
        return try network.graph()
    }

    private func inputs(_ seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed, name: "inputs")
        return (0..<Self.samples * 5).map { _ in random.nextNormal() }
    }

    /// Samples whose labels are what `teacher` says, but for a share that is made up; or values near its outputs.
    private func split(_ metric: Metric, _ teacher: Graph, seed: UInt64) throws -> (split: Split, reference: [Reference]) {
        let inputs = inputs(seed)
        let evaluator = Evaluator(metric: metric, parallel: Parallel(threads: 1))
        let bare = try SyntheticData.split(inputs, shape: [5], targets: .none(width: Self.width))
        let outputs = try evaluator.outputs(of: teacher, on: bare)[0]
        var random = RandomStream(seed: seed, name: "targets")
        let share = random.next(below: 100)
        let labels = (0..<Self.samples).map { sample in
            Int32(random.next(below: 100) < share ? random.next(below: Self.width) : outputs.top(sample))
        }
        let values = outputs.outputs.map { $0 + 0.1 * random.nextNormal() }
        let targets: Targets = metric == .mse ? .values(values, width: Self.width) : .classes(labels, width: Self.width)
        return (try SyntheticData.split(inputs, shape: [5], targets: targets), try evaluator.reference(of: teacher, on: bare))
    }

    private func engine(
        _ graph: Graph, _ metric: Metric, _ data: (split: Split, reference: [Reference]), threads: Int = 1
    ) -> EvaluationEngine {
        Evaluator(metric: metric, parallel: Parallel(threads: threads)).engine(
            for: graph, on: data.split, reference: data.reference)
    }

    /// Bounds at a value, as near to it as can be, within and beyond the tolerance and a sample away, and anywhere.
    private func bounds(_ value: Double, seed: UInt64) -> [Double] {
        var random = RandomStream(seed: seed, name: "bounds")
        let sample = 1 / Double(Self.samples)
        let near = [0, 1e-10, 1e-9, 2e-9, sample / 2, sample, 2 * sample].flatMap { [value - $0, value + $0] }
        let any = (0..<10).map { _ in 2 * value * Double(random.next(below: 1000)) / 1000 }
        return near + any + [value.nextUp, value.nextDown, -1, 0, 1, 2, .infinity, -.infinity, .nan]
    }

    @Test(arguments: Metric.allCases) func decisionIsThatOfTheFullEvaluation(_ metric: Metric) throws {
        var counts: Set<Int> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            let (teacher, student) = (try network(seed), try network(seed % 3 == 0 ? seed : seed + 100))
            let data = try split(metric, teacher, seed: seed)
            let engine = engine(student, metric, data)
            let weights = student.parameterBuffer()
            let evaluation = try engine.evaluate(weights)
            for bound in bounds(evaluation.value, seed: seed) {
                let requirement = Requirement(metric: metric, bound: bound)
                let decision = try engine.decide(requirement, weights)
                #expect(
                    decision.isMet == requirement.isMet(by: evaluation),
                    "\(evaluation.value) against \(bound), network \(seed)")
                counts.insert(decision.evaluated)
            }
        }
        #expect(counts == [EvaluationEngine.round, 2 * EvaluationEngine.round, Self.samples])
    }

    @Test(arguments: Metric.allCases) func threadsDoNotChangeHowManySamplesAreLookedAt(_ metric: Metric) throws {
        let (teacher, student) = (try network(1), try network(2))
        let data = try split(metric, teacher, seed: 1)
        let weights = student.parameterBuffer()
        let value = try engine(student, metric, data).evaluate(weights).value
        for share in [0, 0.2, 0.5, 0.9, 1, 1.1, 2] {
            let requirement = Requirement(metric: metric, bound: share * value)
            let decisions = try [1, 2, 3, 16].map {
                try engine(student, metric, data, threads: $0).decide(requirement, weights)
            }
            #expect(decisions.allSatisfy { $0 == decisions[0] })
        }
    }

    @Test func networkFarFromTheBoundIsNotLookedAtToTheEnd() throws {
        let (teacher, student) = (try network(1), try network(2))
        func decision(_ metric: Metric, _ network: Graph, _ bound: Double) throws -> Decision {
            let data = try split(metric, teacher, seed: 1)
            return try engine(network, metric, data).decide(
                Requirement(metric: metric, bound: bound), network.parameterBuffer())
        }
        let below = try decision(.agreement, student, 0.99)
        #expect(!below.isMet && below.evaluated == EvaluationEngine.round)
        let above = try decision(.agreement, teacher, 0.3)
        #expect(above.isMet && above.evaluated == EvaluationEngine.round)
        let wrong = try decision(.mse, student, 0.001)
        #expect(!wrong.isMet && wrong.evaluated == EvaluationEngine.round)
        // Whatever was right so far, one error may still be too great.
        let right = try decision(.mse, teacher, 1000)
        #expect(right.isMet && right.evaluated == Self.samples)
    }

    @Test(arguments: [1, 2]) func engineThatIsUsedAgainGivesTheBitsOfANewOne(threads: Int) throws {
        let data = try split(.mse, network(1), seed: 1)
        let used = engine(try network(1), .mse, data, threads: threads)
        let weights = FloatBuffer(count: try network(1).flatParameters().count)
        for seed in [1, 2, 3, 1] as [UInt64] {
            let graph = try network(seed)
            weights.copy(from: graph.parameterBuffer())
            _ = try used.decide(Requirement(metric: .mse, bound: 0.0001), weights)
            let fresh = try engine(graph, .mse, data).evaluate(weights)
            #expect(try used.evaluate(weights).value.bitPattern == fresh.value.bitPattern)
        }
    }

    @Test func outputThatIsLookedAtMustBeANumber() throws {
        var network = NetworkBuilder(input: [2])
        network.node("Exp", name: "exp", shape: [2])
        let graph = try network.graph()
        var inputs: [Float] = (0..<2 * Self.samples).map { Float($0 % 2) }
        inputs[2 * EvaluationEngine.round] = 1000
        let labels = [Int32](repeating: 0, count: Self.samples)
        let split = try SyntheticData.split(inputs, shape: [2], targets: .classes(labels, width: 2))
        let engine = Evaluator(metric: .top1, parallel: Parallel(threads: 1)).engine(
            for: graph, on: split, reference: [])
        let weights = graph.parameterBuffer()
        let error = NotANumber(place: "the output 'exp_out'")
        #expect(try !engine.decide(Requirement(metric: .top1, bound: 0.9), weights).isMet)
        #expect(throws: error) { try engine.decide(Requirement(metric: .top1, bound: 0.2), weights) }
        #expect(throws: error) { try engine.evaluate(weights) }
    }

    @Test func textSaysNoMoreThanWasSeen() throws {
        let labels = (0..<Self.samples).map { Int32($0 < EvaluationEngine.round / 2 ? 0 : 1) }
        func text(_ metric: Metric, _ bound: Double) throws -> String {
            var network = NetworkBuilder(input: [2])
            network.relu()
            let graph = try network.graph()
            let inputs = labels.flatMap { _ in [0, 1] as [Float] }
            let targets: Targets = metric == .mse
                ? .values(inputs.map { $0 - 2 }, width: 2) : .classes(labels, width: 2)
            let split = try SyntheticData.split(inputs, shape: [2], targets: targets)
            return try Evaluator(metric: metric, parallel: Parallel(threads: 1))
                .engine(for: graph, on: split, reference: [])
                .decide(Requirement(metric: metric, bound: bound), graph.parameterBuffer()).text
        }
        // 256 of 1124 samples are wrong, all in the first round.
        #expect(try text(.top1, 0.9) == "at most 77.22 %")
        #expect(try text(.top1, 0.2) == "at least 22.78 %")
        #expect(try text(.top1, 0.7722) == "77.22 %")
        // 512 of 1124 samples, each with an error of 4.
        #expect(try text(.mse, 1) == "at least \(Double(512 * 4) / 1124)")
        #expect(try text(.mse, 4) == "4.0")
    }

    @Test func trainingRunMeasuresItsWeightsBeforeAndAfterUnitsGo() throws {
        let graph = try network(1)
        let context = try TrainingContext.synthetic(for: graph, classes: Self.width, shape: [5], noise: 1.5)
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "train")
        for unit in [nil, 2, 0] {
            if let unit { try run.remove(UnitSelection(run.graph, removing: [(ChannelAnalysis(run.graph).groups[0], [unit])])) }
            for _ in 0..<5 {
                _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
                run.descend(rate: 0.01)
                let evaluation = try context.evaluate(run.network(run.latent))
                #expect(try run.evaluate(run.latent) == evaluation)
                #expect(try run.decide(Requirement(metric: .top1, bound: evaluation.value), run.latent).isMet)
            }
        }
    }
}
