import Execution
import NeuralGraph
import TestNetworks
import Testing
import Training

@Suite struct SeveralOutputsTests {
    /// Networks whose second output is computed from the first, or from what the first is computed from, in each way that gradients
    /// are passed on.
    enum Branch: String, CaseIterable, CustomTestStringConvertible {
        case layer, view, sum, relu, sibling

        var testDescription: String { rawValue }

        func network(seed: UInt64 = 1) throws -> Graph {
            var network = NetworkBuilder(input: [6], seed: seed)
            network.gemm("trunk", 8)
            network.relu()
            let trunk = network.current
            network.gemm("first", 8)
            if self == .relu { network.relu() }
            let first = network.current
            switch self {
            case .layer, .relu: network.gemm("second", 3)
            case .view: network.flatten()
            case .sum: network.node("Add", [trunk], shape: [8])
            case .sibling:
                network.current = trunk
                network.gemm("second", 3)
            }
            var graph = try network.graph(alsoOutputs: [first])
            graph.judged = [0, 1]
            return graph
        }
    }

    private func split(_ samples: Int, width: Int = 1) throws -> Split {
        var random = RandomStream(seed: 3, name: "samples")
        return try SyntheticData.split((0..<samples * 6).map { _ in random.nextNormal() }, shape: [6], targets: .none(width: width))
    }

    private func gradient(_ graph: Graph, _ teacher: Graph, judged: [Int], threads: Int = 1) throws -> (loss: Double, gradient: [Float]) {
        var (graph, teacher) = (graph, teacher)
        graph.judged = judged
        teacher.judged = judged
        let split = try split(64, width: graph.values[graph.judgedOutputs[0]].count)
        let objective = Objective(kind: .values, distillation: 1, temperature: 1)
        let lessons = try Evaluator(metric: .mse, parallel: .one).outputs(of: teacher, on: split).map { Lesson(objective, teacher: $0) }
        let engine = GradientEngine(graph, batch: 64, split: split, lessons: lessons, parallel: Parallel(threads: threads))
        let loss = engine.compute(graph.parameterBuffer(), samples: Array(0..<64)[...])
        return (loss, engine.gradient.array)
    }

    @Test("a gradient is the sum of those of the outputs", arguments: Branch.allCases) func gradients(_ branch: Branch) throws {
        let (graph, teacher) = (try branch.network(), try branch.network(seed: 2))
        let both = try gradient(graph, teacher, judged: [0, 1])
        let (first, second) = (try gradient(graph, teacher, judged: [0]), try gradient(graph, teacher, judged: [1]))
        #expect(abs(both.loss - first.loss - second.loss) < 1e-5 * both.loss)
        for (index, sum) in both.gradient.enumerated() {
            #expect(abs(sum - first.gradient[index] - second.gradient[index]) < 1e-5)
        }
        #expect(zip(both.gradient, first.gradient).contains { abs($0 - $1) > 1e-2 })
        #expect(try gradient(graph, teacher, judged: [0, 1], threads: 2).gradient.map(\.bitPattern) == both.gradient.map(\.bitPattern))
    }

    /// Of the outputs of `graph` with those of `other`.
    private func evaluate(
        _ metric: Metric, _ graph: Graph, _ other: Graph, _ split: Split
    ) throws -> (value: Evaluation, engine: EvaluationEngine) {
        let answers = metric == .agreement ? graph.judgedOutputs.map { graph.answers(ofOutput: $0).form } : []
        let evaluator = Evaluator(metric: metric, answers: answers, parallel: .one)
        let reference = try evaluator.reference(of: other, on: split)
        return (
            try evaluator.evaluate(graph, on: split, reference: reference), evaluator.engine(for: graph, on: split, reference: reference)
        )
    }

    @Test("a metric is that over the answers, numbers or directions of all outputs", arguments: [Metric.agreement, .mse, .cosine])
    func metrics(_ metric: Metric) throws {
        var (graph, other) = (try Branch.sibling.network(), try Branch.sibling.network(seed: 2))
        let split = try split(EvaluationEngine.round + 100)
        let (both, engine) = try evaluate(metric, graph, other, split)
        let alone = try [0, 1].map { output in
            (graph.judged, other.judged) = ([output], [output])
            return try evaluate(metric, graph, other, split).value.value
        }
        let weights: [Double] = metric == .mse ? [3, 8] : [1, 1]
        let expected = zip(alone, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        #expect(abs(both.value - expected) < 1e-12)
        #expect(alone[0] != alone[1])
        let parameters = graph.parameterBuffer()
        for bound in [both.value - 1e-3, both.value + 1e-3] {
            let requirement = Requirement(metric: metric, bound: bound)
            #expect(try engine.decide(requirement, parameters).isMet == requirement.isMet(by: both))
        }
    }

    @Test func aSampleIsAHitIfAllOutputsAre() throws {
        let (graph, other) = (try Branch.sibling.network(), try Branch.sibling.network(seed: 2))
        let split = try split(200)
        let evaluator = Evaluator(
            metric: .agreement, answers: graph.judgedOutputs.map { graph.answers(ofOutput: $0).form }, parallel: .one)
        let (outputs, reference) = (try evaluator.outputs(of: graph, on: split), try evaluator.outputs(of: other, on: split))
        let hits = try evaluator.measure(graph, on: split, reference: evaluator.reference(of: other, on: split)).hits
        for sample in 0..<200 {
            #expect(hits[sample] == (0..<2).allSatisfy { outputs[$0].top(sample) == reference[$0].top(sample) })
        }
        #expect(hits.contains(true) && hits.contains(false))
    }
}
