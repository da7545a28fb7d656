import CompressedModel
import DependencyGroups
import Foundation
import GraphConversion
import GraphRewriting
import NeuralGraph
import ONNX

// Files of networks: ONNX, with and without data in other files, and CMDL.

extension FuzzedReader {
    static func onnx() -> FuzzedReader {
        let written = Networks.readable + Networks.invocations + Networks.quantized.map { $0.expanded() }
        let seeds = written.map { Seed(.messages, [UInt8]($0.encoded())) } + rareFields.map { Seed(.messages, $0) }
        var reader = FuzzedReader(name: "onnx", fileExtension: "onnx", seeds: seeds) { bytes, choice in
            try readNetwork(ModelProto(decoding: Data(bytes)).withDenseInitializers(), batch: choice % 4 == 1 ? .invocation : .axis0)
        } isRefusal: { $0 is ONNXError || $0 is GraphError }
        reader.tokens = onnxTokens
        reader.leastShare = 0.4
        reader.isOfHeader = isOfWire
        reader.acceptingChoices = Networks.readable.map { _ in 0 } + Networks.invocations.map { _ in 1 }
        return reader
    }

    /// Whether the messages of a model could not be read.
    private static func isOfWire(_ error: any Error) -> Bool {
        switch error {
        case ONNXError.malformed(_, _, .tensor), ONNXError.malformed(_, _, .severalValues), ONNXError.malformed(_, _, .valueKind): false
        case ONNXError.malformed: true
        default: false
        }
    }

    /// All that `check` does with a network before anything is computed, and what `run` does at its end.
    ///
    /// - Precondition: what is written is read again.
    private static func readNetwork(_ model: ModelProto, batch: Batch) throws {
        let shapes = InputShapes(lengths: batch == .invocation ? ["N": 2] : [:])
        let graph = try Graph(model, batch: batch, shapes: shapes).foldingIntoLayers()
        _ = ChannelAnalysis(graph)
        do {
            _ = try Graph(graph.exported(), batch: batch)
        } catch {
            preconditionFailure("what it has written it refuses: \(error)")
        }
    }

    private static let onnxTokens = [
        "x", "y", "a", "w", "b", "Conv", "Gemm", "MatMul", "Add", "Mul", "Div", "Mod", "Gather", "Cast", "CumSum", "Transpose",
        "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Concat", "Slice", "Pad", "Constant", "ConstantOfShape", "Identity",
        "ScatterElements", "DequantizeLinear", "MaxPool", "AveragePool", "GlobalAveragePool", "Softmax", "BatchNormalization",
        "Dropout", "Clip", "axis", "axes", "perm", "pads", "kernel_shape", "strides", "dilations", "group", "to", "value",
        "auto_pad", "ceil_mode", "allowzero", "block_size", "fmod", "ai.onnx", "reflect", "edge",
        "NonZero", "TopK", "If", "Loop", "Einsum", "LSTM", "GRU", "RNN", "Resize", "Upsample", "ConvTranspose", "InstanceNormalization",
        "LayerNormalization", "GroupNormalization", "PRelu", "DepthToSpace", "SpaceToDepth", "Split", "Expand", "Tile", "Where",
        "Range", "Shape", "Size", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceL2", "ReduceLogSumExp", "ArgMax", "HardSwish",
        "HardSigmoid", "Gelu", "Max", "Less", "Equal", "Trilu", "GatherElements", "QuantizeLinear", "then_branch", "else_branch",
        "body", "equation", "bij,jk->bik", "...", "->", "layout", "direction", "reverse", "bidirectional", "hidden_size",
        "activations", "activation_alpha", "clip", "linear_before_reset", "input_forget", "mode", "nearest", "linear", "cubic",
        "coordinate_transformation_mode", "align_corners", "tf_crop_and_resize", "keep_aspect_ratio_policy", "not_larger",
        "nearest_mode", "floor", "antialias", "exclude_outside", "scales", "sizes", "output_padding", "output_shape", "blocksize",
        "CRD", "num_groups", "approximate", "tanh", "epsilon", "split", "num_outputs", "keepdims", "noop_with_empty_axes",
        "exclusive", "upper",
    ]

