import Execution
import NeuralGraph
import Training

/// Multiplicative noise on the weights of layers, new at every step (as in variational dropout: Kingma, Salimans and
/// Welling, 2015).
struct WeightNoise {
    private let deviation: Float
    private let context: TrainingContext
    /// The weights of layers in parts, each with a random stream of its own, so that threads do not matter.
    private let parts: [Range<Int>]

    private static let partSize = 16384

    init(deviation: Float, graph: Graph, layout: ParameterLayout, context: TrainingContext) {
        self.deviation = deviation
        self.context = context
        parts = graph.layers.flatMap { layer in
            let range = layout.range(layer.weight)
            return stride(from: range.lowerBound, to: range.upperBound, by: Self.partSize).map {
                $0..<min($0 + Self.partSize, range.upperBound)
            }
        }
    }

    func apply(_ latent: FloatBuffer, to effective: FloatBuffer, step: Int) {
        effective.copy(from: latent)
        guard deviation > 0 else { return }
        let (seed, deviation, parts) = (context.seed, deviation, parts)
        context.parallel.forEach(parts.count) { part, _ in
            var random = RandomStream(seed: seed, name: "noise \(step) \(part)")
            for index in parts[part] where latent.pointer[index] != 0 {
                effective.pointer[index] *= 1 + deviation * random.nextNormal()
            }
        }
    }
}
