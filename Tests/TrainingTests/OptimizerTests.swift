import Execution
import TestNetworks
import Testing
import Training

@Suite struct OptimizerTests {
    private let numbers: PyTorchNumbers

    init() throws { numbers = try PyTorchNumbers() }

    private func weightsAfterFiveSteps(_ settings: OptimizerSettings, threads: Int = 1) -> [Float] {
        let weights = FloatBuffer(numbers["weights"])
        var optimizer = Optimizer(settings, count: weights.count)
        for step in 0..<5 {
            optimizer.step(
                weights, gradient: FloatBuffer(numbers["gradient\(step)"]), rate: Float(settings.learningRate),
                parallel: Parallel(threads: threads))
        }
        return weights.array
    }

    @Test func sgdWithMomentumFollowsPyTorch() {
        let weights = weightsAfterFiveSteps(.sgd(learningRate: 0.05, momentum: 0.9))
        #expect(difference(weights, numbers["sgd"]) < 1e-6)
    }

    @Test func adamFollowsPyTorch() {
        #expect(difference(weightsAfterFiveSteps(.adam(learningRate: 0.02)), numbers["adam"]) < 1e-6)
    }

    @Test func secondMomentsAreKeptWhateverTheMethod() {
        let gradient = FloatBuffer(numbers["gradient4"])
        var sgd = Optimizer(.sgd(learningRate: 0.1, momentum: 0.9), count: gradient.count)
        var adam = Optimizer(.adam(learningRate: 0.1), count: gradient.count)
        for _ in 0..<3 {
            sgd.step(FloatBuffer(count: 7), gradient: gradient, rate: 0.1, parallel: Parallel(threads: 1))
            adam.step(FloatBuffer(count: 7), gradient: gradient, rate: 0.1, parallel: Parallel(threads: 1))
        }
        #expect(sgd.second.array == adam.second.array)
    }

    /// Kingma and Ba's correction must count the gradients that were only looked at.
    @Test func stepsAfterObservingAreOfFullLength() {
        let gradient = FloatBuffer([Float](repeating: 0.5, count: 4))
        var optimizer = Optimizer(.adam(learningRate: 0.01), count: 4)
        for _ in 0..<40 { optimizer.observe(gradient) }
        let weights = FloatBuffer(count: 4)
        optimizer.step(weights, gradient: gradient, rate: 0.01, parallel: Parallel(threads: 1))
        #expect(difference(weights.array, [Float](repeating: -0.01, count: 4)) < 1e-6)
    }

    @Test func threadsDoNotChangeAStep() {
        var random = RandomStream(seed: 1, name: "step")
        let start = (0..<40000).map { _ in random.nextNormal() }
        let gradient = FloatBuffer((0..<40000).map { _ in random.nextNormal() })
        func stepped(_ threads: Int) -> [Float] {
            let weights = FloatBuffer(start)
            var optimizer = Optimizer(.adam(learningRate: 0.1), count: start.count)
            optimizer.step(weights, gradient: gradient, rate: 0.1, parallel: Parallel(threads: threads))
            return weights.array
        }
        #expect(stepped(1) == stepped(3))
    }

    @Test func memoryOfRemovedWeightsGoes() {
        let gradient = FloatBuffer([1, 2, 3])
        var optimizer = Optimizer(.adam(learningRate: 0.1), count: 3)
        optimizer.step(FloatBuffer(count: 3), gradient: gradient, rate: 0.1, parallel: Parallel(threads: 1))
        let (first, second) = (optimizer.first.array, optimizer.second.array)
        optimizer.select { FloatBuffer([$0.array[0], $0.array[2]]) }
        #expect(optimizer.first.array == [first[0], first[2]])
        #expect(optimizer.second.array == [second[0], second[2]])
    }
}

@Suite struct ScheduleTests {
    @Test func constantRateStays() {
        #expect([0, 0.5, 1].map { Schedule.constant.rate(0.2, at: $0) } == [0.2, 0.2, 0.2])
    }

    @Test func cosineFallsFromTheFirstRateToTheFloor() {
        #expect(Schedule.cosine.rate(0.2, at: 0) == 0.2)
        #expect(abs(Schedule.cosine.rate(0.2, at: 0.5) - 0.2 * 0.525) < 1e-7)
        #expect(abs(Schedule.cosine.rate(0.2, at: 1) - 0.01) < 1e-8)
        #expect(abs(Schedule.cosine.rate(0.2, at: 1, floor: 0.5) - 0.1) < 1e-7)
        #expect(abs(Schedule.cosine.rate(1, at: 1.0 / 3, floor: 0) - 0.75) < 1e-6)
    }

    @Test func progressBeyondTheEndIsTheEnd() {
        #expect(Schedule.cosine.rate(0.2, at: 1.5) == Schedule.cosine.rate(0.2, at: 1))
        #expect(Schedule.cosine.rate(0.2, at: -1) == 0.2)
    }
}
