import TestNetworks
import Testing
import Training

@Suite struct ObjectiveTests {
    private let numbers: PyTorchNumbers
    private let labels: [Int32] = [0, 4, 2, 2, 1, 3]
    private static let lanes = 8

    init() throws { numbers = try PyTorchNumbers() }

    enum Case: String, CaseIterable, Sendable {
        case labels, distilled, both, values
        case valuesBoth = "values-both"

        var objective: Objective {
            switch self {
            case .labels: Objective(kind: .classes, distillation: 0, temperature: 1)
            case .distilled: Objective(kind: .classes, distillation: 1, temperature: 2.5)
            case .both: Objective(kind: .classes, distillation: 0.7, temperature: 4)
            case .values: Objective(kind: .values, distillation: 0, temperature: 1)
            case .valuesBoth: Objective(kind: .values, distillation: 0.25, temperature: 1)
            }
        }
    }

    private func targets(_ objective: Objective) -> Targets {
        if objective.kind == .values { return .values(numbers["values"], width: 5) }
        return objective.distillation == 1 ? .none(width: 5) : .classes(labels, width: 5)
    }

    private func teacher(_ objective: Objective) -> Teacher? {
        guard objective.distillation > 0 else { return nil }
        let original = Teacher(outputs: numbers["original"], width: 5)
        return objective.kind == .classes ? original.softened(temperature: objective.temperature) : original
    }

    /// The mean loss of the six samples and its gradient, both `[sample][output]` outside and `[output][lane]` inside.
    private func evaluate(_ objective: Objective, _ outputs: [Float]) -> (loss: Double, gradient: [Float]) {
        var z = [Float](repeating: 0, count: 5 * Self.lanes)
        for sample in 0..<6 { for k in 0..<5 { z[k * Self.lanes + sample] = outputs[sample * 5 + k] } }
        var gradient = [Float](repeating: .nan, count: z.count)
        var scratch = [Float](repeating: .nan, count: Objective.scratchFloats(width: 5, lanes: Self.lanes))
        let sum = objective.loss(
            z, lanes: Self.lanes, samples: Array(0..<6)[...], targets: targets(objective),
            teacher: teacher(objective), scale: 1 / 6, gradient: &gradient, scratch: &scratch)
        return (sum / 6, (0..<30).map { gradient[$0 % 5 * Self.lanes + $0 / 5] })
    }

    @Test(arguments: Case.allCases) func lossAndGradientFollowPyTorch(_ test: Case) {
        let (loss, gradient) = evaluate(test.objective, numbers["outputs"])
        #expect(difference([Float(loss)], numbers["\(test.rawValue)-loss"]) < 1e-6)
        #expect(difference(gradient, numbers["\(test.rawValue)-gradient"]) < 1e-6)
    }

    @Test(arguments: Case.allCases) func gradientIsThatOfTheLoss(_ test: Case) {
        let outputs = numbers["outputs"]
        let gradient = evaluate(test.objective, outputs).gradient
        for index in outputs.indices {
            func loss(_ change: Float) -> Double {
                var moved = outputs
                moved[index] += change
                return evaluate(test.objective, moved).loss
            }
            let (up, down) = (outputs[index] + 0x1p-6, outputs[index] - 0x1p-6)
            let slope = (loss(0x1p-6) - loss(-0x1p-6)) / Double(up - down)
            #expect(abs(slope - Double(gradient[index])) < 3e-4)
        }
    }

    @Test func lanesWithoutASampleHaveNoGradient() {
        var gradient = [Float](repeating: .nan, count: 16)
        var scratch = [Float](repeating: .nan, count: Objective.scratchFloats(width: 2, lanes: 8))
        _ = Objective(kind: .classes, distillation: 0, temperature: 1).loss(
            [Float](repeating: 1, count: 16), lanes: 8, samples: [0, 1, 2][...],
            targets: .classes([0, 1, 0], width: 2), teacher: nil, scale: 1, gradient: &gradient,
            scratch: &scratch)
        for output in 0..<2 { #expect(gradient[output * 8 + 3..<output * 8 + 8].allSatisfy { $0 == 0 }) }
    }

    @Test func softenedOutputsAreProbabilities() {
        let soft = Teacher(outputs: numbers["original"], width: 5).softened(temperature: 3)
        for sample in 0..<6 {
            let row = soft.outputs[sample * 5..<sample * 5 + 5]
            #expect(abs(row.reduce(0, +) - 1) < 1e-6)
            #expect(row.allSatisfy { $0 > 0 })
        }
        #expect((0..<6).map(soft.top) == (0..<6).map(Teacher(outputs: numbers["original"], width: 5).top))
    }
}
