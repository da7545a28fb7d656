import CKernels
import NeuralGraph
import Training

/// Finds the price of a bit at which the file has a wanted size, and the levels of every layer at that price.
struct LevelSearch {
    /// Bytes of the whole file.
    let bytes: (QuantizedNetwork) throws -> Int

    /// Numbers of magnitudes that are tried for a layer.
    private static let counts = [1, 2, 3, 4, 5, 6, 7, 11, 15, 31, 63, 127]
    /// Weights of a layer in which clusters are looked for: of more, every second one, every third one …
    private static let sample = 1 << 17
    /// Of a network of more weights than these, sizes are estimated, and few are measured.
    private static let measurable = 1 << 20
    /// Where the last search ended: the next one begins there.
    var prices = PriceSearch()

    init(bytes: @escaping (QuantizedNetwork) throws -> Int) { self.bytes = bytes }

    /// Chooses codebooks (and with them the number of levels) and levels for all layers.
    /// - Returns: the price of a bit.
    mutating func choose(_ state: inout QuantizationState, target: Int) throws -> Float {
        let live = Self.live(state, mayDie: true)
        let samples = live.map { $0.sample(Self.sample) }
        let limits = state.layers.map(\.maxMagnitudes)
        let starts = state.run.context.parallel.map(samples.count) { index in
            Clustering.starts(samples[index], counts: Self.counts.filter { $0 <= limits[index] })
        }
        return try search(&state, live, target: target) { index, _, weights, lambda in
            let sample = samples[index]
            let share = Double(sample.indices.count) / Double(weights.indices.count)
            var best: (cost: Double, result: Clustering.Result)?
            for start in starts[index] {
                let result = Clustering.cluster(sample, from: start, lambda: lambda)
                let cost = result.distortion
                    + Double(lambda) * (result.bits + 16 * share * Double(result.codebook.magnitudes.count))
                if best.map({ cost < $0.cost }) ?? true { best = (cost, result) }
            }
            guard share < 1, let codebook = best?.result.codebook else { return best?.result }
            return Clustering.assign(weights, codebook, lambda: lambda, mayDie: lambda > 0)
        }
    }

    /// Assigns levels anew from the codebooks as they are; where a bit has a price, weights become zero.
    /// - Returns: the price of a bit.
    mutating func assign(_ state: inout QuantizationState, target: Int) throws -> Float {
        try search(&state, Self.live(state, mayDie: true), target: target) { _, layer, weights, lambda in
            Clustering.assign(weights, layer.codebook, lambda: lambda, mayDie: lambda > 0)
        }
    }

    /// Assigns levels other than zero anew at a given price.
    static func assign(_ state: inout QuantizationState, lambda: Float) {
        apply(lambda, to: &state, live(state, mayDie: false)) { _, layer, weights, lambda in
            Clustering.assign(weights, layer.codebook, lambda: lambda, mayDie: false)
        }
    }

    private typealias Method = @Sendable (_ index: Int, LayerLevels, LiveWeights, _ lambda: Float) -> Clustering.Result?

    /// By layer.
    private static func live(_ state: QuantizationState, mayDie: Bool) -> [LiveWeights] {
        state.layers.map { $0.live(state.run, mayDie: mayDie) }
    }

    /// By layer; `nil` where there is nothing to choose.
    private static func results(
        _ lambda: Float, _ state: QuantizationState, _ live: [LiveWeights], _ method: Method
    ) -> [Clustering.Result?] {
        let layers = state.layers
        return state.run.context.parallel.map(layers.count) { index in
            live[index].indices.isEmpty ? nil : method(index, layers[index], live[index], lambda)
        }
    }

    private static func apply(
        _ lambda: Float, to state: inout QuantizationState, _ live: [LiveWeights], _ method: Method
    ) {
        for (index, result) in results(lambda, state, live, method).enumerated() {
            guard let result else { continue }
            state.layers[index].take(result, of: live[index], run: state.run)
        }
    }

    /// An estimate for all layers.
    private static func bits(_ lambda: Float, _ state: QuantizationState, _ live: [LiveWeights], _ method: Method) -> Double {
        results(lambda, state, live, method).reduce(0) { $0 + ($1?.bits ?? 0) }
    }

    /// The lowest price at which the file is within the target.
    private mutating func search(
        _ state: inout QuantizationState, _ live: [LiveWeights], target: Int, _ method: Method
    ) throws -> Float {
        func tried(_ lambda: Float) throws -> QuantizationState {
            var copy = state
            Self.apply(lambda, to: &copy, live, method)
            return copy
        }
        let free = try tried(0)
        guard try bytes(free.network()) > target else {
            state = free
            return 0
        }
        let unit = Self.meanEnergy(live)
        func price(_ exponent: Double) -> Float { unit * Float(ck_exp2(exponent)) }
        func size(_ exponent: Double) throws -> Int { try bytes(tried(price(exponent)).network()) }
        let isLarge = live.reduce(0) { $0 + $1.indices.count } > Self.measurable
        let exponent = isLarge
            ? try prices.lowest(target: target, bytes: size) { Self.bits(price($0), state, live, method) }
            : try prices.lowest(target: target, bytes: size)
        let lambda = price(exponent)
        Self.apply(lambda, to: &state, live, method)
        return lambda
    }

    /// The mean of `h * w²` over all live weights: what losing a weight costs.
    private static func meanEnergy(_ live: [LiveWeights]) -> Float {
        var sum = 0.0
        var count = 0
        for weights in live {
            for (w, h) in zip(weights.magnitudes, weights.sensitivities) { sum += Double(h * w * w) }
            count += weights.indices.count
        }
        return Float(max(sum / Double(max(count, 1)), 1e-30))
    }
}
