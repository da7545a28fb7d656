import PlainText

/// What can be wrong with a network that a user brings.
package enum GraphError: Error, Equatable {
    /// One of the nodes cannot be used; all such nodes of a file are reported together.
    case unsupported([UnsupportedNode])
    case shape(node: String, operation: String, reason: ShapeError)
    case undefinedValue(name: String, node: String)
    case duplicateValue(name: String)
    case cycle(nodes: [String])
    case input(name: String, reason: String)
    case output(name: String)
    case noOutput
    case noLayers
}

/// A node that the engine has no meaning for, and why.
package struct UnsupportedNode: Error, Hashable, Sendable {
    package let node: String
    package let operation: String
    package let opset: Int
    package let reason: String

    package init(node: String, operation: String, opset: Int, reason: String) {
        self.node = node
        self.operation = operation
        self.opset = opset
        // Words of the file, as a mode that nobody knows, may be in it.
        self.reason = reason.plain
    }
}

/// Shapes that do not fit an operator, in words.
package struct ShapeError: Error, Equatable, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message.plain }
}

extension GraphError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unsupported(let nodes):
            nodes.map {
                "node '\($0.node)': operator \($0.operation) (opset \($0.opset)) is not supported: \($0.reason)"
            }.joined(separator: "\n")
        case .shape(let node, let operation, let reason):
            "node '\(node)' (\(operation)): \(reason.message)"
        case .undefinedValue(let name, let node):
            "node '\(node)' uses the value '\(name)', which nothing computes"
        case .duplicateValue(let name):
            "the value '\(name)' is defined twice"
        case .cycle(let nodes):
            "the nodes \(nodes.map { "'\($0)'" }.joined(separator: ", ")) depend on each other in a circle"
        case .input(let name, let reason):
            "input '\(name)': \(reason)"
        case .output(let name):
            "the output '\(name)' is computed by no node"
        case .noOutput:
            "the network has no output"
        case .noLayers:
            "the network has no layer with weights (Conv, Gemm, MatMul, LSTM, GRU or RNN), so there is nothing to compress"
        }
    }
}
