/// The fields of an attribute as they come, before it is known which of them the attribute is about.
struct AttributeFields {
    private var name = ""
    private var documentation = ""
    private var type = 0
    /// The field `type` as it stands in the file and its place among the unknown fields, where it goes when the kind
    /// is unknown.
    private var typeField: (bytes: UnknownFields, place: Int) = ([], 0)
    /// The attribute stands for a parameter of a model-local function and has no value of its own.
    private var isReference = false
    private var float: Float?
    private var int: Int?
    private var string: [UInt8]?
    private var tensor: TensorFields?
    private var graph: GraphProto?
    private var floats: [Float] = []
    private var ints: [Int] = []
    private var strings: [[UInt8]] = []
    private var tensors: [TensorProto] = []
    private var graphs: [GraphProto] = []
    private var unknown: UnknownFields = []

    init(from reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            switch field {
            case 1: name = try reader.name("name")
            case 2: float = try reader.float("f")
            case 3: int = try reader.integer("i")
            case 4: string = try reader.byteArray("s")
            case 5: try readTensor(&reader)
            case 6: try readGraph(&reader)
            case 7: try reader.appendFloats("floats", to: &floats)
            case 8: try reader.appendVarints("ints", to: &ints)
            case 9: strings.append(try reader.byteArray(FieldName("strings", strings.count)))
            case 10: tensors.append(try reader.message(FieldName("tensors", tensors.count), TensorProto.init(from:)))
            case 11: graphs.append(try reader.message(FieldName("graphs", graphs.count), GraphProto.init(from:)))
            case 13: documentation = try reader.text("doc_string")
            case 20:
                type = try reader.integer("type")
                typeField = (Array(reader.wholeField), unknown.count)
            default:
                if field == 21 { isReference = true }
                unknown += try reader.unknownField()
            }
        }
    }

    // A message field that occurs twice is the two merged. What has been read is taken out meanwhile: a second reference
    // to it would have it copied for every occurrence.

    private mutating func readTensor(_ reader: inout WireReader) throws(DecodingFailure) {
        var fields = tensor.take() ?? TensorFields()
        try reader.message("t") { (reader) throws(DecodingFailure) in try fields.merge(&reader) }
        tensor = fields
    }

    private mutating func readGraph(_ reader: inout WireReader) throws(DecodingFailure) {
        var fields = graph.take() ?? GraphProto()
        try reader.message("g") { (reader) throws(DecodingFailure) in try fields.merge(&reader) }
        graph = fields
    }

    /// The kinds that there are values of.
    private var kinds: [AttributeKind] {
        var kinds: [AttributeKind] = []
        if float != nil { kinds.append(.float) }
        if int != nil { kinds.append(.int) }
        if string != nil { kinds.append(.string) }
        if tensor != nil { kinds.append(.tensor) }
        if graph != nil { kinds.append(.graph) }
        if !floats.isEmpty { kinds.append(.floats) }
        if !ints.isEmpty { kinds.append(.ints) }
        if !strings.isEmpty { kinds.append(.strings) }
        if !tensors.isEmpty { kinds.append(.tensors) }
        if !graphs.isEmpty { kinds.append(.graphs) }
        return kinds
    }

    /// The attribute that these fields are, which `reader` was read from.
    func attribute(_ reader: WireReader) throws(DecodingFailure) -> AttributeProto {
        let kinds = kinds
        if kinds.count > 1 { throw reader.failure(.severalValues(attribute: name, kinds: kinds)) }
        // Files of the first IR version have no `type`; a reference has a type but no value.
        let declared = isReference && kinds.isEmpty ? nil : AttributeKind(rawValue: type)
        let kind = type == 0 ? kinds.first : declared
        if let found = kinds.first, found != kind {
            throw reader.failure(.valueKind(attribute: name, found: found, type: type))
        }
        var attribute = AttributeProto(name, .unknown)
        attribute.documentation = documentation
        attribute.unknownFields = unknown
        if let kind {
            attribute.value = try value(kind, reader)
        } else {
            attribute.unknownFields.insert(contentsOf: typeField.bytes, at: typeField.place)
        }
        return attribute
    }

    /// A value that is missing is zero or empty: some writers leave those out.
    private func value(_ kind: AttributeKind, _ reader: WireReader) throws(DecodingFailure) -> AttributeValue {
        switch kind {
        case .float: return .float(float ?? 0)
        case .int: return .int(int ?? 0)
        case .string: return .string(string ?? [])
        case .tensor:
            do { return .tensor(try (tensor ?? TensorFields()).tensor(reader)) } catch { throw error.within("t") }
        case .graph: return .graph(graph ?? GraphProto())
        case .floats: return .floats(floats)
        case .ints: return .ints(ints)
        case .strings: return .strings(strings)
        case .tensors: return .tensors(tensors)
        case .graphs: return .graphs(graphs)
        }
    }
}
