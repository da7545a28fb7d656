import struct Foundation.Data

/// An operator that a model defines itself, by nodes that stand for it (message `FunctionProto` of onnx.proto).
public struct FunctionProto: Equatable, Sendable {
    public var name = ""
    public var domain = ""
    /// Tells functions of one name and domain apart.
    public var overload = ""
    /// Names inside of the inputs and outputs of a node of this type.
    public var inputs: [String] = []
    public var outputs: [String] = []
    /// Names of a node's attributes that nodes inside may refer to.
    public var attributeNames: [String] = []
    /// The same with what they are where a node does not give them.
    public var defaults: [AttributeProto] = []
    public var nodes: [NodeProto] = []
    public var opsetImports: [OperatorSetID] = []
    public var documentation = ""
    public var unknownFields: UnknownFields = []
    public init() {}
}

// Field numbers as in onnx.proto.
extension FunctionProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: name = try reader.name("name")
            case 4: inputs.append(try reader.name(FieldName("input", inputs.count)))
            case 5: outputs.append(try reader.name(FieldName("output", outputs.count)))
            case 6: attributeNames.append(try reader.name(FieldName("attribute", attributeNames.count)))
            case 7: nodes.append(try reader.message(FieldName("node", nodes.count), NodeProto.init(from:)))
            case 8: documentation = try reader.text("doc_string")
            case 9:
                let field = FieldName("opset_import", opsetImports.count)
                opsetImports.append(try reader.message(field, OperatorSetID.init(from:)))
            case 10: domain = try reader.name("domain")
            case 11:
                let field = FieldName("attribute_proto", defaults.count)
                defaults.append(try reader.message(field, AttributeProto.init(from:)))
            case 13: overload = try reader.name("overload")
            default: unknownFields += try reader.unknownField()
            }
        }
    }
}

extension AttributeProto {
    /// The attribute of the function's node that this one, inside of the function, is (field 21).
    public var reference: String? { value == .unknown ? unknownFields.text(ofField: 21) : nil }
}

extension NodeProto {
    /// Which of several functions of one name the node is (field 8).
    public var overload: String { unknownFields.text(ofField: 8) ?? "" }
}

extension UnknownFields {
    /// The text in the first field of this number.
    fileprivate func text(ofField number: Int) -> String? {
        guard !isEmpty else { return nil }
        let found = try? WireSource.decode(Data(self), nil) { source throws(DecodingFailure) -> String? in
            var reader = WireReader(source)
            while let field = try reader.nextField() {
                if field == number { return try reader.text("text") }
                try reader.skipValue()
            }
            return nil
        }
        return found.flatMap(\.self)
    }
}
