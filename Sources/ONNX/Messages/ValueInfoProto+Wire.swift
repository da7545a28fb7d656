extension ValueInfoProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        self.init(name: "", elementType: .undefined, shape: nil)
        var type = TensorTypeFields()
        var typeFields: UnknownFields = []
        while let field = try reader.nextField() {
            switch field {
            case 1: name = try reader.name("name")
            case 2:
                try reader.message("type") { (reader) throws(DecodingFailure) in try type.mergeType(&reader) }
                typeFields += reader.wholeField
            case 3: documentation = try reader.text("doc_string")
            default: unknownFields += try reader.unknownField()
            }
        }
        if !type.isForeign, type.elementType != .undefined || type.shape != nil {
            elementType = type.elementType
            shape = type.shape
            typeRemainder = type.remainder
            if typeRemainder.dimensions.allSatisfy(\.isEmpty) { typeRemainder.dimensions = [] }
        } else {
            unknownFields += typeFields
        }
    }

    func encode(to writer: inout WireWriter) {
        writer.optionalText(1, name)
        if elementType != .undefined || shape != nil { writer.message(2, encodeType(to:)) }
        writer.optionalText(3, documentation)
        writer.unknown(unknownFields)
    }

    private func encodeType(to writer: inout WireWriter) {
        writer.message(1) { writer in
            if elementType != .undefined { writer.integer(1, elementType.rawValue) }
            if let shape { writer.message(2) { encode(shape, to: &$0) } }
            writer.unknown(typeRemainder.tensor)
        }
        writer.unknown(typeRemainder.type)
    }

    private func encode(_ shape: [Dimension], to writer: inout WireWriter) {
        let remainders = typeRemainder.dimensions
        for (axis, dimension) in shape.enumerated() {
            writer.message(1) { writer in
                switch dimension {
                case .value(let size): writer.integer(1, size)
                case .parameter(let name): writer.text(2, name)
                case .unknown: break
                }
                if remainders.count == shape.count { writer.unknown(remainders[axis]) }
            }
        }
        writer.unknown(typeRemainder.shape)
    }
}

/// The messages `TypeProto`, `TypeProto.Tensor` and `TensorShapeProto` as they come.
private struct TensorTypeFields {
    var elementType = DataType.undefined
    /// The type is no tensor, or one of elements that this library does not know.
    var isForeign = false
    var shape: [Dimension]?
    var remainder = TypeRemainder()

    mutating func mergeType(_ reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            switch field {
            case 1:
                try reader.message("tensor_type") { (reader) throws(DecodingFailure) in try mergeTensor(&reader) }
            default:
                // Sequences, maps and so on take the place of the tensor type.
                if [4, 5, 7, 8, 9].contains(field) { isForeign = true }
                remainder.type += try reader.unknownField()
            }
        }
    }

    private mutating func mergeTensor(_ reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            switch field {
            case 1:
                let type = DataType(rawValue: try reader.integer("elem_type"))
                elementType = type ?? .undefined
                isForeign = isForeign || type == nil
            case 2:
                shape = shape ?? []
                try reader.message("shape") { (reader) throws(DecodingFailure) in try mergeShape(&reader) }
            default: remainder.tensor += try reader.unknownField()
            }
        }
    }

    private mutating func mergeShape(_ reader: inout WireReader) throws(DecodingFailure) {
        while let field = try reader.nextField() {
            guard field == 1 else {
                remainder.shape += try reader.unknownField()
                continue
            }
            let (dimension, unknown) = try reader.message(FieldName("dim", remainder.dimensions.count), Self.dimension)
            shape?.append(dimension)
            remainder.dimensions.append(unknown)
        }
    }

    private static func dimension(_ reader: inout WireReader) throws(DecodingFailure) -> (Dimension, UnknownFields) {
        var dimension = Dimension.unknown
        var unknown: UnknownFields = []
        while let field = try reader.nextField() {
            switch field {
            case 1: dimension = .value(try reader.integer("dim_value"))
            case 2: dimension = .parameter(try reader.name("dim_param"))
            default: unknown += try reader.unknownField()
            }
        }
        return (dimension, unknown)
    }
}
