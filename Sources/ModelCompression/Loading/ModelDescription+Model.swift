import NeuralGraph
import ONNX
import RecipeFormat

extension ModelDescription {
    /// Bytes of the longest text that is short.
    private static let shortText = 4096

    /// What a file says of its network.
    ///
    /// - Parameter graph: which says where the batch is.
    init(_ model: ModelProto, batchOf graph: Graph) {
        self.init()
        if let name = model.nameOfBatch(in: graph) { batchName = name }
        modelVersion = model.modelVersion
        domain = model.domain
        documentation = model.documentation
        metadata = model.metadata
    }

    /// Leaves out metadata that the recipe does not want.
    ///
    /// - Returns: what is too long to be kept without being asked for.
    mutating func limitMetadata(to kept: Recipe.Metadata) -> [MetadataEntry] {
        switch kept {
        case .all: return []
        case .none:
            metadata = []
            return []
        case .short:
            let long = metadata.filter { $0.value.utf8.count > Self.shortText }
            metadata.removeAll { $0.value.utf8.count > Self.shortText }
            return long
        }
    }
}

extension ModelProto {
    /// The name of the batch's axis in the first input that gives it one.
    fileprivate func nameOfBatch(in graph: Graph) -> String? {
        for index in graph.inputs {
            let name = graph.values[index].name
            guard let shape = self.graph.inputs.first(where: { $0.name == name })?.shape,
                let axis = (graph.places[name] ?? .front)?.axis, axis < shape.count
            else { continue }
            if case .parameter(let name) = shape[axis], !name.isEmpty { return name }
        }
        return nil
    }
}
