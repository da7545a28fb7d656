import CompressedModel
import NeuralGraph
import Training

extension QuantizedNetwork {
    package func write(to state: inout StateWriter) {
        graph.writeParameters(to: &state)
        for encoding in encodings { encoding.write(to: &state) }
    }

    /// Goes on from what a network of the same structure wrote.
    package mutating func read(from state: inout StateReader) throws {
        var graph = graph
        try graph.readParameters(from: &state)
        self = QuantizedNetwork(graph: graph, encodings: try graph.parameters.map { _ in try TensorEncoding(from: &state) })
    }
}
