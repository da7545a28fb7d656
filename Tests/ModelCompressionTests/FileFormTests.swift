import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("Forms in which a network's file comes") struct FileFormTests {
    @Test("A sparse weight is pruned, trained and written as any other") func sparse() throws {
        var network = try SmallNetwork()
        let places = (0..<128).map { 4 * $0 + 1 }
        network.model.graph.initializers.removeFirst()
        network.model.graph.sparseInitializers = [
            SparseTensorProto(
                values: TensorProto(name: "w0", dimensions: [128], floats: SmallNetwork.numbers(128)),
                indices: TensorProto(dimensions: [128], int64s: places), dimensions: [8, 64])
        ]
        #expect(try network.check().contains("# 768 parameters in "))
        network.size = "{ratio: 1.01}"
        #expect(try network.run().report.status == .met)
    }

    /// The small network with a node that works across the batch, which is a number.
    private func mixing(_ size: Int) throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.inputs[0].shape?[0] = .value(size)
        network.model.graph.outputs[0].shape?[0] = .value(size)
        network.model.graph.nodes.append(NodeProto(name: "mixed", operatorType: "ReduceSum", inputs: ["y", "axis"], outputs: ["sum"]))
        network.model.graph.nodes.append(NodeProto(name: "use", operatorType: "Add", inputs: ["y", "sum"], outputs: ["z"]))
        network.model.graph.initializers.append(TensorProto(name: "axis", dimensions: [1], int64s: [0]))
        network.model.graph.outputs[0].name = "z"
        return network
    }

    @Test("Where the batch is a number, a refusal says what can be done") func fixedBatch() throws {
        let refusal = try #require(try mixing(3).refusal())
        #expect(refusal.hasPrefix("node 'mixed': operator ReduceSum (opset 17) is not supported: "))
        #expect(refusal.contains("; the file has no free batch (axis 0 is 3): one that is exported with a free batch says"))
        #expect(refusal.hasSuffix("and with 'batch: none' a sample is a run of the whole network as this file has it"))
    }

    @Test("A network for one sample whose nodes work across axis 0 is run for each sample") func oneSample() throws {
        let network = try mixing(1)
        #expect(try network.check().contains("# the file has no free batch, and its nodes work across axis 0: a sample is a run of"))
        let run = try network.run()
        #expect(run.report.status == .met)
        #expect(try run.model().graph.inputs[0].shape == [.value(1), .value(8)])
    }

    @Test("A sparse tensor that is too large is refused by name") func hugeSparse() throws {
        var network = try SmallNetwork()
        network.model.graph.sparseInitializers = [
            SparseTensorProto(
                values: TensorProto(name: "huge", dimensions: [1], floats: [1]), indices: TensorProto(dimensions: [1], int64s: [0]),
                dimensions: [1 << 20, 1 << 20])
        ]
        #expect(
            try network.refusal() == "not a valid .onnx file: tensor 'huge': a sparse tensor of shape [1048576, 1048576] with 1 values "
                + "is too large for a file of this size")
    }

    @Test("Network and data that are links into a folder of downloads") func hub() throws {
        var network = try SmallNetwork()
        let weight = network.model.graph.initializers[0]
        _ = try network.write()
        let folder = network.folder
        try folder.write("blobs/bbbb", weight.content)
        try folder.write("blobs/aaaa", network.model.encoded(firstTensorIn: "model.onnx_data"))
        try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("snapshots/main"), withIntermediateDirectories: true)
        for (link, target) in [("model.onnx", "../../blobs/aaaa"), ("model.onnx_data", "../../blobs/bbbb")] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("snapshots/main/\(link)"), withDestinationPath: target)
        }
        network.modelFile = "snapshots/main/model.onnx"
        let whole = network.model.encoded().count
        #expect(try network.check().contains("# 768 parameters in \(whole) bytes"))
    }

    @Test("Data that are a pointer of Git LFS are told by what they are") func dataOfAPointer() throws {
        let network = try SmallNetwork()
        let recipe = try network.write()
        try network.folder.write("model.onnx", network.model.encoded(firstTensorIn: "weights.bin"))
        try network.folder.write("weights.bin", Data("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8))
        let text = "not a valid .onnx file: its data in 'weights.bin' are a pointer of Git LFS; 'git lfs pull' fetches the file"
        let message = failure { _ = try Compression.check(recipe: recipe) }?.description
        #expect(message?.hasPrefix("\(recipe):2:15: error: 'model.onnx': \(text)\n") == true)
    }

    @Test("A path that begins with a tilde is in the home folder") func tilde() throws {
        var network = try SmallNetwork()
        network.more = ["output: {directory: ~/results}"]
        network.modelFile = "~/model.onnx"
        let recipe = try network.write()
        try FileManager.default.createDirectory(at: network.folder.url.appendingPathComponent("home"), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: network.folder.path("model.onnx"), toPath: network.folder.path("home/model.onnx"))
        let result = try Tool.run(["run", recipe], environment: ["HOME": network.folder.path("home")])
        #expect(result.status == 0, "\(result.text)")
        #expect(network.folder.names.contains("home/results/net.onnx"))
        #expect(!network.folder.names.contains { $0.contains("~") })
    }
}

@Suite("What inspect shows of an .onnx file") struct InspectionTests {
    private func text(_ change: (inout ModelProto) -> Void) throws -> String {
        var network = try SmallNetwork()
        change(&network.model)
        _ = try network.write()
        return try Compression.inspect(file: network.folder.path("model.onnx"))
    }

    @Test("Nodes, tensors and totals") func plain() throws {
        #expect(try text { _ in } == """
            opset ai.onnx 17
            node    operator  inputs  outputs
            first     MatMul    x,w0        a
            bend        Relu       a        b
            second    MatMul    b,w1        y

            tensor  shape   type  bytes
            w0       8×64  float   2048
            w1       64×4  float   1024

            3 nodes, 2 tensors of 768 elements in 3072 bytes
            """)
    }

    private static func constant(_ name: String, _ value: AttributeProto) -> NodeProto {
        NodeProto(operatorType: "Constant", inputs: [], outputs: [name], attributes: [value])
    }

    @Test("Weights in Constant nodes and in bodies are among the tensors") func constants() throws {
        let listing = try text { model in
            let weight = model.graph.initializers.removeLast()
            var body = GraphProto()
            body.nodes = [NodeProto(name: "inner", operatorType: "Neg", inputs: ["deep"], outputs: ["z"])]
            body.initializers = [TensorProto(name: "deep", dimensions: [2], floats: [1, 2])]
            model.graph.nodes = [
                Self.constant("w1", AttributeProto("value", .tensor(weight))),
                Self.constant("k", AttributeProto("value_ints", .ints([1, 2, 3]))),
            ] + model.graph.nodes + [
                NodeProto(
                    name: "choice", operatorType: "If", inputs: ["c"], outputs: ["d"],
                    attributes: [AttributeProto("then_branch", .graph(body))])
            ]
        }
        #expect(listing == """
            opset ai.onnx 17
            node     operator  inputs  outputs
            first      MatMul    x,w0        a
            bend         Relu       a        b
            second     MatMul    b,w1        y
            choice         If       c        d
              inner       Neg    deep        z

            tensor  shape   type  bytes
            w0       8×64  float   2048
            w1       64×4  float   1024
            k           3  int64     24
            deep        2  float      8

            5 nodes, 4 tensors of 773 elements in 3104 bytes
            """)
    }

    @Test("Lines are no wider than a screen") func width() throws {
        let long = String(repeating: "/model/encoder", count: 12)
        let listing = try text { model in
            model.graph.nodes[0].name = long + "/MatMul"
            for index in 0..<3 { model.graph.nodes[index].outputs = model.graph.nodes[index].outputs.map { long + $0 } }
            model.graph.nodes[1].inputs = [long + "a"]
            model.graph.nodes[2].inputs[0] = long + "b"
            model.graph.outputs[0].name = long + "y"
        }
        let lines = listing.split(separator: "\n")
        #expect(lines.map(\.count).max() == 100)
        #expect(lines[2].hasPrefix("/model/") && lines[2].contains("…") && lines[2].hasSuffix("ncodera"))
    }
}
