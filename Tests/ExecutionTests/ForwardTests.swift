import Execution
import GraphConversion
import NeuralGraph
import ONNX
import Testing

@Suite struct ForwardTests {
    @Test("every operator gives ONNX Runtime's numbers", arguments: Fixture.names, [1, 3, 64])
    func matchesONNXRuntime(name: String, lanes: Int) throws {
        let fixture = try Fixture(name)
        let run = NetworkRun(try Graph(fixture.model), lanes: lanes)
        try run.forward(fixture)
        let expected = try fixture.samples("y")
        for (lane, row) in run.output.enumerated() {
            #expect(difference(row, expected[lane % expected.count]) < 1e-5, "sample \(lane)")
        }
    }

    @Test("a sample's numbers are the same bits whatever the number of lanes", arguments: Fixture.names)
    func doesNotDependOnLanes(name: String) throws {
        let fixture = try Fixture(name)
        let graph = try Graph(fixture.model)
        let single = NetworkRun(graph, lanes: 1)
        let many = NetworkRun(graph, lanes: 19)
        try single.forward(fixture)
        try many.forward(fixture)
        #expect(single.output[0].map(\.bitPattern) == many.output[0].map(\.bitPattern))
        #expect(single.output[0].map(\.bitPattern) == many.output[18].map(\.bitPattern))
    }

    @Test("an exported network is equal to the one it was made from and gives the same bits", arguments: Fixture.names)
    func survivesExport(name: String) throws {
        let fixture = try Fixture(name)
        let graph = try Graph(fixture.model)
        let first = NetworkRun(graph, lanes: 3)
        let again = try Graph(graph.exported())
        #expect(again.exported() == graph.exported())
        let second = NetworkRun(again, lanes: 3)
        try first.forward(fixture)
        try second.forward(fixture)
        #expect(first.output.map { $0.map(\.bitPattern) } == second.output.map { $0.map(\.bitPattern) })
    }
}
