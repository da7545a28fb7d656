import NeuralGraph
import Quantization

extension Graph {
    /// The network with constants that nothing trained kept as they are: those with elements that are infinite, not a number, or beyond all
    /// levels, as the −∞ or −3.4 · 10^38 of an attention mask. They are neither trained nor quantized.
    ///
    /// - Throws: `CompressionFailure`, where such an element is in a layer's weight or bias.
    func withFixedConstants() throws -> Graph {
        let ofLayers = Set(layers.flatMap { [$0.weight, $0.bias].compactMap { $0 } })
        var result = self
        for (index, parameter) in parameters.enumerated() {
            guard ofLayers.contains(index) || parameter.role == .weight else {
                if !parameter.values.allSatisfy({ $0.magnitude <= Float.greatestLevel }) { result.parameters[index].role = .statistic }
                continue
            }
            guard parameter.values.allSatisfy(\.isFinite) else {
                throw CompressionFailure("tensor '\(parameter.name)': an element is infinite or not a number")
            }
        }
        return result
    }
}
