/// A named constant argument of a node.
public struct AttributeProto: Equatable, Sendable {
    public var name: String
    public var value: AttributeValue
    public var documentation = ""
    public var unknownFields: UnknownFields = []
    public init(_ name: String, _ value: AttributeValue) {
        self.name = name
        self.value = value
    }
}

/// What an attribute holds.
public enum AttributeValue: Equatable, Sendable {
    case float(Float)
    case int(Int)
    /// UTF-8 text by convention, any bytes by the format.
    case string([UInt8])
    indirect case tensor(TensorProto)
    indirect case graph(GraphProto)
    case floats([Float])
    case ints([Int])
    case strings([[UInt8]])
    case tensors([TensorProto])
    case graphs([GraphProto])
    /// A kind this library does not know (its payload is in the attribute's unknown fields).
    case unknown
}
