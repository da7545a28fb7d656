// Field numbers as in onnx.proto.

extension ModelProto {
    /// Reads a whole file.
    init(_ source: WireSource) throws(DecodingFailure) {
        self.init()
        irVersion = 0
        var reader = WireReader(source)
        var hasGraph = false
        while let field = try reader.nextField() {
            switch field {
            case 1: irVersion = try reader.integer("ir_version")
            case 2: producerName = try reader.text("producer_name")
            case 3: producerVersion = try reader.text("producer_version")
            case 4: domain = try reader.name("domain")
            case 5: modelVersion = try reader.integer("model_version")
            case 6: documentation = try reader.text("doc_string")
            case 7:
                hasGraph = true
                try reader.message("graph") { (reader) throws(DecodingFailure) in try graph.merge(&reader) }
            case 8:
                opsetImports.append(
                    try reader.message(FieldName("opset_import", opsetImports.count), OperatorSetID.init(from:)))
            case 14: try readMetadata(&reader)
            case 25:
                functions.append(try reader.message(FieldName("functions", functions.count), FunctionProto.init(from:)))
                unknownFields += reader.wholeField
            default: unknownFields += try reader.unknownField()
            }
        }
        guard hasGraph else { throw DecodingFailure(offset: source.bytes.count, fault: .noGraph) }
    }

    /// Texts that are not UTF-8, which some writers leave, stay among the unknown fields.
    private mutating func readMetadata(_ reader: inout WireReader) throws(DecodingFailure) {
        do throws(DecodingFailure) {
            metadata.append(try reader.message(FieldName("metadata_props", metadata.count), MetadataEntry.init(from:)))
        } catch {
            guard error.fault == .invalidUTF8 else { throw error }
            unknownFields += reader.wholeField
        }
    }

    func encode(to writer: inout WireWriter) {
        writer.integer(1, irVersion)
        writer.optionalText(2, producerName)
        writer.optionalText(3, producerVersion)
        writer.optionalText(4, domain)
        if modelVersion != 0 { writer.integer(5, modelVersion) }
        writer.optionalText(6, documentation)
        writer.message(7, graph.encode(to:))
        for opset in opsetImports { writer.message(8, opset.encode(to:)) }
        for entry in metadata { writer.message(14, entry.encode(to:)) }
        writer.unknown(unknownFields)
    }
}

extension MetadataEntry {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self.init(key: "", value: "")
        while let field = try reader.nextField() {
            switch field {
            case 1: key = try reader.text("key")
            case 2: value = try reader.text("value")
            default: unknownFields += try reader.unknownField()
            }
        }
    }

    func encode(to writer: inout WireWriter) {
        writer.optionalText(1, key)
        writer.optionalText(2, value)
        writer.unknown(unknownFields)
    }
}

extension OperatorSetID {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self.init(version: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: domain = try reader.name("domain")
            case 2: version = try reader.integer("version")
            default: unknownFields += try reader.unknownField()
            }
        }
    }

    func encode(to writer: inout WireWriter) {
        writer.optionalText(1, domain)
        writer.integer(2, version)
        writer.unknown(unknownFields)
    }
}
