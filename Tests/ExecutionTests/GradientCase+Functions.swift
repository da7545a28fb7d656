import struct Foundation.Data
import ONNX

/// Operators that select by computed indices, and operators that are read as several others.
extension GradientCase {
    private static func text(_ name: String, _ value: String) -> AttributeProto { AttributeProto(name, .string(Array(value.utf8))) }

    /// An operator of ONNX Runtime's own domain.
    private static func contributed(
        _ name: String, shapes: [[Int]] = [[3, 4]], _ attributes: [AttributeProto] = [], constants: [TensorProto] = [],
        needsSamples: Bool = false
    ) -> GradientCase {
        GradientCase(
            name: name, domain: "com.microsoft", shapes: shapes, attributes: attributes, constants: constants, needsSamples: needsSamples)
    }

    static let choices: [GradientCase] = [
        GradientCase(
            name: "Where", constants: [truths([3, 4]), TensorProto(dimensions: [], floats: [0.25])], constantPosition: 0),
        GradientCase(name: "Where", shapes: [[3, 4], [1, 4]], constants: [truths([3, 1])], constantPosition: 0),
        GradientCase(
            name: "GatherElements", attributes: [AttributeProto("axis", .int(0))],
            constants: [TensorProto(dimensions: [2, 4], int64s: [2, 0, 2, 1, -1, 1, 0, 0])], needsInvocation: true),
        GradientCase(
            name: "GatherElements", attributes: [AttributeProto("axis", .int(-1))],
            constants: [TensorProto(dimensions: [3, 2], int64s: [3, 3, 0, 1, -2, 0])], needsInvocation: true),
        GradientCase(
            name: "Pad", attributes: [text("mode", "wrap")], constants: [TensorProto(dimensions: [4], int64s: [1, 2, 2, 1])],
            opset: 19, needsInvocation: true),
    ]

    /// Every third one is false.
    private static func truths(_ shape: [Int]) -> TensorProto {
        let count = shape.reduce(1, *)
        return TensorProto(dimensions: shape, dataType: .bool, content: Data((0..<count).map { $0 % 3 == 1 ? 0 : 1 }))
    }

    /// A bend of the slope by a place must not lie within the step of a difference.
    private static func gridSample(_ padding: String, align: Bool = false, factor: Float, isVolume: Bool = false) -> GradientCase {
        GradientCase(
            name: "GridSample", shapes: isVolume ? [[2, 5, 5, 5], [1, 2, 3, 3]] : [[2, 5, 5], [3, 2, 2]],
            attributes: [text("mode", "linear"), text("padding_mode", padding), AttributeProto("align_corners", .int(align ? 1 : 0))],
            opset: 20, factor: factor, needsSamples: true)
    }

    private static let sampled: [GradientCase] =
        ["zeros", "border", "reflection"].flatMap { padding in
            [gridSample(padding, factor: 1), gridSample(padding, align: true, factor: 0.75)]
        } + [
            gridSample("reflection", factor: 1, isVolume: true),
            GradientCase(name: "DFT", shapes: [[4, 3, 2]]),
            GradientCase(
                name: "DFT", shapes: [[4, 3, 1]], attributes: [AttributeProto("axis", .int(-2)), AttributeProto("onesided", .int(1))]),
            GradientCase(name: "DFT", shapes: [[4, 3, 2]], attributes: [AttributeProto("inverse", .int(1))], opset: 20),
        ]

