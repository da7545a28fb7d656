import CompressedModel

/// One weight tensor as indices of its codebook: signed, 0 for zero.
struct WeightLevels: Encodable {
    let dimensions: [Int]
    let magnitudes: Int
    let levels: [Int8]

    /// In the order of the file.
    static func all(in file: [UInt8]) throws -> [WeightLevels] {
        let network = try QuantizedModel(decoding: file)
        return network.model.graph.initializers.compactMap { tensor in
            guard case .codebook(let magnitudes, let indices) = network.encodings[tensor.name] else { return nil }
            return WeightLevels(dimensions: tensor.dimensions, magnitudes: magnitudes.count, levels: indices)
        }
    }
}
