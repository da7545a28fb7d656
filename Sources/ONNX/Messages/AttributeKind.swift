/// The kind of an attribute's value; raw values as in `AttributeProto.AttributeType`.
public enum AttributeKind: Int, Equatable, Sendable, CustomStringConvertible {
    case float = 1, int, string, tensor, graph, floats, ints, strings, tensors, graphs

    public var description: String {
        switch self {
        case .float: "a float"
        case .int: "an int"
        case .string: "a string"
        case .tensor: "a tensor"
        case .graph: "a graph"
        case .floats: "a list of floats"
        case .ints: "a list of ints"
        case .strings: "a list of strings"
        case .tensors: "a list of tensors"
        case .graphs: "a list of graphs"
        }
    }
}

extension AttributeValue {
    /// `nil` for `.unknown`.
    public var kind: AttributeKind? {
        switch self {
        case .float: .float
        case .int: .int
        case .string: .string
        case .tensor: .tensor
        case .graph: .graph
        case .floats: .floats
        case .ints: .ints
        case .strings: .strings
        case .tensors: .tensors
        case .graphs: .graphs
        case .unknown: nil
        }
    }
}
