import CKernels
import Execution
import NeuralGraph
import Training

/// Levels for all layers of a network that no training has made fit for them: at equal distances in each layer, by error feedback.
///
/// A price on bits, which draws weights to smaller levels, does more harm here than levels that are farther apart: training, which
/// makes up for that, is still to come.
struct FeedbackAssignment {
    private let state: QuantizationState
    private let live: [LiveWeights]
    private let ranges: [LevelRange]
    /// By layer; `nil` where it is not known how errors meet.
    private let feedback: [ErrorFeedback?]
    /// By layer; `nil` where units cannot be shifted.
    private let corrections: [BiasCorrection?]

    /// - Parameters:
    ///   - moments: by layer; `nil` where it is not known how errors meet.
    ///   - corrections: by layer; `nil` where units cannot be shifted.
    init(_ state: QuantizationState, _ moments: [InputMoments?], _ corrections: [BiasCorrection?]) {
        let parallel = state.run.context.parallel
        self.state = state
        self.corrections = corrections
        live = state.layers.map { $0.live(state.run, mayDie: false) }
        let energy = live.meanEnergy
        ranges = zip(live, state.layers).map { LevelRange($0, energy: energy, most: $1.maxMagnitudes) }
        feedback = parallel.map(moments.count) { moments[$0].map(ErrorFeedback.init) }
    }

    /// The network with the nearest levels at which its file is within a target, its latent weights being their levels.
    func within(_ target: Int, bytes: (QuantizedNetwork) throws -> Int) throws -> QuantizationState {
        var search = PriceSearch()
        let exponent = try search.lowest(target: target) { try bytes(assigned($0).network()) }
        return assigned(exponent)
    }

    /// - Parameter exponent: of the distance of levels, as a power of two.
    private func assigned(_ exponent: Double) -> QuantizationState {
        let (live, ranges, feedback) = (live, ranges, feedback)
        let (layers, latent) = (state.layers, state.run.latent)
        let results = state.run.context.parallel.map(layers.count) { index -> (codebook: Codebook, levels: [Int8]) in
            let codebook = ranges[index].codebook(distance: Float(ck_exp2(exponent)))
            let values = UnsafePointer(latent.pointer + layers[index].range.lowerBound)
            let levels = feedback[index]?.levels(of: values, codebook)
                ?? (0..<layers[index].range.count).map { codebook.nearest(to: values[$0]) }
            return (codebook, levels)
        }
        var result = state
        result.run.copyLatent()
        for (index, (codebook, levels)) in results.enumerated() {
            result.layers[index].take(levels, of: codebook, for: live[index], run: state.run)
            result.layers[index].moveLatent(of: result.run)
            corrections[index]?.correct(result.run.latent, before: latent)
        }
        result.setSteps()
        return result
    }
}

/// What levels at equal distances can be for the weights of one layer.
private struct LevelRange {
    /// A distance that is worth the same in all layers: for given bits the loss is least if an error of one step costs the same
    /// everywhere (Gersho and Gray, "Vector quantization and signal compression", 1992, chapter 8).
    private let unit: Float
    private let greatest: Float
    private let most: Int

    /// - Parameters:
    ///   - energy: the mean of what losing a weight of the network costs.
    ///   - most: magnitudes at most.
    init(_ weights: LiveWeights, energy: Double, most: Int) {
        let cost = weights.sensitivities.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, weights.sensitivities.count))
        unit = Float((energy / max(cost, 1e-30)).squareRoot())
        greatest = weights.magnitudes.max() ?? 0
        self.most = most
    }

    /// As many levels as reach the greatest weight; if those are too many, as many as there may be, farther apart.
    ///
    /// - Parameter distance: in units.
    func codebook(distance: Float) -> Codebook {
        guard greatest > 0 else { return Codebook(magnitudes: []) }
        let count = min(Float(most), max(1, (greatest / (distance * unit)).rounded(.up)))
        let step = max(distance * unit, greatest / count)
        return Codebook(magnitudes: Clustering.distinctLevels((1...Int(count)).map { step * Float($0) }))
    }
}

extension LiveWeights {
    /// What losing each weight costs: sensitivities are roots of second moments of gradients, and such a moment is what a unit of
    /// squared error costs.
    var energies: [Double] {
        zip(magnitudes, sensitivities).map { magnitude, sensitivity in
            let root = Double(magnitude) * Double(sensitivity)
            return root * root
        }
    }
}

extension [LiveWeights] {
    fileprivate var meanEnergy: Double {
        var (sum, count) = (0.0, 0)
        for weights in self {
            for energy in weights.energies { sum += energy }
            count += weights.indices.count
        }
        return Swift.max(sum / Double(Swift.max(count, 1)), 1e-30)
    }
}
