import GraphRewriting
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
        let annotations = network.annotationBytes
        remarks = network.openAxes.map(\.text) + long.map {
            "metadata '\($0.key)' of \($0.value.utf8.count) bytes is left out; 'output: {metadata: all}' keeps it"
        } + (annotations == 0 ? [] : [
            "the file has \(network.bytes) bytes; \(annotations) are texts that an exporter left in its nodes and do not count"
        ]) + graph.readings + (network.isReadInRuns ? [
            "the file has no free batch, and its nodes work across axis 0: a sample is a run of the whole network, as with 'batch: none'"
        ] : []) + (network.triedBatchName.map { name in
            ["the batch is taken to be the axis that the file calls '\(name)': only so it was understood"]
        } ?? [])
    }
}

extension Graph {
    /// What is read in another way than the file is written.
    fileprivate var readings: [String] {
        let names = nodesForOneSample.map { "'\($0)'" }.joined(separator: ", ")
        let shapes = "the file leaves the batch free, but the shapes in \(names) fix it at 1; they are read as those of each sample"
        return (nodesForOneSample.isEmpty ? [] : [shapes]) + maps.map { map in
            "output \(map.output) is a sequence of maps, which node '\(map.node)' (ZipMap) makes; the result gives the tensor of their "
                + "numbers" + (map.keys.isEmpty ? "" : ", with columns for \(map.keys.joined(separator: ", "))")
        }
    }
}
