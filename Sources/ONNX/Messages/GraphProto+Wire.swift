extension GraphProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self.init()
        try merge(&reader)
    }

    /// A message field that occurs twice is the two merged.
    mutating func merge(_ reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            switch field {
            case 1: nodes.append(try reader.message(FieldName("node", nodes.count), NodeProto.init(from:)))
            case 2: name = try reader.name("name")
            case 5:
                let field = FieldName("initializer", initializers.count)
                initializers.append(try reader.message(field, TensorProto.init(from:)))
            case 10: documentation = try reader.text("doc_string")
            case 11: inputs.append(try reader.message(FieldName("input", inputs.count), ValueInfoProto.init(from:)))
            case 12: outputs.append(try reader.message(FieldName("output", outputs.count), ValueInfoProto.init(from:)))
            case 13:
                let field = FieldName("value_info", valueInfos.count)
                valueInfos.append(try reader.message(field, ValueInfoProto.init(from:)))
            case 14: quantizationAnnotations += try reader.unknownField()
            case 15:
                let field = FieldName("sparse_initializer", sparseInitializers.count)
                sparseInitializers.append(try reader.message(field, SparseTensorProto.init(from:)))
            default: unknownFields += try reader.unknownField()
            }
        }
    }

    func encode(to writer: inout WireWriter) {
        for node in nodes { writer.message(1, node.encode(to:)) }
        writer.optionalText(2, name)
        for tensor in initializers { writer.message(5, tensor.encode(to:)) }
        writer.optionalText(10, documentation)
        for input in inputs { writer.message(11, input.encode(to:)) }
        for output in outputs { writer.message(12, output.encode(to:)) }
        for value in valueInfos { writer.message(13, value.encode(to:)) }
        writer.unknown(quantizationAnnotations)
        for tensor in sparseInitializers { writer.message(15, tensor.encode(to:)) }
        writer.unknown(unknownFields)
    }

    /// Bytes of the message.
    package var encodedSize: Int { WireWriter.size(encode) }
}
