/// One application of an operator to named values.
public struct NodeProto: Equatable, Sendable {
    public var name: String
    public var operatorType: String
    public var domain: String
    /// Names of values; an empty name is an omitted optional input.
    public var inputs: [String]
    public var outputs: [String]
    public var attributes: [AttributeProto]
    public var documentation = ""
    public var unknownFields: UnknownFields = []
    public init(
        name: String = "", operatorType: String, domain: String = "", inputs: [String], outputs: [String],
        attributes: [AttributeProto] = []
    ) {
        self.name = name
        self.operatorType = operatorType
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }
}
