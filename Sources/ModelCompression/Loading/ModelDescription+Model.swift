import NeuralGraph
import ONNX
import RecipeFormat

extension ModelDescription {
    /// Bytes of the longest text that is short.
    private static let shortText = 4096

    /// What a file says of its network.
    init(_ model: ModelProto) {
        self.init()
        if let name = model.nameOfBatch { batchName = name }
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
    /// The name of the first axis of the first input that gives it one.
    fileprivate var nameOfBatch: String? {
        let stored = Set(graph.initializers.map(\.name))
        for input in graph.inputs where !stored.contains(input.name) {
            if case .parameter(let name) = input.shape?.first, !name.isEmpty { return name }
        }
        return nil
    }
}
