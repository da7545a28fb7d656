import GraphRewriting
import NeuralGraph

extension Graph {
    /// Nearly the same function with the units of convolutions whose weights differ much in size brought to one size, and scaled
    /// back behind the convolution: the levels of a layer fit all of its units then (Krishnamoorthi, "Quantizing deep convolutional
    /// networks for efficient inference", 2018, on scales by channel).
    package func scalingUnits() -> Graph {
        var result = self
        // From the last to the first, since nodes are inserted.
        for layer in layers.reversed() where nodes[layer.node].operation.scalesUnitsBehind && useCount(ofParameter: layer.weight) == 1 {
            if let scales = unitScales(of: layer) { result.scaleUnits(of: layer, by: scales) }
        }
        return result
    }

    /// How much the sizes of a layer's units may differ.
    private static let spread: Float = 4
    /// Scales are so many steps of the largest: exact in the file.
    private static let steps = 127

    /// - Returns: `nil` where the units are alike.
    private func unitScales(of layer: Layer) -> [Float]? {
        let (units, values) = (parameters[layer.weight].shape[0], parameters[layer.weight].values)
        let width = values.count / units
        let sizes = (0..<units).map { unit in
            let squares = values[unit * width..<(unit + 1) * width].reduce(0) { $0 + Double($1) * Double($1) }
            return Float((squares / Double(width)).squareRoot())
        }
        let sorted = sizes.filter { $0 > 0 }.sorted()
        guard let least = sorted.first, let most = sorted.last, most > Self.spread * least else { return nil }
        let middle = sorted[sorted.count / 2]
        let step = UniformStep(CollectionOfOne(most / middle), levels: Self.steps)
        return sizes.map { step.value(max(1, step.index($0 / middle))) }
    }
}
