/// The name, element type and shape of a value.
public struct ValueInfoProto: Equatable, Sendable {
    public var name: String
    /// `.undefined` when the file gives no tensor type that this library knows.
    public var elementType: DataType
    /// `nil` when the rank is unknown.
    public var shape: [Dimension]?
    public var documentation = ""
    public var unknownFields: UnknownFields = []
    /// Unknown fields within the type, such as the denotations of dimensions.
    var typeRemainder = TypeRemainder()
    public init(name: String, elementType: DataType = .float, shape: [Dimension]?) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }
}

/// One axis of a value's shape.
public enum Dimension: Equatable, Sendable {
    /// The size as the file has it; some exporters write −1 for an unknown one.
    case value(Int)
    /// A named size, such as that of the batch.
    case parameter(String)
    case unknown
}

/// Unknown fields of the messages between a `ValueInfoProto` and its dimensions.
struct TypeRemainder: Equatable, Sendable {
    var type: UnknownFields = []
    var tensor: UnknownFields = []
    var shape: UnknownFields = []
    /// By axis; written back only while the shape keeps its rank.
    var dimensions: [UnknownFields] = []
}