    private static func message(_ number: Int, _ fields: WireField...) -> WireField {
        WireField(number: number, value: .message(fields))
    }

    private static func text(_ number: Int, _ text: String) -> WireField {
        WireField(number: number, value: .bytes(Array(text.utf8)))
    }

    private static func int(_ number: Int, _ value: UInt64) -> WireField { WireField(number: number, value: .varint(value)) }

    private static func bytes(_ number: Int, _ bytes: [UInt8]) -> WireField { WireField(number: number, value: .bytes(bytes)) }

    /// Fields that the package's own writer does not write.
    private static let rareFields: [[UInt8]] = [
        // Elements in every field that can hold some, packed and not.
        WireField.encoded([
            int(1, 8), message(8, int(2, 17)),
            message(
                7, message(5, bytes(1, [2, 1]), int(2, 1), text(8, "a"), bytes(4, [0, 0, 128, 63, 0, 0, 0, 64])),
                message(5, int(1, 2), int(2, 3), bytes(5, [1, 127]), text(8, "b")),
                message(5, int(1, 1), int(2, 7), int(7, .max), text(8, "c")), message(5, int(2, 12), int(11, 9), text(8, "d")),
                message(5, int(1, 1), int(2, 11), bytes(10, [0, 0, 0, 0, 0, 0, 240, 63]), text(8, "e")),
                message(5, int(1, 2), int(2, 8), text(6, "p"), text(6, "q"), text(8, "f")),
                message(5, int(1, 3), int(2, 22), bytes(9, [0x21, 3]), text(8, "g"))),
        ]),
        // Sparse initializers with places and with an index for each axis; annotations.
        WireField.encoded([
            int(1, 8),
            message(
                7,
                message(
                    15, message(1, int(1, 2), int(2, 1), bytes(4, [0, 0, 128, 63, 0, 0, 0, 64]), text(8, "a")),
                    message(2, int(1, 2), int(2, 7), bytes(7, [1, 3])), bytes(3, [2, 2])),
                message(
                    15, message(1, int(1, 1), int(2, 3), bytes(5, [7]), text(8, "b")),
                    message(2, bytes(1, [1, 3]), int(2, 7), bytes(7, [1, 0, 2])), bytes(3, [2, 2, 4])),
                message(14, text(1, "a"))),
        ]),
        // Attributes of every kind, a graph within one, unknown fields.
        WireField.encoded([
            int(1, 3), text(2, "p"), text(6, "d"), message(14, text(1, "k"), text(2, "v")),
            WireField(number: 99, value: .fixed64([UInt8](repeating: 7, count: 8))),
            message(
                7, text(2, "g"),
                message(
                    1, text(1, "x"), text(2, "y"), text(4, "If"),
                    message(5, text(1, "a"), bytes(7, [0, 0, 128, 63]), int(20, 6)),
                    message(5, text(1, "b"), bytes(8, [1, 2, 255, 1]), int(20, 7)),
                    message(5, text(1, "c"), message(6, message(1, text(4, "Add")), text(2, "h")), int(20, 5)),
                    message(5, text(1, "d"), text(9, "s"), int(20, 8)), message(5, text(1, "e"), text(21, "r"), int(20, 2)),
                    message(5, text(1, "t"), message(10, int(2, 1), bytes(4, [0, 0, 0, 0])), int(20, 9))),
                message(
                    11, text(1, "x"),
                    message(
                        2,
                        message(
                            1, int(1, 1),
                            message(2, message(1, text(2, "N")), message(1, int(1, 4), text(3, "C")), message(1, int(1, 2)))))),
                message(12, text(1, "y"), message(2, message(4, message(1, message(1, int(1, 1))))))),
        ]),
    ]

    // MARK: Data in other files

