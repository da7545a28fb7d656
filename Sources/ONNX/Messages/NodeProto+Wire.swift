extension NodeProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self.init(operatorType: "", inputs: [], outputs: [])
        while let field = try reader.nextField() {
            switch field {
            case 1: inputs.append(try reader.name(FieldName("input", inputs.count)))
            case 2: outputs.append(try reader.name(FieldName("output", outputs.count)))
            case 3: name = try reader.name("name")
            case 4: operatorType = try reader.name("op_type")
            case 5:
                let field = FieldName("attribute", attributes.count)
                attributes.append(try reader.message(field, AttributeProto.init(from:)))
            case 6: documentation = try reader.text("doc_string")
            case 7: domain = try reader.name("domain")
            default: unknownFields += try reader.unknownField()
            }
        }
    }

    func encode(to writer: inout WireWriter) {
        for input in inputs { writer.text(1, input) }
        for output in outputs { writer.text(2, output) }
        writer.optionalText(3, name)
        writer.optionalText(4, operatorType)
        for attribute in attributes { writer.message(5, attribute.encode(to:)) }
        writer.optionalText(6, documentation)
        writer.optionalText(7, domain)
        writer.unknown(unknownFields)
    }
}