    static let functions: [GradientCase] = sampled + [
        GradientCase(name: "Gelu", opset: 20),
        GradientCase(name: "Gelu", attributes: [text("approximate", "tanh")], opset: 20),
        GradientCase(
            name: "LpNormalization", attributes: [AttributeProto("axis", .int(-1)), AttributeProto("p", .int(1))]),
        GradientCase(
            name: "GroupNormalization", shapes: [[4, 3]], attributes: [AttributeProto("num_groups", .int(2))],
            constants: [floats([2]), floats([2], from: 3)], opset: 18, needsSamples: true),
        GradientCase(
            name: "GroupNormalization", shapes: [[4, 3]], attributes: [AttributeProto("num_groups", .int(2))],
            constants: [floats([4]), floats([4], from: 3)], opset: 21, needsSamples: true),
        GradientCase(name: "SimplifiedLayerNormalization", constants: [floats([4])]),
        GradientCase(
            name: "BatchNormalization", shapes: [[4, 2, 3]], attributes: [AttributeProto("training_mode", .int(1))],
            constants: [floats([2]), floats([2], from: 3), floats([2], from: 5), TensorProto(dimensions: [2], floats: [1, 2])],
            needsInvocation: true),
        GradientCase(name: "MatMul", constants: [floats([4])]),
        GradientCase(
            name: "Gemm", shapes: [[3, 4], [2, 4], [2]],
            attributes: [AttributeProto("transB", .int(1)), AttributeProto("alpha", .float(0.5))], needsInvocation: true),
        GradientCase(name: "Compress", constants: [truths([12])], needsInvocation: true),
    ] + attentions + [
        contributed("Gelu"), contributed("FastGelu", constants: [floats([4])]), contributed("BiasGelu", constants: [floats([4])]),
        contributed("QuickGelu", [AttributeProto("alpha", .float(0.8))]),
        contributed(
            "SkipLayerNormalization", shapes: [[3, 4], [3, 4]], [AttributeProto("epsilon", .float(1e-5))],
            constants: [floats([4]), floats([4], from: 3), floats([4], from: 6)]),
        contributed(
            "SkipSimplifiedLayerNormalization", shapes: [[3, 4], [3, 4]], [AttributeProto("epsilon", .float(1e-5))],
            constants: [floats([4])]),
        contributed(
            "FusedConv", shapes: [[2, 3, 4]],
            [
                text("activation", "LeakyRelu"), AttributeProto("activation_params", .floats([0.2])),
                AttributeProto("pads", .ints([1, 0, 0, 1])),
            ], constants: [floats([3, 2, 2, 2]), floats([3], from: 5)], needsSamples: true),
        contributed(
            "FusedGemm", shapes: [[4]], [text("activation", "Tanh"), AttributeProto("alpha", .float(0.25))],
            constants: [floats([4, 3]), floats([3], from: 5)], needsSamples: true),
        contributed(
            "FusedMatMul", shapes: [[2, 4, 3], [2, 4, 2]], [AttributeProto("transA", .int(1)), AttributeProto("alpha", .float(0.5))]),
    ]

    private static let attentions: [GradientCase] = [
        GradientCase(name: "Attention", shapes: [[2, 3, 4], [2, 5, 4], [2, 5, 3]], opset: 23, needsSamples: true),
        GradientCase(
            name: "Attention", shapes: [[3, 8], [3, 4], [3, 6]],
            attributes: [
                AttributeProto("q_num_heads", .int(4)), AttributeProto("kv_num_heads", .int(2)), AttributeProto("is_causal", .int(1)),
                AttributeProto("softcap", .float(1.5)),
            ], opset: 23, needsSamples: true),
        GradientCase(
            name: "Attention", shapes: [[3, 4], [5, 4], [5, 4]],
            attributes: [AttributeProto("q_num_heads", .int(2)), AttributeProto("kv_num_heads", .int(2))],
            constants: [truths([3, 5])], opset: 23, needsSamples: true),
        GradientCase(
            name: "RotaryEmbedding", shapes: [[3, 8], [3, 2], [3, 2]], attributes: [AttributeProto("num_heads", .int(2))], opset: 23,
            needsSamples: true),
        GradientCase(
            name: "RotaryEmbedding", shapes: [[2, 3, 6], [3, 2], [3, 2]],
            attributes: [AttributeProto("interleaved", .int(1)), AttributeProto("rotary_embedding_dim", .int(4))], opset: 23,
            needsSamples: true),
    ]
}
