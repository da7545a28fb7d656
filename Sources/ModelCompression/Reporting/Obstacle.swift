import NeuralGraph
import RecipeFormat

/// A layer that takes much of a file that is too large, and what kept it from becoming smaller.
struct Obstacle: Codable, Equatable {
    let layer: String
    let bytes: Int
    /// Rules of the recipe and properties of the network that stand against it; none where only the accuracy does.
    let reasons: [String]

    /// So many layers are named.
    private static let most = 3
    /// A share of removed weights this near to the greatest allowed is at it.
    private static let margin = 0.01

    /// The layers that take most, the largest first.
    static func largest(of layers: [LayerReport], _ settings: [LayerSettings]) -> [Obstacle] {
        zip(layers, settings).enumerated()
            .sorted { ($1.element.0.codedBytes, $0.offset) < ($0.element.0.codedBytes, $1.offset) }
            .prefix(most)
            .map { Obstacle(layer: $1.0.name, bytes: $1.0.codedBytes, reasons: reasons($1.0, $1.1)) }
    }

    private static func reasons(_ layer: LayerReport, _ settings: LayerSettings) -> [String] {
        var reasons: [String] = []
        switch settings.prune {
        case .none: reasons.append("'prune: none' keeps its weights")
        case .maxRatio(let ratio):
            let removed = 1 - Double(layer.nonzeros) / Double(layer.originalWeights)
            if removed > ratio - margin { reasons.append("'max_ratio: \(ratio)' keeps the rest of its weights") }
        }
        if settings.quantize == .none { reasons.append("'quantize: none' keeps it in floats") }
        if let protected = layer.protected { reasons.append("its units are protected: \(protected)") }
        return reasons
    }
}
