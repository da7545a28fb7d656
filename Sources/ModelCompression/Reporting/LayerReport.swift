import CompressedModel
import DependencyGroups
import NeuralGraph
import Quantization

/// One layer before and after, in the report.
struct LayerReport: Codable {
    let name: String
    let operation: String
    /// Of the weight, before and after units were removed.
    let originalShape: [Int]
    let shape: [Int]
    let originalWeights: Int
    /// After.
    let nonzeros: Int
    /// Distinct values with zero, without the scales of rows and columns; absent for a layer in floats.
    let levels: Int?
    let codedBytes: Int
    /// Of a sample; those with a weight that is zero are among them.
    let originalMultiplyAdds: Int
    let multiplyAdds: Int
    /// Why the layer's units were not removed, where something stands against it.
    let protected: String?

    enum CodingKeys: String, CodingKey {
        case name, operation = "operator", originalShape, shape, originalWeights, nonzeros, levels, codedBytes
        case originalMultiplyAdds, multiplyAdds
        case protected
    }

    static func make(original: Graph, result: QuantizedNetwork) -> [LayerReport] {
        let reasons = ChannelAnalysis(original).protectionReasons
        return zip(original.layers, result.graph.layers).enumerated().map { index, pair in
            let before = original.parameters[pair.0.weight]
            let after = result.graph.parameters[pair.1.weight]
            let encoding = result.encodings[pair.1.weight]
            return LayerReport(
                name: pair.0.name, operation: pair.0.operatorName, originalShape: before.shape, shape: after.shape,
                originalWeights: before.count, nonzeros: after.values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) },
                levels: encoding.levelCount,
                codedBytes: Int((codedSize(of: encoding, dimensions: after.shape) / 8).rounded(.up)),
                originalMultiplyAdds: original.multiplyAdds(of: original.nodes[pair.0.node], with: pair.0.weight),
                multiplyAdds: result.graph.multiplyAdds(of: result.graph.nodes[pair.1.node], with: pair.1.weight),
                protected: reasons[index])
        }
    }
}

extension TensorEncoding {
    /// Distinct values with zero, without scales; `nil` for floats.
    fileprivate var levelCount: Int? {
        switch self {
        case .codebook(_, let indices): Set(indices).union([0]).count
        case .scaled(let scaled): Set(scaled.indices).union([0]).count
        case .uniform, .float32: nil
        }
    }
}

extension ChannelAnalysis {
    /// By index of the graph's layers.
    var protectionReasons: [Int: String] {
        Dictionary(uniqueKeysWithValues: protected.map { ($0.layer, $0.reason) })
    }
}
