import CKernels
import DependencyGroups
import Execution
import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import Testing

/// Networks that leave lengths of images or sequences open, as people export them.
@Suite struct OpenAxesTests {
    @Test("a network that is written with open axes gives ONNX Runtime's numbers at another length", arguments: OpenNetwork.open)
    func otherLengths(name: String) throws {
        let network = try OpenNetwork(name)
        let written = try network.opened().graph.exported()
        let again = try network.graph(written, network.lengths("other.x"))
        let expected = try network.numbers("expected.y")
        #expect(difference(try network.output(of: again), expected) <= 1e-5)
    }

    @Test("at another length it gives the bits of the file's own network", arguments: OpenNetwork.open)
    func sameBits(name: String) throws {
        let network = try OpenNetwork(name)
        let lengths = try network.lengths("other.x")
        let again = try network.graph(try network.opened().graph.exported(), lengths)
        let own = try network.graph(network.model, lengths)
        #expect(try network.output(of: again).map(\.bitPattern) == network.output(of: own).map(\.bitPattern))
    }

    @Test("axes stay open when channels are removed", arguments: OpenNetwork.open) func smaller(name: String) throws {
        let network = try OpenNetwork(name)
        func smaller(_ graph: Graph) throws -> Graph {
            let groups = ChannelAnalysis(graph).groups
            #expect(!groups.isEmpty)
            return try UnitSelection(graph, removing: groups.map { ($0, [1]) }).apply(to: graph)
        }
        let lengths = try network.lengths("other.x")
        let again = try network.graph(try smaller(network.opened().graph).exported(), lengths)
        let own = try smaller(network.graph(network.model, lengths))
        #expect(again.parameterCount < (try network.graph(network.model, lengths).parameterCount))
        #expect(try network.output(of: again).map(\.bitPattern) == network.output(of: own).map(\.bitPattern))
    }

    @Test("inputs and outputs have the names of open axes", arguments: OpenNetwork.open) func names(name: String) throws {
        let network = try OpenNetwork(name)
        let written = try network.opened().graph.exported()
        let (own, result) = (network.model.graph.inputs[0].shape ?? [], written.graph.inputs[0].shape ?? [])
        #expect(own.dropFirst() == result.dropFirst())
        #expect((written.graph.outputs[0].shape ?? []).count(where: \.isOpen) == result.count(where: \.isOpen))
    }

    @Test("axes are open, or open up to the length with which a table ends", arguments: [
        ("segmentation.legacy", [AxisFreedom.open, .open]), ("image-attention.dynamo", [.open, .open]), ("recurrent.dynamo", [.open]),
        ("transformer.legacy", [.upToOwn]), ("transformer.dynamo", [.upToOwn]),
    ])
    func freedom(name: String, expected: [AxisFreedom]) throws {
        #expect(try OpenNetwork(name).opened().axes.map(\.freedom) == expected)
    }

    @Test("a network whose layers take one length keeps it, and it is said why") func fixed() throws {
        let network = try OpenNetwork("flat.legacy")
        let (graph, axes) = try network.opened()
        #expect(
            axes.map(\.freedom).allSatisfy { if case .refused(_, let reason) = $0 { reason.contains("(Gemm)") } else { false } })
        #expect(axes.map(\.axis.name) == ["height", "width"])
        #expect(graph.exported().graph.inputs[0].shape?.suffix(2) == [.value(6), .value(8)])
        #expect(graph.exported() == (try network.graph(network.model, network.lengths("shape.x")).exported()))
    }
}

extension ONNX.Dimension {
    fileprivate var isOpen: Bool { if case .value = self { false } else { true } }
}

/// From `Fixtures/open-axes` (see `make_open_axes.py` there).
private struct OpenNetwork {
    let model: ModelProto
    private let tensors: [String: TensorProto]

    private static let samples = 3

    static let open = ["segmentation", "image-attention", "transformer", "recurrent"].flatMap { ["\($0).legacy", "\($0).dynamo"] }

    init(_ name: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/open-axes")
        model = try ModelProto(contentsOf: folder.appendingPathComponent(name + ".onnx"))
        let numbers = try ModelProto(contentsOf: folder.appendingPathComponent(name + ".numbers"))
        tensors = Dictionary(uniqueKeysWithValues: numbers.graph.initializers.map { ($0.name, $0) })
    }

    func numbers(_ name: String) throws -> [Float] { try #require(tensors[name]).floats() }

    func lengths(_ name: String) throws -> [Int] { try #require(tensors[name]).integers() }

    func graph(_ model: ModelProto, _ lengths: [Int]) throws -> Graph {
        try Graph(model, shapes: InputShapes(shapes: ["x": [0] + lengths]))
    }

    /// The network with the lengths of the samples, written with open axes.
    func opened() throws -> (graph: Graph, axes: [(axis: OpenAxis, freedom: AxisFreedom)]) {
        let shapes = InputShapes(shapes: ["x": [0] + (try lengths("shape.x"))])
        let search = OpenAxisSearch(try Graph(model, shapes: shapes), of: model.graph, shapes: shapes) {
            try Graph(model, shapes: $0, foldable: &$1)
        }
        return search.found { _ in true }
    }

    /// The output for the samples, one behind the other.
    func output(of graph: Graph) throws -> [Float] {
        let run = NetworkRun(graph, lanes: Self.samples)
        let (given, width) = (try numbers("x"), graph.values[graph.inputs[0]].count)
        try #require(given.count == Self.samples * width)
        for (element, number) in given.enumerated() {
            run.workspace.value(graph.inputs[0])[element % width * Self.samples + element / width] = number
        }
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        return run.output.flatMap { $0 }
    }
}
