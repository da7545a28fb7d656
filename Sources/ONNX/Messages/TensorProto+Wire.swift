extension TensorProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        var fields = TensorFields()
        try fields.merge(&reader)
        self = try fields.tensor(reader)
    }

    /// Elements are always written into `raw_data`, which every reader knows and none has to convert.
    func encode(to writer: inout WireWriter) {
        for dimension in dimensions { writer.integer(1, dimension) }
        writer.integer(2, dataType.rawValue)
        for string in strings { writer.bytes(6, string) }
        writer.optionalText(8, name)
        if !content.isEmpty { content.withUnsafeBytes { writer.bytes(9, $0) } }
        writer.optionalText(12, documentation)
        writer.unknown(unknownFields)
    }

    /// Bytes of the message.
    package var encodedSize: Int { WireWriter.size(encode) }
}
