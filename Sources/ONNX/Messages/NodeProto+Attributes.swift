extension NodeProto {
    /// The value of the attribute `name`, `nil` when the node has none.
    public func attribute(_ name: String) -> AttributeValue? {
        attributes.first { $0.name == name }?.value
    }

    /// The integer attribute `name`, or `default` when the node has none.
    ///
    /// - Throws: `ONNXError.attributeKind` when the attribute is of another kind.
    public func int(_ name: String, default: Int) throws(ONNXError) -> Int {
        switch attribute(name) {
        case nil: `default`
        case .int(let value): value
        case let other?: throw mismatch(name, other, .int)
        }
    }

    /// The float attribute `name`, or `default` when the node has none; throws like `int(_:default:)`.
    public func float(_ name: String, default: Float) throws(ONNXError) -> Float {
        switch attribute(name) {
        case nil: `default`
        case .float(let value): value
        case let other?: throw mismatch(name, other, .float)
        }
    }

    /// The attribute `name` as a list of integers, `nil` when the node has none; throws like `int(_:default:)`.
    public func ints(_ name: String) throws(ONNXError) -> [Int]? {
        switch attribute(name) {
        case nil: nil
        case .ints(let values): values
        case let other?: throw mismatch(name, other, .ints)
        }
    }

    /// The text attribute `name`, with repairs where it is not UTF-8, `nil` when the node has none; throws like
    /// `int(_:default:)`.
    public func string(_ name: String) throws(ONNXError) -> String? {
        switch attribute(name) {
        case nil: nil
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        case let other?: throw mismatch(name, other, .string)
        }
    }

    private func mismatch(_ name: String, _ value: AttributeValue, _ wanted: AttributeKind) -> ONNXError {
        .attributeKind(operatorType: operatorType, node: self.name, attribute: name, found: value.kind, wanted: wanted)
    }
}
