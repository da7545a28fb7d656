import DependencyGroups
import Execution
import NeuralGraph
import ONNX
import Testing
import TestNetworks
import Training

@Suite struct GradientEngineTests {
    private static let objective = Objective(kind: .classes, distillation: 0, temperature: 1)

    private func network() throws -> Graph {
        var network = NetworkBuilder(input: [1, 6, 6])
        network.convolution("conv", 3, pad: 1)
        network.relu()
        network.maxPool(2)
        network.flatten()
        network.gemm("fc", 4)
        network.softmax()
        return try network.graph()
    }

    private func gradient(
        _ graph: Graph, _ split: Split, samples: [Int], threads: Int, room: Int = 1 << 24
    ) -> (loss: Double, gradient: [Float]) {
        let engine = GradientEngine(
            graph, batch: samples.count, split: split, lessons: [Lesson(Self.objective, teacher: nil)],
            parallel: Parallel(threads: threads), room: room)
        let loss = engine.compute(graph.parameterBuffer(), samples: samples[...])
        return (loss, engine.gradient.array)
    }

    @Test(arguments: [64, 128, 192, 256]) func threadsDoNotChangeAGradient(_ batch: Int) throws {
        let graph = try network()
        let split = try SyntheticData.classes(4, samples: batch, shape: [1, 6, 6])
        let one = gradient(graph, split, samples: Array(0..<batch), threads: 1)
        for threads in [2, 3] {
            let more = gradient(graph, split, samples: Array(0..<batch), threads: threads)
            #expect(more.loss == one.loss)
            #expect(more.gradient.map(\.bitPattern) == one.gradient.map(\.bitPattern))
        }
    }

    @Test(arguments: [1, 2, 3]) func gradientsThatAreAddedAsTheyComeAreTheSame(threads: Int) throws {
        let graph = try network()
        let split = try SyntheticData.classes(4, samples: 320, shape: [1, 6, 6])
        let together = gradient(graph, split, samples: Array(0..<320), threads: threads)
        let oneByOne = gradient(graph, split, samples: Array(0..<320), threads: threads, room: 0)
        #expect(oneByOne.loss == together.loss)
        #expect(oneByOne.gradient.map(\.bitPattern) == together.gradient.map(\.bitPattern))
    }

    @Test func gradientIsTheMeanOfThatOfEverySample() throws {
        let graph = try network()
        let split = try SyntheticData.classes(4, samples: 128, shape: [1, 6, 6])
        let whole = gradient(graph, split, samples: Array(0..<128), threads: 1)
        var mean = [Double](repeating: 0, count: whole.gradient.count)
        var loss = 0.0
        for sample in 0..<128 {
            // A micro-batch of one sample 64 times has that sample's gradient.
            let own = gradient(graph, split, samples: [Int](repeating: sample, count: 64), threads: 1)
            for index in mean.indices { mean[index] += Double(own.gradient[index]) / 128 }
            loss += own.loss / 128
        }
        #expect(abs(loss - whole.loss) < 1e-5)
        #expect(difference(whole.gradient, mean.map { Float($0) }) < 1e-6)
        #expect(whole.gradient.contains { abs($0) > 1e-3 })
    }

    @Test func trainingGivesTheSameBitsForAnyNumberOfThreads() throws {
        let graph = try network()
        func trained(threads: Int) throws -> (bits: [UInt32], losses: [Double]) {
            let context = try TrainingContext.synthetic(for: graph, classes: 4, shape: [1, 6, 6], threads: threads)
            var run = TrainingRun(graph, context: context.with(batch: 128), optimizer: context.optimizer, name: "train")
            var losses: [Double] = []
            for _ in 0..<30 {
                losses.append(try run.computeGradient { latent, effective in effective.copy(from: latent) })
                run.descend(rate: 0.01)
            }
            return (run.network(run.latent).parameterBits, losses)
        }
        let (one, two) = (try trained(threads: 1), try trained(threads: 2))
        #expect(one.bits == two.bits)
        #expect(one.losses == two.losses)
        #expect(one.losses[29] < 0.5 * one.losses[0])
    }

    @Test func lossThatIsNotANumberIsAnError() throws {
        var graph = try network()
        graph["fc.bias"] = [.nan, 0, 0, 0]
        let good = try network()
        let context = try TrainingContext.synthetic(for: good, classes: 4, shape: [1, 6, 6])
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "train")
        #expect(throws: NotANumber(place: "the training loss")) {
            _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
        }
    }

    @Test func gradientThatIsNotANumberIsAnErrorWithTheNameOfTheTensor() throws {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc1", 3)
        network.constant("exponent", [], [0.75])
        network.node("Pow", ["exponent"], shape: [3])
        network.gemm("fc2", 4)
        var graph = try network.graph()
        // A root's slope at zero is infinite, its value is not.
        graph["fc1.weight"] = [Float](repeating: 0, count: 12)
        graph["fc1.bias"] = [0, 0, 0]
        let context = try TrainingContext.synthetic(for: graph, classes: 4, shape: [4])
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "train")
        #expect(throws: NotANumber(place: "the gradient of 'fc1.weight'")) {
            _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
        }
    }

    @Test func removalOfUnitsKeepsWeightsAndMemoryInStep() throws {
        let graph = try network()
        let context = try TrainingContext.synthetic(for: graph, classes: 4, shape: [1, 6, 6])
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "train")
        _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
        run.descend(rate: 0.01)
        let before = run.network(run.latent)
        let second = run.network(run.optimizer.second)
        let removal = UnitSelection(graph, removing: [(ChannelAnalysis(graph).groups[0], [1])])
        try run.remove(removal)
        #expect(run.network(run.latent).parameterBits == (try removal.apply(to: before)).parameterBits)
        #expect(run.network(run.optimizer.second).parameterBits == (try removal.apply(to: second)).parameterBits)
        _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
        #expect(run.gradient.count == run.latent.count)
    }
}

extension TrainingContext {
    fileprivate func with(batch: Int) -> TrainingContext {
        TrainingContext(
            train: train, validation: validation, lessons: lessons, reference: reference,
            requirement: requirement, evaluator: evaluator, optimizer: optimizer, schedule: schedule, batch: batch,
            seed: seed, parallel: parallel, progress: progress)
    }
}
