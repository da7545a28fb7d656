import CompressedModel
import NeuralGraph
import Quantization
import RecipeFormat
import Training

/// The bytes of networks as they would be written.
package struct FileMeasure: Sendable {
    private let keepNames: Bool
    private let measure: Recipe.SizeMeasure
    private let isQuantized: Bool
    private let progress: RunProgress

    package init(_ job: Job, _ progress: RunProgress) {
        keepNames = job.recipe.output.keepNames
        measure = job.recipe.size.measure
        isQuantized = job.isQuantized
        self.progress = progress
    }

    /// Whether levels that depend on one another make the file smaller that the size target speaks of: an `.onnx` file holds them as
    /// they are.
    var gainsFromDependentLevels: Bool { measure == .cmdl }

    /// Of the file that the size target speaks of; of one with more in it than decoders take of its size, of the least that they take.
    package func bytes(_ network: QuantizedNetwork) throws -> Int {
        let part = progress.part("codes \(network.graph.parameterCount) weights")
        defer { part.end() }
        switch measure {
        case .cmdl:
            do {
                return try network.model().encoded(keepNames: keepNames).count
            } catch CompressedModelError.unrepresentable(let obstacle) {
                guard let least = obstacle.leastFileSize else { throw CompressedModelError.unrepresentable(obstacle) }
                return least
            }
        case .onnx: return try ShippedFiles(network, keepNames: keepNames).onnx.count
        }
    }

    /// Of the file without its weights.
    func overhead(of graph: Graph) throws -> Int {
        var empty = graph
        for layer in graph.layers {
            empty.parameters[layer.weight].values = [Float](repeating: 0, count: graph.parameters[layer.weight].count)
        }
        let encodings = empty.parameters.map { parameter in
            TensorEncoding.uniform(step: 1, indices: parameter.values.map { _ in 0 })
        }
        return try bytes(QuantizedNetwork(graph: empty, encodings: encodings))
    }

    /// Of the weights of layers as they will be coded.
    ///
    /// - Parameter valueBits: what each nonzero weight's value takes in a `.cmdl` file, its sign included.
    func patternBytes(of graph: Graph, valueBits: Double) -> Double {
        switch measure {
        case .cmdl: codedPatternBytes(of: graph, valueBits: valueBits)
        case .onnx: expandedPatternBytes(of: graph)
        }
    }

    /// Places and signs by the real coder, the rest by count.
    private func codedPatternBytes(of graph: Graph, valueBits: Double) -> Double {
        var bits = 0.0
        for layer in graph.layers {
            let weight = graph.parameters[layer.weight]
            let signs = weight.values.map { Int8($0 == 0 ? 0 : ($0 < 0 ? -1 : 1)) }
            let pattern = TensorEncoding.codebook(magnitudes: [1], indices: signs)
            bits += codedSize(of: pattern, dimensions: weight.shape)
            bits += Double(signs.reduce(0) { $0 + Int($1.magnitude) }) * (valueBits - 1)
        }
        return bits / 8
    }

    /// In the forms of an `.onnx` file; levels that are not chosen yet are taken to be three magnitudes.
    private func expandedPatternBytes(of graph: Graph) -> Double {
        let bytes = graph.layers.map { layer in
            let weight = graph.parameters[layer.weight]
            let levels = weight.values.enumerated().map { Int8($1 == 0 ? 0 : $1 < 0 ? -1 - $0 % 3 : 1 + $0 % 3) }
            return expandedSize(
                of: isQuantized ? .codebook(magnitudes: [1, 2, 3], indices: levels) : .float32(weight.values),
                dimensions: weight.shape)
        }
        return Double(bytes.reduce(0, +))
    }
}
