import NeuralGraph
import RecipeFormat

/// The network of the recipe as a run takes it.
struct OriginalNetwork {
    let graph: Graph
    /// That a ratio counts.
    let bytes: Int
    let remarks: [String]

    init(_ network: NetworkFile, metadata: Recipe.Metadata) throws {
        var graph = try network.graph.foldingIntoLayers().withFixedConstants()
        let long = graph.description.limitMetadata(to: metadata)
        self.graph = graph
        bytes = network.bytes - network.annotationBytes
        remarks = network.openAxes.map(\.text) + long.map {
            "metadata '\($0.key)' of \($0.value.utf8.count) bytes is left out; 'output: {metadata: all}' keeps it"
        } + (network.annotationBytes == 0 ? [] : [
            "the file has \(network.bytes) bytes; \(network.annotationBytes) are texts that an exporter left in its nodes "
                + "and do not count"
        ])
    }
}
