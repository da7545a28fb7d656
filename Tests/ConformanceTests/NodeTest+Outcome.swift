import NeuralGraph
import ONNX

enum Outcome {
    case passed
    case failed(String)
    case skipped(String)
}

extension NodeTest {
    /// Runs the test in every way in which its model can be read; all of them must give the outputs.
    func outcome() throws -> Outcome {
        if let reason = reasonToSkip { return .skipped(reason) }
        var refusal: String?
        var runs = 0
        for set in inputs.indices {
            var reading: (model: ModelProto, graph: Graph)?
            for constants in choices(set) where reading == nil {
                let model = fixed(set, constants)
                do { reading = (model, try Graph(model)) } catch { refusal = refusal ?? error.description }
            }
            guard let reading else { continue }
            if let difference = try difference(reading.graph, set) { return .failed(difference) }
            runs += 1
        }
        return runs > 0 ? .passed : .failed(refusal ?? "it has no data")
    }

    /// Which inputs are given as constants: as few as possible, and rather the last ones.
    private func choices(_ set: Int) -> [Int] {
        (0..<1 << inputs[set].count).sorted { ($0.nonzeroBitCount, $1) < ($1.nonzeroBitCount, $0) }
    }

    /// The model with the shapes of the data, and with the inputs in the bits of `constants` as initializers.
    private func fixed(_ set: Int, _ constants: Int) -> ModelProto {
        var model = model
        let names = model.graph.inputs.map(\.name)
        for (index, tensor) in inputs[set].enumerated() where index < names.count {
            model.graph.inputs[index].shape = tensor.dimensions.map { .value($0) }
            guard constants >> index & 1 == 1 else { continue }
            var named = tensor
            named.name = names[index]
            model.graph.initializers.append(named)
        }
        return model
    }

    private func difference(_ graph: Graph, _ set: Int) throws -> String? {
        var numbers: [String: [Float]] = [:]
        for (input, tensor) in zip(model.graph.inputs, inputs[set]) { numbers[input.name] = try tensor.numbers() }
        let batch = inputs[set].first { tensor in
            graph.inputs.contains { graph.values[$0].name == tensor.name }
        }?.dimensions.first
        let lanes = batch ?? inputs[set].first?.dimensions.first ?? 1
        let found = NodeTestRun(graph: graph, lanes: lanes).outputs(numbers)
        for (index, (output, tensor)) in zip(graph.outputs, outputs[set]).enumerated() {
            guard [lanes] + graph.values[output].shape == tensor.dimensions else {
                return "output \(index) has the shape \([lanes] + graph.values[output].shape), not \(tensor.dimensions)"
            }
            if let difference = try tensor.difference(from: found[index]) { return "output \(index): " + difference }
        }
        return nil
    }
}
