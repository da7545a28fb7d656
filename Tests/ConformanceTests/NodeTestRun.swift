import CKernels
import Execution
import GraphConversion
import NeuralGraph
import ONNX

/// The tensors that a network gives for those of a test. Inputs of the model that the network does not have are constants.
struct NodeTestRun {
    let graph: Graph
    /// Samples in one pass: those of the batch, or invocations that are all the same.
    let lanes: Int

    /// By output, row-major, with all lanes one after the other.
    func outputs(_ inputs: [String: [Float]]) -> [[Float]] {
        let plan = Plan(graph, lanes: lanes)
        let parameters = graph.parameterBuffer()
        let packed = PackedWeights(plan)
        let workspace = Workspace(plan)
        for input in graph.inputs {
            let place = workspace.value(input)
            let count = graph.values[input].count
            let numbers = inputs[graph.values[input].name] ?? []
            for index in 0..<count * lanes where !numbers.isEmpty {
                place[index % count * lanes + index / count] = numbers[index % numbers.count]
            }
        }
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        plan.pack(parameters.pointer, into: packed, parallel: .one)
        plan.forward(parameters.pointer, packed: packed, in: workspace)
        return graph.outputs.map { output in
            let place = workspace.value(output)
            let count = graph.values[output].count
            return (0..<count * lanes).map { place[$0 % count * lanes + $0 / count] }
        }
    }
}

extension TensorProto {
    /// The elements as the engine holds them.
    func numbers() throws -> [Float] {
        if dataType.isFloat { return try floats() }
        return try integers().map { Float($0) }
    }

    /// What differs from the tensor's elements, by the measure of ONNX's own test runner: a relative error of 1e-3 and an
    /// absolute one of 1e-7; none in integers and truth values. A bfloat16 may be cut off.
    func difference(of found: [Float], from expected: [Float]) -> String? {
        guard found.count == expected.count else { return "\(found.count) elements, not \(expected.count)" }
        let tolerance: Float = dataType == .bfloat16 ? 0x1p-7 : dataType.isFloat ? 1e-3 : 0
        let least: Float = dataType.isFloat ? 1e-7 : 0
        for (index, (number, right)) in zip(found, expected).enumerated() where number != right {
            if number.isNaN && right.isNaN { continue }
            if abs(number - right) <= least + tolerance * abs(right), right.isFinite { continue }
            return "element \(index) is \(number), not \(right)"
        }
        return nil
    }
}
