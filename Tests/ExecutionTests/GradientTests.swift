import Execution
import GraphConversion
import NeuralGraph
import Testing

@Suite struct GradientTests {
    @Test("gradients are PyTorch's", arguments: Fixture.namesWithGradients, [1, 3, 64])
    func matchPyTorch(name: String, lanes: Int) throws {
        let fixture = try Fixture(name)
        let graph = try Graph(try Probe.added(to: fixture.model))
        let run = NetworkRun(graph, lanes: lanes, isTraining: true)
        try run.forward(fixture)
        try run.backward(fixture)
        // What is not trained needs no gradient.
        var judged = Set(graph.parameters.filter { !$0.role.isTrainable }.map(\.name) + fixture.model.graph.inputs.map(\.name))
        for (index, parameter) in graph.parameters.enumerated() where parameter.role.isTrainable {
            guard !parameter.name.hasSuffix(".probe"), let source = try source(of: parameter, in: fixture) else { continue }
            var expected = sum(try fixture.samples("gradient." + source.name), lanes: lanes)
            if source.isTransposed { expected = transposed(expected, rows: parameter.shape[1]) }
            #expect(difference(run.gradient(ofParameter: index), expected) < 1e-5, "\(parameter.name)")
            judged.insert(source.name)
        }
        #expect(fixture.gradients.isSubset(of: judged))
        // Numbers of places, which have no slope.
        let places = Set(fixture.model.graph.nodes.filter { $0.operatorType == "Cast" }.flatMap(\.inputs))
        for input in fixture.model.graph.inputs where !places.contains(input.name) {
            let value = try #require(graph.values.firstIndex { $0.name == input.name })
            let expected = try fixture.samples("gradient." + input.name)
            for (lane, row) in run.rows(run.workspace.gradient(value), ofValue: value).enumerated() {
                #expect(difference(row, expected[lane % expected.count]) < 1e-5, "\(input.name), sample \(lane)")
            }
        }
    }

    /// Kinks and ties within a step's reach spoil differences.
    private static let smooth = Fixture.namesWithGradients.filter { name in
        !["-ties", "-zeros"].contains { name.contains($0) }
            && !["relu", "leakyrelu", "clip", "abs", "maxpool", "network"].contains { name.hasPrefix($0) }
    }

    @Test("gradients are the slope of the network along a direction", arguments: smooth)
    func matchFiniteDifferences(name: String) throws {
        let fixture = try Fixture(name)
        let graph = try Graph(try Probe.added(to: fixture.model))
        let run = NetworkRun(graph, lanes: 3, isTraining: true)
        try run.forward(fixture)
        try run.backward(fixture)
        let direction = (0..<run.gradients.count).map { Float(($0 * 7 + 3) % 11 - 5) / 5 }
        var slope = 0.0
        for (index, parameter) in graph.parameters.enumerated() where parameter.role.isTrainable {
            for place in run.plan.layout.range(index) {
                slope += Double(run.gradients.pointer[place]) * Double(direction[place])
            }
        }
        let step: Float = 1.0 / 128
        let ahead = try loss(graph, fixture, moved: direction.map { $0 * step })
        let behind = try loss(graph, fixture, moved: direction.map { -$0 * step })
        let measured = (ahead - behind) / Double(2 * step)
        #expect(abs(slope - measured) < 2e-3 * (abs(slope) + 1), "\(slope), measured \(measured)")
    }

    private func sum(_ samples: [[Float]], lanes: Int) -> [Float] {
        var total = [Double](repeating: 0, count: samples[0].count)
        for lane in 0..<lanes {
            for (index, number) in samples[lane % samples.count].enumerated() { total[index] += Double(number) }
        }
        return total.map { Float($0) }
    }

    /// The file's constant whose numbers a parameter has, perhaps as `[inputs, outputs]` and by a name of its own; `nil` for those that a
    /// module has not, but only its exporter.
    private func source(of parameter: Parameter, in fixture: Fixture) throws -> (name: String, isTransposed: Bool)? {
        let constants = fixture.model.graph.initializers
        let isMatrix = parameter.role == .weight && parameter.shape.count == 2
        if let own = constants.first(where: { $0.name == parameter.name }), fixture.gradients.contains(own.name) || !fixture.isExported {
            return (own.name, try isMatrix && own.floats() != parameter.values)
        }
        for constant in constants where isMatrix && constant.dimensions.count == 2 && fixture.gradients.contains(constant.name) {
            let values = try constant.floats()
            if values == parameter.values { return (constant.name, false) }
            if transposed(values, rows: constant.dimensions[0]) == parameter.values { return (constant.name, true) }
        }
        return fixture.isExported ? nil : (parameter.name, false)
    }

    private func transposed(_ values: [Float], rows: Int) -> [Float] {
        let columns = values.count / rows
        return (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
    }

    private func loss(_ graph: Graph, _ fixture: Fixture, moved: [Float]) throws -> Double {
        let run = NetworkRun(graph, lanes: 3, isTraining: true)
        for (index, parameter) in graph.parameters.enumerated() where parameter.role.isTrainable {
            for place in run.plan.layout.range(index) { run.parameters.pointer[place] += moved[place] }
        }
        try run.forward(fixture)
        let seed = try fixture.samples("seed")
        var total = 0.0
        for (row, factors) in zip(run.output, seed) {
            for (y, factor) in zip(row, factors) { total += Double(y) * Double(factor) }
        }
        return total
    }
}
