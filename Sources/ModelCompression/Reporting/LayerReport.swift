import CompressedModel
import DependencyGroups
import Execution
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

    static func make(original: Graph, result: QuantizedNetwork, parallel: Parallel) -> [LayerReport] {
        let reasons = ChannelAnalysis(original).protectionReasons
        let (before, after) = (original.layers, result.graph.layers)
        return parallel.map(min(before.count, after.count)) { index in
            LayerReport(original, before[index], result, after[index], protected: reasons[index])
        }
    }

    private init(_ original: Graph, _ before: Layer, _ result: QuantizedNetwork, _ after: Layer, protected: String?) {
        let (weight, encoding) = (result.graph.parameters[after.weight], result.encodings[after.weight])
        name = before.name
        operation = before.operatorName
        originalShape = original.parameters[before.weight].shape
        shape = weight.shape
        originalWeights = original.parameters[before.weight].count
        nonzeros = weight.values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
        levels = encoding.levelCount
        codedBytes = Int((codedSize(of: encoding, dimensions: weight.shape) / 8).rounded(.up))
        originalMultiplyAdds = original.multiplyAdds(of: original.nodes[before.node], with: before.weight)
        multiplyAdds = result.graph.multiplyAdds(of: result.graph.nodes[after.node], with: after.weight)
        self.protected = protected
    }
}

extension TensorEncoding {
    /// Distinct values with zero, without scales; `nil` for floats.
    fileprivate var levelCount: Int? {
        switch self {
        case .codebook(_, let indices): Self.distinct(indices.map(Int32.init))
        case .scaled(let scaled): Self.distinct(scaled.indices)
        case .uniform, .float32: nil
        }
    }

    /// How many numbers there are, zero included.
    private static func distinct(_ indices: [Int32]) -> Int {
        let (least, most) = indices.reduce((0, 0)) { (min($0.0, Int($1)), max($0.1, Int($1))) }
        guard most - least < 1 << 20 else { return Set(indices).union([0]).count }
        var isThere = [Bool](repeating: false, count: most - least + 1)
        isThere[-least] = true
        for index in indices { isThere[Int(index) - least] = true }
        return isThere.count { $0 }
    }
}

extension ChannelAnalysis {
    /// By index of the graph's layers.
    var protectionReasons: [Int: String] {
        Dictionary(uniqueKeysWithValues: protected.map { ($0.layer, $0.reason) })
    }
}
