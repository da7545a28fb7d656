/// An operator that a model defines itself, as nodes that stand for it (message `FunctionProto` of onnx.proto).
public struct FunctionProto: Equatable, Sendable {
    public var name = ""
    public var domain = ""
    /// Tells functions of one name and domain apart.
    public var overload = ""
    /// Names that stand for the inputs and outputs of a node of this type.
    public var inputs: [String] = []
    public var outputs: [String] = []
    /// Names of attributes that nodes inside may refer to.
    public var attributeNames: [String] = []
    /// Attributes that nodes inside may refer to, with what they are where a node does not give them.
    public var defaults: [AttributeProto] = []
    public var nodes: [NodeProto] = []
    public var opsetImports: [OperatorSetID] = []
    public init() {}
}

extension ModelProto {
    /// The operators that the model defines itself (field 25), which stay among the unknown fields of the message, too.
    ///
    /// - Throws: `ONNXError`, at the offset within the functions' own bytes.
    public func functions() throws(ONNXError) -> [FunctionProto] {
        var functions: [FunctionProto] = []
        do {
            var reader = WireReader(WireSource(unknownFields))
            while let field = try reader.nextField() {
                guard field == 25 else {
                    _ = try reader.unknownField()
                    continue
                }
                functions.append(try reader.message(FieldName("functions", functions.count), FunctionProto.init(from:)))
            }
        } catch { throw .damaged(error) }
        return functions
    }
}
