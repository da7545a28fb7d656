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
    /// Of all parameters.
    private let weights: FloatBuffer
    private let layout: ParameterLayout
    /// By parameter that no layer has as its weight, and that is quantized: the mean of what an error costs.
    private let shiftCosts: [Int: Double]

    /// Positions that tell enough of a column's moments with the others.
    private static let positionsPerColumn = 32
    /// Of how units meet, a tenth is not believed after 1,024 samples, more after fewer.
    private static let doubt = 3.2

    /// - Parameters:
    ///   - limits: by layer; `nil` for one that stays in floats.
    ///   - samples: of the training split, on which it is measured what errors do.
    package init(_ graph: Graph, limits: [LevelLimit?], samples: Int, context: TrainingContext) throws {
        self.graph = graph
        self.context = context
        layout = ParameterLayout(graph)
        weights = FloatBuffer(graph.flatParameters())
        context.progress("quantize: measures what errors of \(graph.parameterCount) weights do")
        let curvature = try Curvature.measure(graph, samples: samples, context)
        let moments = InputMoments.measure(
            graph.layers, of: graph, weights: weights, on: context.train, positionsPerColumn: Self.positionsPerColumn,
            parallel: context.parallel, progress: context.progress)
        let part = context.progress.part("sees how errors meet", .layers, of: graph.layers.count, "layers", each: graph.factoringWork)
        defer { part.end() }
        layers = graph.layers.indices.compactMap { index in
            defer { part.reach(index + 1) }
            return limits[index].map {
                LayerQuantizer(
                    graph, graph.layers[index], $0, curvature.layers[index], moments[index],
                    shrinkage: Self.doubt / Double(samples).squareRoot(), context.parallel)
            }
        }
        shiftCosts = Dictionary(
            uniqueKeysWithValues: graph.parameters.indices
                .filter { [.bias, .scale].contains(graph.parameters[$0].role) }.map { ($0, curvature.means[$0]) })
    }

    /// - Parameters:
    ///   - distance: of levels: the root of what an error of one step of a weight costs.
    ///   - isDependent: as for `within`.
    package func network(distance: Double, isDependent: Bool) -> QuantizedNetwork {
        let (layers, weights, layout) = (layers, weights, layout)
        let results = quantizedLayers(distance, isDependent: isDependent)
        let result = FloatBuffer(weights.array)
        var encodings = graph.parameters.map { TensorEncoding.exact($0.values) }
        for (layer, indices) in zip(layers, results) {
            let encoding = TensorEncoding.scaled(indices)
            encodings[layer.layer.weight] = encoding
            let start = layout.range(layer.layer.weight).lowerBound
            for (index, element) in encoding.elements.enumerated() { result.pointer[start + index] = element }
        }
        for layer in layers { layer.correction?.correct(result, before: weights) }
        for (parameter, cost) in shiftCosts {
            let range = layout.range(parameter)
            let values = UnsafeBufferPointer(start: result.pointer + range.lowerBound, count: range.count)
            let step = UniformStep(values, costing: cost, distance: distance)
            let indices = values.map(step.index)
            for (place, index) in zip(range, indices) { result.pointer[place] = step.value(index) }
            encodings[parameter] = .uniform(step: step.step, indices: indices)
        }
        var network = graph
        network.setParameters(result)
        return QuantizedNetwork(graph: network, encodings: encodings)
    }
}

extension PostTraining {
    /// By layer: those whose units can be cut apart one after the other by all threads, the others side by side.
    private func quantizedLayers(_ distance: Double, isDependent: Bool) -> [ScaledIndices] {
        let (layers, weights, layout) = (layers, weights, layout)
        let part = context.progress.part("quantizes", of: layers.count, "layers")
        defer { part.end() }
        @Sendable func quantized(_ index: Int, _ parallel: Parallel) -> ScaledIndices {
            defer { part.advance(by: 1) }
            let start = layout.range(layers[index].layer.weight).lowerBound
            return layers[index].quantized(weights.pointer + start, distance: distance, isDependent: isDependent, parallel)
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
        var best: (network: QuantizedNetwork, bytes: Int)?
        let part = tries(atMost: DistanceSearch.mostTries)
        defer { finish(part) }
        while let present = exponent {
            let network = network(distance: ck_exp2(present), isDependent: isDependent)
            let size = try bytes(network)
            part.advance(by: 1)
            context.progress("quantize: \(size) bytes at a distance of levels of 2^\(present.rounded4) (target \(target))")
            if size <= target, size > best?.bytes ?? 0 { best = (network, size) }
            exponent = search.next(after: present, bytes: size)
        }
        return best
    }

    /// The network with the farthest levels that keep the accuracy; `nil` where none do.
    ///
    /// - Parameter isDependent: as for `within`.
    package func smallest(isDependent: Bool, isMet: (QuantizedNetwork) throws -> Bool) rethrows -> QuantizedNetwork? {
        var search = FarthestDistance(firstExponent(target: layout.total * 4 / Self.firstRatio))
        var best: QuantizedNetwork?
        let part = tries(atMost: FarthestDistance.mostTries)
        defer { finish(part) }
        while let exponent = search.next {
            let network = network(distance: ck_exp2(exponent), isDependent: isDependent)
            let isMet = try isMet(network)
            part.advance(by: 1)
            context.progress("quantize: levels at a distance of 2^\(exponent.rounded4) \(isMet ? "keep" : "do not keep") the accuracy")
            if isMet { best = network }
            search.learn(isMet: isMet)
        }
        return best
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

    private var quantizedWeights: Int { layers.reduce(0) { $0 + layout.range($1.layer.weight).count } }

    /// Where normal weights, each quantized by itself, would take as many bits as the target has.
    private func firstExponent(target: Int) -> Double {
        let parts = layers.map { layer -> (count: Double, logarithm: Double) in
            let range = layout.range(layer.layer.weight)
            let squares = range.reduce(0.0) { $0 + Double(weights.pointer[$1]) * Double(weights.pointer[$1]) }
            let deviation = (squares / Double(max(1, range.count))).squareRoot()
            // A normal number of deviation s takes log2(4.13 s / step) bits; none where that is less than nothing.
            return (Double(range.count), ck_log2(max(4.13 * deviation, 1e-300)) - layer.level)
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
