import NeuralGraph

/// How many samples of a batch are worked on together: part of the algorithm, not of the machine, since the gradients of
/// micro-batches are sums of their own.
package enum MicroBatch {
    /// Every batch is made of whole micro-batches, whatever their size.
    package static let most = 32
    /// A vector of the widest instruction set.
    private static let least = 16
    /// Floats of the inputs and outputs of one layer that stay in the second level of most processors' caches.
    private static let cachedFloats = 1 << 19

    /// Large activations ask for few samples, so that they are still in the cache when the next layer reads them;
    /// otherwise more samples share each weight that is read.
    package static func samples(for graph: Graph) -> Int {
        let perSample = graph.layers.map { layer in
            let node = graph.nodes[layer.node]
            let inputs = node.inputs.compactMap { if case .value(let value) = $0 { value } else { nil } }
            return (inputs + node.outputs).reduce(0) { $0 + graph.values[$1].count }
        }
        return (perSample.max() ?? 0) * most <= cachedFloats ? most : least
    }
}
