import CKernels
import CompressedModel
import Execution
import GraphRewriting
import NeuralGraph
import Training

/// Quantization of a trained network without any training. What errors of weights do to the network's answers is measured once; then all
/// weights get levels for which an error of one step costs the same everywhere, so that a byte gives the same everywhere, and errors are
/// fed back from weight to weight.
package struct PostTraining {
    private let graph: Graph
    private let context: TrainingContext
    private let layers: [LayerQuantizer]
    /// By parameter that no layer has as its weight, and that is quantized: the mean of what an error costs.
    private let shiftCosts: [Int: Double]

    /// - Parameters:
    ///   - limits: by layer; `nil` for one that stays in floats.
    ///   - samples: of the training split, on which it is measured what errors do.
    package init(_ graph: Graph, limits: [LevelLimit?], samples: Int, context: TrainingContext) throws {
        self.init(graph, limits: limits, try MeasuredErrors(graph, samples: samples, context: context), context: context)
    }

    /// - Parameters:
    ///   - limits: by layer; `nil` for one that stays in floats.
    ///   - measured: of this network.
    package init(
        _ graph: Graph, limits: [LevelLimit?], _ measured: MeasuredErrors, _ settings: Settings = Settings(), context: TrainingContext
    ) {
        self.graph = graph
        self.context = context
        let part = context.progress.part("sees how errors meet", .layers, of: graph.layers.count, "layers", each: graph.factoringWork)
        defer { part.end() }
        let weighted = graph.layers
        layers = weighted.indices.compactMap { index in
            defer { part.reach(index + 1) }
            return limits[index].map {
                LayerQuantizer(
                    graph, weighted[index], $0, measured.curvature.layers[index], measured.inputs[index], samples: measured.samples,
                    settings, context.parallel)
            }
        }
        let shifts = graph.parameters.indices.filter { [.bias, .scale].contains(graph.parameters[$0].role) }
        shiftCosts = Dictionary(
            uniqueKeysWithValues: shifts.map { parameter in
                let deviation = graph.parameters[parameter].values.deviation
                return (parameter, settings.followsCurvature ? measured.curvature.means[parameter] : 1 / max(deviation * deviation, 1e-300))
            })
    }

    /// - Parameters:
    ///   - distance: of levels: the root of what an error of one step of a weight costs.
    ///   - isDependent: as for `within`.
    package func network(distance: Double, isDependent: Bool) -> QuantizedNetwork {
        var (network, encodings) = (graph, graph.parameters.map { TensorEncoding.exact($0.values) })
        for (layer, indices) in zip(layers, quantizedLayers(distance, isDependent: isDependent)) {
            let encoding = TensorEncoding.scaled(indices)
            encodings[layer.layer.weight] = encoding
            network.parameters[layer.layer.weight].values = encoding.elements
        }
        for layer in layers { layer.correction?.correct(&network, before: graph) }
        for (parameter, cost) in shiftCosts {
            let values = network.parameters[parameter].values
            let step = UniformStep(values, costing: cost, distance: distance)
            let indices = values.map(step.index)
            network.parameters[parameter].values = indices.map(step.value)
            encodings[parameter] = .uniform(step: step.step, indices: indices)
        }
        return QuantizedNetwork(graph: network, encodings: encodings)
    }
}

extension PostTraining {
    /// By layer: those whose units can be cut apart one after the other by all threads, the others side by side.
    private func quantizedLayers(_ distance: Double, isDependent: Bool) -> [ScaledIndices] {
        let (layers, parameters) = (layers, graph.parameters)
        let part = context.progress.part("quantizes", of: layers.count, "layers")
        defer { part.end() }
        @Sendable func quantized(_ index: Int, _ parallel: Parallel) -> ScaledIndices {
            defer { part.advance(by: 1) }
            let weights = parameters[layers[index].layer.weight].values
            return layers[index].quantized(weights, distance: distance, isDependent: isDependent, parallel)
        }
        let whole = layers.indices.filter { !layers[$0].isCutApart }
        var results = Dictionary(uniqueKeysWithValues: zip(whole, context.parallel.map(whole.count) { quantized(whole[$0], .one) }))
        for index in layers.indices where layers[index].isCutApart { results[index] = quantized(index, context.parallel) }
        return layers.indices.compactMap { results[$0] }
    }
}

extension UniformStep {
    /// Steps from zero to the greatest magnitude: at least, and at most.
    private static let levels = (127, QuantizationState.untrainedLevels)

