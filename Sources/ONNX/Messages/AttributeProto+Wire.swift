extension AttributeProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self = try AttributeFields(from: &reader).attribute(reader)
    }

    func encode(to writer: inout WireWriter) {
        writer.optionalText(1, name)
        encodeValue(to: &writer)
        writer.optionalText(13, documentation)
        if let kind = value.kind { writer.integer(20, kind.rawValue) }
        writer.unknown(unknownFields)
    }

    private func encodeValue(to writer: inout WireWriter) {
        switch value {
        case .float(let value): writer.float(2, value)
        case .int(let value): writer.integer(3, value)
        case .string(let value): writer.bytes(4, value)
        case .tensor(let value): writer.message(5, value.encode(to:))
        case .graph(let value): writer.message(6, value.encode(to:))
        // One tag for each element, as the reference writer does it.
        case .floats(let values): for value in values { writer.float(7, value) }
        case .ints(let values): for value in values { writer.integer(8, value) }
        case .strings(let values): for value in values { writer.bytes(9, value) }
        case .tensors(let values): for value in values { writer.message(10, value.encode(to:)) }
        case .graphs(let values): for value in values { writer.message(11, value.encode(to:)) }
        case .unknown: break
        }
    }
}
