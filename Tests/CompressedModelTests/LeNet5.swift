import CompressedModel
import Foundation
import ONNX

/// LeNet-5 as PyTorch exports it, pruned and quantized: a realistic graph with made-up weights.
enum LeNet5 {
    /// - Parameters:
    ///   - units: filters and neurons of the hidden layers.
    ///   - density: share of weights that are not zero, in 1/1,000.
    static func network(units: [Int] = [8, 14, 40], density: Int = 80, seed: UInt64 = 1) -> QuantizedModel {
        var random = RandomBits(seed: seed)
        var model = ModelProto()
        model.irVersion = 8
        model.opsetImports = [OperatorSetID(version: 17)]
        model.producerName = "compress-model"
        model.graph.name = "main_graph"
        model.graph.inputs = [ValueInfoProto(name: "input", shape: [.parameter("N"), .value(1), .value(28), .value(28)])]
        model.graph.outputs = [ValueInfoProto(name: "logits", shape: [.parameter("N"), .value(10)])]
        model.graph.nodes = nodes
        var encodings: [String: TensorEncoding] = [:]
        let layers = [
            ("conv1", [units[0], 1, 5, 5], 4), ("conv2", [units[1], units[0], 5, 5], 3),
            ("fc1", [units[2], units[1] * 16], 2), ("fc2", [10, units[2]], 3),
        ]
        for (name, dimensions, levels) in layers {
            for (suffix, dimensions) in [(".weight", dimensions), (".bias", [dimensions[0]])] {
                model.graph.initializers.append(
                    TensorProto(name: name + suffix, dimensions: dimensions, dataType: .float, content: Data()))
            }
            encodings[name + ".weight"] = .random(dimensions, levels: levels, density: density, &random)
            encodings[name + ".bias"] = .uniform(
                step: 0x1p-6, indices: (0..<dimensions[0]).map { _ in Int32(random.below(31) - 15) })
        }
        return QuantizedModel(model: model, encodings: encodings)
    }

    private static let nodes = [
        convolution("conv1", input: "input"), pool("/MaxPool", input: "/conv1/Conv_output_0"),
        convolution("conv2", input: "/MaxPool_output_0"), pool("/MaxPool_1", input: "/conv2/Conv_output_0"),
        NodeProto(
            name: "/Flatten", operatorType: "Flatten", inputs: ["/MaxPool_1_output_0"],
            outputs: ["/Flatten_output_0"], attributes: [AttributeProto("axis", .int(1))]),
        linear("fc1", input: "/Flatten_output_0", output: "/fc1/Gemm_output_0"),
        NodeProto(
            name: "/Relu", operatorType: "Relu", inputs: ["/fc1/Gemm_output_0"], outputs: ["/Relu_output_0"]),
        linear("fc2", input: "/Relu_output_0", output: "logits"),
    ]

    private static func convolution(_ name: String, input: String) -> NodeProto {
        NodeProto(
            name: "/\(name)/Conv", operatorType: "Conv", inputs: [input, "\(name).weight", "\(name).bias"],
            outputs: ["/\(name)/Conv_output_0"],
            attributes: [
                AttributeProto("dilations", .ints([1, 1])), AttributeProto("group", .int(1)),
                AttributeProto("kernel_shape", .ints([5, 5])), AttributeProto("pads", .ints([0, 0, 0, 0])),
                AttributeProto("strides", .ints([1, 1])),
            ])
    }

    private static func pool(_ name: String, input: String) -> NodeProto {
        NodeProto(
            name: name, operatorType: "MaxPool", inputs: [input], outputs: ["\(name)_output_0"],
            attributes: [
                AttributeProto("ceil_mode", .int(0)), AttributeProto("dilations", .ints([1, 1])),
                AttributeProto("kernel_shape", .ints([2, 2])), AttributeProto("pads", .ints([0, 0, 0, 0])),
                AttributeProto("strides", .ints([2, 2])),
            ])
    }

    private static func linear(_ name: String, input: String, output: String) -> NodeProto {
        NodeProto(
            name: "/\(name)/Gemm", operatorType: "Gemm", inputs: [input, "\(name).weight", "\(name).bias"],
            outputs: [output],
            attributes: [
                AttributeProto("alpha", .float(1)), AttributeProto("beta", .float(1)),
                AttributeProto("transB", .int(1)),
            ])
    }
}

extension TensorEncoding {
    /// A codebook with indices drawn at random; `density` in 1/1,000.
    static func random(
        _ dimensions: [Int], levels: Int, density: Int, _ random: inout RandomBits
    ) -> TensorEncoding {
        let indices = (0..<dimensions.reduce(1, *)).map { _ -> Int8 in
            guard random.chance(density) else { return 0 }
            let magnitude = Int8(1 + random.below(levels))
            return random.chance(500) ? -magnitude : magnitude
        }
        return .codebook(magnitudes: (1...levels).map { Float($0) / 128 }, indices: indices)
    }
}
