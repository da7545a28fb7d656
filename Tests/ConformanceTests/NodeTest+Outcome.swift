import GraphConversion
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
            for batch in [Batch.axis0, .invocation] {
                switch reading(set, batch) {
                case .failure(let error): refusal = error.description
                case .success(let graph):
                    if let difference = try difference(graph, set) { return .failed("\(batch): \(difference)") }
                    if let difference = try exportDifference(graph, set) { return .failed("\(batch), written: \(difference)") }
                    runs += 1
                }
            }
        }
        return runs > 0 ? .passed : .failed(refusal ?? "it has no data")
    }

    /// The network with as few constants as possible, or why it cannot be read with none.
    private func reading(_ set: Int, _ batch: Batch) -> Result<Graph, GraphError> {
        var refusal: GraphError?
        for constants in choices(set) {
            do { return .success(try Graph(fixed(set, constants), batch: batch)) } catch { refusal = refusal ?? error }
        }
        return .failure(refusal ?? .noOutput)
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
        let lanes = graph.batch == .axis0 ? batchSize(graph, set) : 3
        let found = NodeTestRun(graph: graph, lanes: lanes).outputs(numbers)
        for (index, (output, tensor)) in zip(graph.outputs, outputs[set]).enumerated() {
            let value = graph.values[output]
            let place = graph.batch == .axis0 ? graph.places[value.name] ?? .front : nil
            let placed = PlacedShape(value.shape, place: place)
            let shape = placed.dimensions.map { $0.number ?? placed.batchLength(lanes) }
            guard shape == tensor.dimensions else { return "output \(index) has the shape \(shape), not \(tensor.dimensions)" }
            let type = graph.fileTypes[value.name] ?? value.elementType
            guard type == tensor.dataType else {
                return "output \(index) is of type \(type), not \(tensor.dataType)"
            }
            let expected = placed.samplesFirst(try tensor.numbers(), lanes: lanes)
            for start in stride(from: 0, to: found[index].count, by: max(1, expected.count)) {
                let numbers = Array(found[index][start..<min(found[index].count, start + expected.count)])
                if let difference = tensor.difference(of: numbers, from: expected) { return "output \(index): " + difference }
            }
        }
        return nil
    }

    /// What differs when the network is written and read again.
    private func exportDifference(_ graph: Graph, _ set: Int) throws -> String? {
        let again: Graph
        do { again = try Graph(graph.exported(), batch: graph.batch) } catch { return error.description }
        return try difference(again, set)
    }

    /// The length of axis 0 of what the network takes.
    private func batchSize(_ graph: Graph, _ set: Int) -> Int {
        let taken = Set(graph.inputs.map { graph.values[$0].name })
        let sizes = zip(model.graph.inputs, inputs[set]).filter { taken.contains($0.0.name) }.map { $0.1.dimensions.first }
        return sizes.first.flatMap(\.self) ?? 1
    }
}

extension PlacedShape {
    /// The length of the axis that holds the batch.
    fileprivate func batchLength(_ lanes: Int) -> Int { (place?.outer ?? 1) * lanes * (place?.inner ?? 1) }

    /// The elements of a tensor with the batch in its place, sample by sample.
    fileprivate func samplesFirst(_ numbers: [Float], lanes: Int) -> [Float] {
        guard let place else { return numbers }
        let before = sample[..<place.axis].reduce(place.outer, *)
        let after = sample.reduce(1, *) / max(1, before)
        return (0..<lanes).flatMap { lane in
            (0..<before).flatMap { row in numbers[((row * lanes + lane) * after)...].prefix(after) }
        }
    }
}