    /// Models whose tensors are in other files, read from a folder with links that lead out of it.
    static func externalData(in root: URL) throws -> FuzzedReader {
        let folder = try ExternalFolder(in: root)
        let places: [[(String, String)]] = [
            [("location", "inside.bin"), ("length", "8")], [("location", "weights.bin"), ("offset", "4"), ("length", "8")],
            [("location", "parts/more.bin"), ("checksum", "x")], [("location", "./parts/more.bin")],
        ]
        let seeds = places.map { place in
            let entries = place.map { message(13, text(1, $0.0), text(2, $0.1)) }
            let tensor = [bytes(1, [2]), int(2, 1), text(8, "w"), int(14, 1)] + entries
            let graph = message(7, WireField(number: 5, value: .message(tensor)))
            return Seed(.messages, WireField.encoded([int(1, 8), graph]))
        }
        var reader = FuzzedReader(name: "onnx-external", fileExtension: "onnx", seeds: seeds) { bytes, _ in
            try folder.read(bytes)
        } isRefusal: { $0 is ONNXError }
        reader.isOfHeader = isOfWire
        reader.leastShare = 0.4
        reader.tokens = folder.locations + ["location", "offset", "length", "/", "..", "../", "./", "~"]
        return reader
    }

    // MARK: CMDL

    /// With all that version 3 of the format is for.
    private static func described(_ network: QuantizedModel) -> QuantizedModel {
        var network = network
        network.model.documentation = "what it is"
        network.model.metadata = [MetadataEntry(key: "names", value: "{0: 'cat'}"), MetadataEntry(key: "rate", value: "")]
        var texts = TensorProto(name: "texts", dimensions: [2], dataType: .string, content: Data())
        texts.strings = [[0x61, 0xFF], []]
        network.model.graph.initializers.append(texts)
        return network
    }

    static func cmdl() throws -> FuzzedReader {
        let files = try (Networks.quantized + Networks.quantized.map(described)).flatMap { network in
            [try network.encoded(keepNames: true), try network.encoded(keepNames: false)]
        }
        let streams = files.map { file in
            Seed(.bytes, Array(file[9...])) { payload in
                let payload = payload.last == 0 ? payload + [1] : payload
                let checksum = Int(Deflate.checksum([file[4]] + payload))
                return Array("CMDL".utf8) + [file[4]] + Deflate.littleEndian(checksum, 4) + payload
            }
        }
        // Changed streams soon mean anything at all. Changed networks, written as streams, come through to the end.
        let networks = (Networks.models + Networks.sequences).map { model in
            Seed(.messages, [UInt8](model.encoded())) { content in
                coded(try? ModelProto(decoding: Data(content)), by: content) ?? files[content.count % files.count]
            }
        }
        var reader = FuzzedReader(name: "cmdl", fileExtension: "cmdl", seeds: streams + networks) { bytes, choice in
            if choice % 4 == 0 { return _ = try CodedSections(decoding: bytes) }
            _ = try QuantizedModel(decoding: bytes).expanded().encoded()
        } isRefusal: { $0 is CompressedModelError }
        reader.isOfHeader = { error in
            if case CompressedModelError.malformed(let malformation, _) = error { malformation == .trailingZero } else { true }
        }
        reader.leastShare = 0.75
        return reader
    }

    /// A network as `.cmdl`, its floats in encodings that follow from some bytes; `nil` where the format does not hold it.
    private static func coded(_ model: ModelProto?, by bytes: [UInt8]) -> [UInt8]? {
        guard var model else { return nil }
        var encodings: [String: TensorEncoding] = [:]
        for index in model.graph.initializers.indices where model.graph.initializers[index].dataType == .float {
            let tensor = model.graph.initializers[index]
            let levels = (0..<tensor.content.count / 4).map { Int(bytes[($0 + index) % bytes.count]) - 100 }
            let encodingsOfTensor: [TensorEncoding] = [
                .codebook(magnitudes: (1...20).map { Float($0) / 4 }, indices: levels.map { Int8($0 % 21) }),
                .uniform(step: 0.5, indices: levels.map { Int32($0 * $0) }),
                .scaled(ScaledIndices(step: 0.25, indices: levels.map { Int32($0 / 9) })),
                .float32(levels.map { $0 < 0 ? 0 : Float($0) / 3 }),
            ]
            encodings[tensor.name] = encodingsOfTensor[Int(bytes[index % bytes.count]) % 4]
            model.graph.initializers[index].content = Data()
        }
        return try? QuantizedModel(model: model, encodings: encodings).encoded(keepNames: bytes.count % 2 == 0)
    }
}
