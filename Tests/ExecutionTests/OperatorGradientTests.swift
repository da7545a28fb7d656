import CKernels
import GraphConversion
import NeuralGraph
import ONNX
import Testing

/// Gradients of single operators against central differences of their forward pass.
@Suite struct OperatorGradientTests {
    @Test("gradients are the slopes of the outputs", arguments: GradientCase.all, [Batch.axis0, .invocation])
    func matchFiniteDifferences(_ tried: GradientCase, _ batch: Batch) throws {
        guard batch == .invocation ? !tried.needsSamples : !tried.needsInvocation else { return }
        let graph = try Graph(tried.model(batch), batch: batch)
        let run = NetworkRun(graph, lanes: 3, isTraining: true)
        let found = loss(run, moved: nil)
        #expect(found.isFinite)
        for (index, parameter) in graph.parameters.enumerated() where parameter.role.isTrainable {
            for place in run.plan.layout.range(index) {
                let step: Float = 1.0 / 256
                let other = NetworkRun(graph, lanes: 3, isTraining: true)
                let measured = (loss(other, moved: (place, step)) - loss(other, moved: (place, -step))) / Double(2 * step)
                let slope = Double(run.gradients.pointer[place])
                #expect(abs(slope - measured) < 4e-3 * (abs(measured) + 1), "\(parameter.name)[\(place)]")
            }
        }
    }

    /// The sum of all outputs with different factors, whose gradients it also computes when nothing is moved.
    private func loss(_ run: NetworkRun, moved: (place: Int, by: Float)?) -> Double {
        let graph = run.graph
        for (number, input) in graph.inputs.enumerated() {
            let value = graph.values[input]
            let whole = value.elementType != .float
            for index in 0..<value.count * run.lanes {
                run.workspace.value(input)[index] = whole ? Float(index % 3) : GradientCase.number(index + number * 5)
            }
        }
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        if let moved { run.parameters.pointer[moved.place] += moved.by }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        let output = graph.outputs[0]
        let factors = (0..<graph.values[output].count * run.lanes).map { Float(($0 * 5 + 2) % 7 - 3) / 4 }
        let y = run.workspace.value(output)
        let total = factors.enumerated().reduce(0.0) { $0 + Double(y[$1.offset]) * Double($1.element) }
        if let moved {
            run.parameters.pointer[moved.place] -= moved.by
        } else {
            for (index, factor) in factors.enumerated() { run.workspace.seed(output)[index] = factor }
            run.plan.backward(
                run.parameters.pointer, packed: run.packed, in: run.workspace, gradients: run.gradients.pointer)
        }
        return total
    }
}
