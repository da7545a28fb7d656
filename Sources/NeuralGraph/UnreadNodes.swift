import ONNX

/// Nodes that the engine does not run, since only outputs depend on them that are not judged: they are written as they were read.
package struct UnreadNodes: Sendable {
    /// As in the file, under the names of the file.
    package var nodes: [NodeProto] = []
    /// What they take from the network, and what of it that is.
    package var inputs: [(name: String, value: Int)] = []
    package var tensors: [TensorProto] = []
    /// By position among the outputs of the network, ascending.
    package var outputs: [(position: Int, info: ValueInfoProto)] = []
    /// Of operators that are not ONNX's own.
    package var domains: [OperatorSetID] = []

    package init() {}

    /// Of each node: `node 'boxes' (NonMaxSuppression)`.
    package var descriptions: [String] { nodes.map { "node '\($0.readableName)' (\($0.operatorType))" } }

    package func read(_ value: Int) -> Bool { inputs.contains { $0.value == value } }

    /// Why the units of what they take in must stay.
    package func reason(_ name: String) -> String {
        let node = nodes.first { $0.inputs.contains(name) }
        return "\(node?.operatorType ?? "") is not understood ('\(node?.readableName ?? "")')"
    }
}

extension NodeProto {
    /// The node's name, or that of its first output.
    package var readableName: String { name.isEmpty ? (outputs.first { !$0.isEmpty } ?? operatorType) : name }
}
