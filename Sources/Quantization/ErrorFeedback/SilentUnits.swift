import Execution
import NeuralGraph
import Training

extension QuantizationState {
    /// Layers whose silent units hold a smaller share of the network's weights are left alone.
    private static let leastSilent = 0.01
    /// Of what the network may lose in the end.
    private static let share = 0.1

    /// Takes all weights from units that contribute next to nothing, as those of classes that no sample has: what their bias gives
    /// is as good, once their mean is in it. What a weight is worth is only known for small changes of it, so each layer's are taken
    /// on trial, those of the layer that has most of them first.
    ///
    /// - Parameter corrections: by layer; `nil` where units cannot be shifted.
    mutating func silenceUnits(_ corrections: [BiasCorrection?]) throws {
        let least = Self.leastSilent * Double(layers.reduce(0) { $0 + $1.liveCount })
        let silent = layers.map { layer in
            run.graph.product(of: layer.layer).map { layer.silentWeights(of: $0.product, run: run) } ?? []
        }
        let candidates = layers.indices.filter { !silent[$0].isEmpty && Double(silent[$0].count) >= least }
        guard !candidates.isEmpty else { return }
        let requirement = try nearlyAsGood()
        for index in candidates.sorted(by: { (silent[$1].count, $0) < (silent[$0].count, $1) }) {
            let weights = FloatBuffer(run.latent.array)
            for place in silent[index] { weights.pointer[layers[index].range.lowerBound + place] = 0 }
            corrections[index]?.correct(weights, before: run.latent)
            guard try run.decide(requirement, weights).isMet else { continue }
            run.latent.copy(from: weights)
            for place in silent[index] { layers[index].levels[place] = 0 }
        }
    }

    /// Between what the network reaches and what is asked of it in the end.
    private mutating func nearlyAsGood() throws -> Requirement {
        let (reached, asked) = (try run.evaluate(run.latent), run.context.requirement)
        return Requirement(metric: asked.metric, bound: reached.value + Self.share * (asked.bound - reached.value))
    }
}

extension LayerLevels {
    /// Of what the units of a layer contribute in the mean.
    private static let silence = 1e-3

    /// Where the weights of units are that contribute next to nothing; the least of these units if the layer must keep some.
    fileprivate func silentWeights(of product: WeightProduct, run: TrainingRun) -> [Int] {
        let weights = live(run, mayDie: false)
        var costs = [Double](repeating: 0, count: levels.count)
        for (index, energy) in zip(weights.indices, weights.energies) { costs[index] = energy }
        let units = product.unitIndices
        let contributions = units.map { $0.reduce(0) { $0 + costs[$1] } }
        let bound = Self.silence * contributions.reduce(0, +) / Double(max(1, units.count))
        let silent = units.indices.filter { contributions[$0] < bound }.sorted { (contributions[$0], $0) < (contributions[$1], $1) }
        let spare = max(0, weights.indices.count - leastKept)
        return Array(silent.lazy.flatMap { units[$0] }.filter { levels[$0] != 0 }.prefix(spare))
    }
}

extension WeightProduct {
    /// By group and unit, where its weights are.
    fileprivate var unitIndices: [[Int]] {
        (0..<groups).flatMap { group in
            (0..<units).map { unit in (0..<columns).map { weightIndex(group: group, unit: unit, column: $0) } }
        }
    }
}
