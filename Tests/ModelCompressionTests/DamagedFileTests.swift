import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("Networks and data that are damaged") struct DamagedFiles {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What `check` says of the digits' recipe with another network or other training data.
    private func check(_ change: (inout TestRecipe) -> Void) throws -> String {
        var recipe = MalformedRecipes.recipe
        recipe.model = Digits.model.path
        recipe.validation = Digits.source("train", take: "last 200")
        recipe.train = Digits.source("train", take: "first 1057")
        change(&recipe)
        let path = try folder.write("net.yaml", Data(recipe.text.utf8))
        let message = failure { _ = try Compression.check(recipe: path) }?.description ?? ""
        return message.replacingOccurrences(of: folder.url.path + "/", with: "")
    }

    // MARK: Networks

    @Test("A network that is cut short", arguments: [0, 1, 17, 300, 20_000, 56_000]) func cut(length: Int) throws {
        try folder.write("m.onnx", Data(contentsOf: Digits.model).prefix(length))
        let message = try check { $0.model = "m.onnx" }
        #expect(message.hasPrefix("net.yaml:2:8: error: 'm.onnx': "))
        #expect(message.contains("not a valid .onnx file: "))
    }

    @Test("A network with a changed byte never ends the process") func flipped() throws {
        let original = try Data(contentsOf: Digits.model)
        for step in 0..<200 {
            var bytes = original
            // Most of the file is weights; the structure stands at both ends.
            let place = step < 100 ? step * 7 : bytes.count - 1 - (step - 100) * 5
            bytes[place] ^= UInt8(1 << (step % 8))
            let file = try folder.write("m.onnx", bytes)
            do {
                _ = try Compression.inspect(file: file)
            } catch let error as CompressionFailure {
                #expect(error.description.hasPrefix("error: '\(file)': not a valid .onnx file: "))
            }
            let recipe = MalformedRecipes.recipe.with {
                $0.model = "m.onnx"
                $0.train = Digits.source("train")
                $0.validation = Digits.source("train")
            }
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            do {
                _ = try Compression.check(recipe: path)
            } catch let error as CompressionFailure {
                #expect(error.description.hasPrefix("\(folder.path("net.yaml")):"))
            }
        }
    }

    static let networks: [(change: @Sendable (inout ModelProto) -> Void, text: String)] = [
        ({ $0.graph.outputs = [] }, "the network has no output"),
        ({ $0.graph.outputs[0].name = "gone" }, "the output 'gone' is computed by no node"),
        ({ $0.graph.inputs[0].elementType = .complex64 }, "its element type is complex64, not float or an integer"),
        ({ $0.opsetImports[0].version = 6 },
            "node '/conv1/Conv': operator Conv (opset 6) is not supported: opsets 7 to 28 are understood"),
        ({ $0.graph.nodes[1].operatorType = "Det" },
            "node '/Relu': operator Det (opset 17) is not supported: unknown operator"),
        ({ $0.graph.nodes[3].inputs[0] = "nothing" },
            "node '/conv2/Conv' uses the value 'nothing', which nothing computes"),
        ({ $0.graph.nodes.removeAll { ["Conv", "Gemm"].contains($0.operatorType) } },
            "the output 'logits' is computed by no node"),
        ({ $0.graph.initializers[0] = TensorProto(name: "conv1.weight", dimensions: [16, 1, 3, 3], floats: .nans(144)) },
            "tensor 'conv1.weight': an element is infinite or not a number"),
        ({ $0.graph.initializers[0] = TensorProto(name: "conv1.weight", dimensions: [16, 2, 3, 3], floats: .zeros(288)) },
            "node '/conv1/Conv' (Conv): "),
        ({ $0.graph.initializers[0] = TensorProto(name: "conv1.weight", dimensions: [16, 1, 3, 3], floats: .huge(144)) },
            "layer 'conv1' has weights up to 1e+30, but levels end at 65024; a rule with 'quantize: none' leaves them in floats"),
    ]

    @Test("A network that cannot be used", arguments: networks.indices) func unusable(index: Int) throws {
        var model = try ModelProto(contentsOf: Digits.model)
        Self.networks[index].change(&model)
        try folder.write("m.onnx", model.encoded())
        let message = try check { $0.model = "m.onnx" }
        #expect(message.hasPrefix("net.yaml:2:8: error: "))
        #expect(message.contains(Self.networks[index].text))
    }

    // MARK: Data

    static let data: [(change: @Sendable (inout Data) -> Void, text: String)] = [
        ({ $0 = Data() }, "byte 0: end of directory: found the end of the file, expected a zip directory before it"),
        ({ $0 = $0.prefix(30) }, "end of directory"),
        ({ $0 = $0.prefix(10_000) }, "end of directory"),
        ({ $0 = $0.dropFirst(100) }, "byte 47139: directory size: 47227 bytes needed, 47127 left"),
        ({ $0[5_000] ^= 1 }, "train_x.npy: byte 80576: end: checksum 992874ad stored, 499db4eb computed"),
        ({ $0[0] = 0 }, "byte 0: local header: found 0x4034b00, expected 0x4034b50"),
        ({ $0[26] = 255 }, "byte 30: member name: found another name, expected that of the directory"),
        ({ $0[$0.count - 12] ^= 64 }, "byte 47231: disk numbers: archives in parts ar"),
        ({ $0[$0.count - 6] ^= 1 }, "byte 47000: directory entry: found 0x14b5001, expected 0x2014b50"),
        ({ $0 = Data(repeating: 7, count: $0.count) }, "end of directory"),
    ]

    @Test("Data that is damaged", arguments: data.indices) func damagedData(index: Int) throws {
        var bytes = try Data(contentsOf: Digits.data)
        Self.data[index].change(&bytes)
        try folder.write("d.npz", Data(bytes))
        let message = try check { $0.train = "{npz: {file: d.npz, inputs: train_x, labels: train_y}, take: first 1057}" }
        #expect(message.hasPrefix("net.yaml:4:11: error: d.npz: "))
        #expect(message.contains(Self.data[index].text))
        #expect(message.split(separator: "\n").count == 3)
    }
}

extension [Float] {
    fileprivate static func nans(_ count: Int) -> [Float] { [Float](repeating: .nan, count: count) }
    fileprivate static func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
    fileprivate static func huge(_ count: Int) -> [Float] { [Float](repeating: -1e30, count: count) }
}
