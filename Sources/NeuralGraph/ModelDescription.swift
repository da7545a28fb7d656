import ONNX

/// What a file says of a network that changes nothing of what it computes. It is written to the result as it was read.
package struct ModelDescription: Sendable {
    /// The name of the free batch.
    package var batchName = "N"
    package var modelVersion = 0
    package var domain = ""
    package var documentation = ""
    package var metadata: [MetadataEntry] = []
    /// Inputs that nothing reads, by their position among all inputs, ascending. No sample has a part for them.
    package var unreadInputs: [(position: Int, info: ValueInfoProto)] = []

    package init() {}

    /// Writes all but the batch's name, which is in the shapes of inputs and outputs.
    package func write(to model: inout ModelProto) {
        model.modelVersion = modelVersion
        model.domain = domain
        model.documentation = documentation
        model.metadata = metadata
        for input in unreadInputs { model.graph.inputs.insert(input.info, at: min(input.position, model.graph.inputs.count)) }
    }
}