    /// The step whose errors cost what those of weights do, as far as it is neither coarse nor very fine.
    fileprivate init(_ values: some Collection<Float>, costing cost: Double, distance: Double) {
        let most = values.reduce(0) { max($0, $1.magnitude) }
        let wanted = cost > 0 ? Double(most) / (distance / cost.squareRoot()) : 0
        self.init(values, levels: Int(min(Double(Self.levels.1), max(Double(Self.levels.0), wanted))))
    }
}

extension PostTraining {
    /// The network with the nearest levels at which its file is within a target, and the bytes of that; `nil` where none is.
    ///
    /// - Parameter isDependent: whether levels depend on one another: they take fewer bits, and cannot be trained.
    package func within(
        _ target: Int, isDependent: Bool, bytes: (QuantizedNetwork) throws -> Int
    ) rethrows -> (network: QuantizedNetwork, bytes: Int)? {
        var search = DistanceSearch(target: target, weights: quantizedWeights)
        var exponent: Double? = firstExponent(target: target)
        var (latest, best) = (Latest(isDependent: isDependent), (exponent: Double, bytes: Int)?.none)
        let part = tries(atMost: DistanceSearch.mostTries)
        defer { finish(part) }
        while let present = exponent {
            let size = try bytes(network(at: present, &latest))
            part.advance(by: 1)
            context.progress("quantize: \(size) bytes at a distance of levels of 2^\(present.rounded4) (target \(target))")
            if size <= target, size > best?.bytes ?? 0 { best = (present, size) }
            exponent = search.next(after: present, bytes: size)
        }
        return best.map { (network(at: $0.exponent, &latest), $0.bytes) }
    }

    /// The network with the farthest levels that keep the accuracy; `nil` where none do.
    ///
    /// - Parameter isDependent: as for `within`.
    package func smallest(isDependent: Bool, isMet: (QuantizedNetwork) throws -> Bool) rethrows -> QuantizedNetwork? {
        var search = FarthestDistance(firstExponent(target: graph.parameterCount * 4 / Self.firstRatio))
        var (latest, best) = (Latest(isDependent: isDependent), Double?.none)
        let part = tries(atMost: FarthestDistance.mostTries)
        defer { finish(part) }
        while let exponent = search.next {
            let isMet = try isMet(network(at: exponent, &latest))
            part.advance(by: 1)
            context.progress("quantize: levels at a distance of 2^\(exponent.rounded4) \(isMet ? "keep" : "do not keep") the accuracy")
            if isMet { best = exponent }
            search.learn(isMet: isMet)
        }
        return best.map { network(at: $0, &latest) }
    }

    /// The network that was made last. Another one beside it, the best so far, would take as much memory: it is made anew if it was not
    /// the last.
    private struct Latest {
        let isDependent: Bool
        var known: (exponent: Double, network: QuantizedNetwork)?
    }

    private func network(at exponent: Double, _ latest: inout Latest) -> QuantizedNetwork {
        if let known = latest.known, known.exponent == exponent { return known.network }
        latest.known = nil
        let network = network(distance: ck_exp2(exponent), isDependent: latest.isDependent)
        latest.known = (exponent, network)
        return network
    }

    /// No more distances are tried.
    private func finish(_ tries: RunProgress.Part) {
        tries.end()
        context.progress.foresee(.sizes, 0)
    }

    /// Distances that are tried until a size or an accuracy is met.
    package static func usualTries(hasTarget: Bool) -> Int { hasTarget ? 4 : 8 }

    private func tries(atMost most: Int) -> RunProgress.Part {
        context.progress.part("seeks the distance of levels", .sizes, of: most, "tries", each: graph.quantizingWork, isAtMost: true)
    }

    /// Where the search for the smallest file begins: so many times smaller than the network's floats.
    private static let firstRatio = 8

    private var quantizedWeights: Int { layers.reduce(0) { $0 + graph.parameters[$1.layer.weight].count } }

    /// Where normal weights, each quantized by itself, would take as many bits as the target has.
    private func firstExponent(target: Int) -> Double {
        let parts = layers.map { layer -> (count: Double, logarithm: Double) in
            let weights = graph.parameters[layer.layer.weight].values
            // A normal number of deviation s takes log2(4.13 s / step) bits; none where that is less than nothing.
            return (Double(weights.count), ck_log2(max(4.13 * weights.deviation, 1e-300)) - layer.level)
        }
        var (low, high) = (-64.0, 64.0)
        while high - low > 1.0 / 64 {
            let middle = (low + high) / 2
            let bits = parts.reduce(0) { $0 + $1.count * max(0.02, $1.logarithm - middle) }
            if bits > 8 * Double(target) { low = middle } else { high = middle }
        }
        return high
    }
}
