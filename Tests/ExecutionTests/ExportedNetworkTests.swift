import CKernels
import Execution
import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import Testing

@Suite struct ExportedNetworkTests {
    @Test("a network as people export it gives ONNX Runtime's numbers", arguments: ExportedNetwork.names)
    func matchesONNXRuntime(name: String) throws {
        let exported = try ExportedNetwork(name)
        let graph = try exported.graph()
        // Words, which classifiers give as well, are no numbers.
        let outputs = try exported.outputs(of: graph).filter { exported.numbers["expected." + $0.name] != nil }
        #expect(!outputs.isEmpty)
        for output in outputs {
            let expected = try #require(exported.numbers["expected." + output.name])
            #expect(output.numbers.shareOfRange(from: expected) <= 1e-4, "output '\(output.name)'")
        }
    }

    @Test("a classifier's maps are the tensor of their numbers") func maps() throws {
        let graph = try ExportedNetwork("classifier-maps.skl2onnx").graph()
        #expect(graph.maps == [MappedOutput(output: "output_probability", node: "ZipMap", keys: ["a", "b", "c"])])
        #expect(graph.exported().graph.nodes.allSatisfy { $0.operatorType != "ZipMap" })
    }

    @Test("its exported graph can be read again and gives the same bits", arguments: ExportedNetwork.names)
    func survivesExport(name: String) throws {
        let exported = try ExportedNetwork(name)
        let graph = try exported.graph()
        let again = try Graph(graph.exported(), judged: exported.judged)
        let (first, second) = (try exported.outputs(of: graph), try exported.outputs(of: again))
        #expect(first.map { $0.numbers.map(\.bitPattern) } == second.map { $0.numbers.map(\.bitPattern) })
    }
}

/// A network with samples and ONNX Runtime's numbers, from `Fixtures/exports` (see `make_exports.py` there).
private struct ExportedNetwork {
    let model: ModelProto
    /// By input, and by output behind "expected.", `[sample][element]`.
    let numbers: [String: [Float]]

    /// Outputs of numbers.
    var judged: [String] { model.graph.outputs.map(\.name).filter { numbers["expected." + $0] != nil } }

    func graph() throws -> Graph { try Graph(model, judged: judged) }

    /// Samples for which numbers are given.
    private static let samples = 3

    init(_ name: String) throws {
        model = try ModelProto(contentsOf: Self.folder.appendingPathComponent(name + ".onnx"))
        var numbers: [String: [Float]] = [:]
        for tensor in try ModelProto(contentsOf: Self.folder.appendingPathComponent(name + ".numbers")).graph.initializers {
            numbers[tensor.name] = try tensor.floats()
        }
        self.numbers = numbers
    }

    func outputs(of graph: Graph) throws -> [(name: String, numbers: [Float])] {
        let plan = Plan(graph, lanes: Self.samples, keeping: graph.outputs)
        let workspace = Workspace(plan)
        for input in graph.inputs {
            let samples = try #require(numbers[graph.values[input].name])
            let width = graph.values[input].count
            try #require(samples.count == Self.samples * width)
            for (element, number) in samples.enumerated() {
                workspace.value(input)[element % width * Self.samples + element / width] = number
            }
        }
        let parameters = graph.parameterBuffer()
        let packed = PackedWeights(plan)
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        plan.pack(parameters.pointer, into: packed, parallel: .one)
        plan.forward(parameters.pointer, packed: packed, in: workspace)
        return graph.outputs.map { output in
            let (width, values) = (graph.values[output].count, workspace.value(output))
            return (
                graph.values[output].name,
                (0..<Self.samples * width).map { values[$0 % width * Self.samples + $0 / width] })
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/exports")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(".onnx".count)) }.sorted()
    }()
}

extension [Float] {
    /// The greatest difference as a share of the range of what is expected.
    fileprivate func shareOfRange(from expected: [Float]) -> Float {
        guard count == expected.count, let least = expected.min(), let most = expected.max() else { return .infinity }
        let greatest = zip(self, expected).reduce(Float(0)) { $1.0.isFinite ? Swift.max($0, abs($1.0 - $1.1)) : .infinity }
        return greatest / (most > least ? most - least : Swift.max(abs(most), 1))
    }
}
