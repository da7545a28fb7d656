import CKernels
import Execution
import GraphConversion
import NeuralGraph
import ONNX
import Testing

/// `LSTM`, `GRU` and `RNN` against their definition.
@Suite struct RecurrentTests {
    @Test("outputs are those of the definition", arguments: RecurrentCase.all, [1, 3, 9])
    func outputs(_ tried: RecurrentCase, _ lanes: Int) throws {
        let run = try self.run(tried, lanes: lanes)
        for (lane, row) in run.output.enumerated() {
            let expected = reference(tried, lane: lane).outputs().map { Float($0) }
            #expect(difference(row, expected) < 1e-5, "sample \(lane)")
        }
    }

    @Test("gradients are the slopes of the definition", arguments: RecurrentCase.all, [2, 9])
    func gradients(_ tried: RecurrentCase, _ lanes: Int) throws {
        let run = try self.run(tried, lanes: lanes)
        let width = run.output[0].count
        for element in 0..<width {
            for lane in 0..<lanes { run.workspace.seed(run.graph.outputs[0])[element * lanes + lane] = factor(element, lane) }
        }
        run.plan.backward(run.parameters.pointer, packed: run.packed, in: run.workspace, gradients: run.gradients.pointer)
        for (index, parameter) in run.graph.parameters.enumerated() where parameter.role.isTrainable {
            let name = parameter.name.replacing(".probe", with: "")
            let slopes = run.gradient(ofParameter: index).map { Double($0) }
            for start in 0..<3 {
                let direction = slopes.indices.map { Double((($0 + start) * 7 + 3) % 11 - 5) / 5 }
                let ahead = loss(tried, lanes, moved: name, by: direction.map { $0 * 1e-5 })
                let behind = loss(tried, lanes, moved: name, by: direction.map { $0 * -1e-5 })
                let slope = zip(slopes, direction).reduce(0) { $0 + $1.0 * $1.1 }
                let measured = (ahead - behind) / 2e-5
                #expect(abs(slope - measured) < 5e-5 * (abs(measured) + 1), "\(parameter.name) \(slope) \(measured)")
            }
        }
        #expect(run.graph.parameters.count == tried.parameterShapes.count + tried.valueShapes.count)
    }

    @Test("a sample's numbers are the same bits whatever the number of lanes", arguments: RecurrentCase.all)
    func lanes(_ tried: RecurrentCase) throws {
        let (single, many) = (try run(tried, lanes: 1), try run(tried, lanes: 19))
        #expect(single.output[0].map(\.bitPattern) == many.output[0].map(\.bitPattern))
    }

    @Test("a network that was written and read again gives the same bits", arguments: RecurrentCase.all)
    func export(_ tried: RecurrentCase) throws {
        let graph = try Graph(tried.model(), batch: tried.batch)
        let again = try Graph(graph.exported(), batch: tried.batch)
        #expect(again.exported() == graph.exported())
        let (first, second) = (try run(tried, graph, lanes: 3), try run(tried, again, lanes: 3))
        #expect(first.output.map { $0.map(\.bitPattern) } == second.output.map { $0.map(\.bitPattern) })
    }

    // MARK: Parts

    private func run(_ tried: RecurrentCase, lanes: Int) throws -> NetworkRun {
        try run(tried, Graph(tried.model(), batch: tried.batch), lanes: lanes)
    }

    private func run(_ tried: RecurrentCase, _ graph: Graph, lanes: Int) throws -> NetworkRun {
        let run = NetworkRun(graph, lanes: lanes, isTraining: true)
        for (number, input) in graph.inputs.enumerated() {
            let count = graph.values[input].count
            for lane in 0..<lanes {
                for (element, value) in fed(number, count, lane: lane).enumerated() {
                    run.workspace.value(input)[element * lanes + lane] = value
                }
            }
        }
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        return run
    }

    private func fed(_ input: Int, _ count: Int, lane: Int) -> [Float] {
        RecurrentCase.numbers(count, from: 5 * lane + 17 * input)
    }

    private func factor(_ element: Int, _ lane: Int) -> Float { Float((element * 5 + lane * 3 + 2) % 7 - 3) / 4 }

    private func reference(_ tried: RecurrentCase, lane: Int) -> RecurrentReference {
        var tensors: [String: [Double]] = [:]
        for (number, (name, shape)) in tried.parameterShapes.enumerated() {
            tensors[name] = RecurrentCase.numbers(shape.reduce(1, *), from: 7 * number + 3).map { Double($0) }
        }
        for (number, (name, shape)) in tried.valueShapes.enumerated() {
            tensors[name] = fed(number, shape.reduce(1, *), lane: lane).map { Double($0) }
        }
        return RecurrentReference(tried: tried, tensors: tensors)
    }

    private func loss(_ tried: RecurrentCase, _ lanes: Int, moved name: String, by change: [Double]) -> Double {
        (0..<lanes).reduce(0) { total, lane in
            var reference = reference(tried, lane: lane)
            reference.tensors[name] = reference.tensors[name].map { zip($0, change).map { $0 + $1 } }
            return reference.outputs().enumerated().reduce(total) { $0 + $1.element * Double(factor($1.offset, lane)) }
        }
    }
}
