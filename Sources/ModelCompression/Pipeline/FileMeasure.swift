import CompressedModel
import NeuralGraph
import Quantization
import RecipeFormat

/// The bytes of networks as they would be written.
struct FileMeasure: Sendable {
    private let keepNames: Bool
    private let measure: Recipe.SizeMeasure

    init(_ job: Job) {
        keepNames = job.recipe.output.keepNames
        measure = job.recipe.size.measure
    }

    /// Of the file that the size target speaks of.
    func bytes(_ network: QuantizedNetwork) throws -> Int {
        switch measure {
        case .cmdl: try network.model().encoded(keepNames: keepNames).count
        case .onnx: try ShippedFiles(network, keepNames: keepNames).onnx.count
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

    /// Of the coded weights of layers when each nonzero weight's value takes `valueBits`, its sign included: places
    /// and signs by the real coder, the rest by count.
    func patternBytes(of graph: Graph, valueBits: Double) throws -> Double {
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
}
