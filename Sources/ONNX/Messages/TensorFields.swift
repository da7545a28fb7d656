/// The fields of a tensor as they come, before it is known where its elements are and how they are to be read.
struct TensorFields {
    /// The field that a tensor's elements are in.
    enum ElementField: Int, CaseIterable {
        case float = 4, int32 = 5, string = 6, int64 = 7, raw = 9, double = 10, uint64 = 11, external = 13

        var name: String {
            switch self {
            case .float: "float_data"
            case .int32: "int32_data"
            case .string: "string_data"
            case .int64: "int64_data"
            case .raw: "raw_data"
            case .double: "double_data"
            case .uint64: "uint64_data"
            case .external: "external_data"
            }
        }
    }

    private(set) var name = ""
    private(set) var dimensions: [Int] = []
    private(set) var dataType = 0
    private(set) var dataLocation = 0
    private(set) var documentation = ""
    private(set) var unknown: UnknownFields = []

    private(set) var raw = 0..<0
    private(set) var float = FileBytes()
    private(set) var double = FileBytes()
    private(set) var int32: [Int32] = []
    private(set) var int64: [Int64] = []
    private(set) var uint64: [UInt64] = []
    private(set) var strings: [[UInt8]] = []
    private(set) var external: [ExternalDataEntry] = []

    mutating func merge(_ reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            switch field {
            case 1: try reader.appendVarints("dims", to: &dimensions)
            case 2: dataType = try reader.integer("data_type")
            case 8: name = try reader.name("name")
            case 12: documentation = try reader.text("doc_string")
            case 14: dataLocation = try reader.integer("data_location")
            default:
                if let field = ElementField(rawValue: field) {
                    try read(field, &reader)
                } else {
                    unknown += try reader.unknownField()
                }
            }
        }
    }

    private mutating func read(_ field: ElementField, _ reader: inout WireReader) throws(DecodingFailure) {
        switch field {
        case .float: float.append(try reader.fixedElements("float_data", size: 4), of: reader.source)
        case .int32: try reader.appendVarints("int32_data", to: &int32)
        case .string: strings.append(try reader.byteArray(FieldName("string_data", strings.count)))
        case .int64: try reader.appendVarints("int64_data", to: &int64)
        case .raw: raw = try reader.bytes("raw_data")
        case .double: double.append(try reader.fixedElements("double_data", size: 8), of: reader.source)
        case .uint64: try reader.appendVarints("uint64_data", to: &uint64)
        case .external:
            let name = FieldName("external_data", external.count)
            external.append(try reader.message(name, ExternalDataEntry.init(from:)))
        }
    }

    /// The fields that hold elements.
    var elementFields: [ElementField] {
        ElementField.allCases.filter { field in
            switch field {
            case .float: !float.isEmpty
            case .int32: !int32.isEmpty
            case .string: !strings.isEmpty
            case .int64: !int64.isEmpty
            case .raw: !raw.isEmpty
            case .double: !double.isEmpty
            case .uint64: !uint64.isEmpty
            case .external: dataLocation == 1
            }
        }
    }
}

/// A `StringStringEntryProto` of `external_data`.
struct ExternalDataEntry {
    private(set) var key = ""
    private(set) var value = ""

    init(from reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            switch field {
            case 1: key = try reader.text("key")
            case 2: value = try reader.text("value")
            default: try reader.unknownField()
            }
        }
    }
}
