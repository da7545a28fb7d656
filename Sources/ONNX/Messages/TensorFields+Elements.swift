import Foundation

// From the fields of a tensor to its elements, little-endian.
extension TensorFields {
    /// The tensor that these fields are, which `reader` was read from. Its elements agree with its dimensions.
    func tensor(_ reader: WireReader) throws(DecodingFailure) -> TensorProto {
        do {
            return try tensor(reader.source)
        } catch {
            throw reader.failure(.tensor(name: name, fault: error))
        }
    }

    private func tensor(_ source: WireSource) throws(TensorFault) -> TensorProto {
        guard let type = DataType(rawValue: dataType) else { throw .dataType(dataType) }
        guard 0...1 ~= dataLocation else { throw .dataLocation(dataLocation) }
        let fields = elementFields
        if fields.count > 1 { throw .severalFields(fields.map(\.name)) }
        var content = Data()
        if let field = fields.first {
            guard field.canHold(type) else { throw .wrongField(field.name, dataType: type) }
            content = try elements(field, type, source)
        }
        var tensor = TensorProto(name: name, dimensions: dimensions, dataType: type, content: content)
        tensor.strings = strings
        tensor.documentation = documentation
        tensor.unknownFields = unknown
        try tensor.check()
        return tensor
    }

    private func elements(_ field: ElementField, _ type: DataType, _ source: WireSource) throws(TensorFault) -> Data {
        switch field {
        case .raw: return source.slice(raw)
        case .float: return float.data(source)
        case .double: return double.data(source)
        case .int32: return try content(int32, type)
        case .int64: return try content(int64, type)
        case .uint64: return try content(uint64, type)
        case .string: return Data()
        case .external:
            do { return try externalContent(source.externalFiles) } catch { throw .externalData(error) }
        }
    }

    /// Each number in as many bytes as `type` takes.
    private func content(_ values: [some FixedWidthInteger], _ type: DataType) throws(TensorFault) -> Data {
        // Two elements of 4 bits come as one number.
        switch max(8, type.bitsPerElement ?? 8) {
        case 8: try narrowed(values, to: UInt8.self, type)
        case 16: try narrowed(values, to: UInt16.self, type)
        case 32: try narrowed(values, to: UInt32.self, type)
        default: try narrowed(values, to: UInt64.self, type)
        }
    }

    /// Numbers may come as signed or unsigned ones, whichever the type is: writers differ.
    private func narrowed<Bits: FixedWidthInteger & UnsignedInteger>(
        _ values: [some FixedWidthInteger], to: Bits.Type, _ type: DataType
    ) throws(TensorFault) -> Data {
        let lowest = Int64.min >> (64 - Bits.bitWidth)
        var bits: [Bits] = []
        bits.reserveCapacity(values.count)
        for value in values {
            guard value >= lowest, value <= Bits.max else {
                throw .valueOutOfRange(value: "\(value)", dataType: type)
            }
            bits.append(Bits(truncatingIfNeeded: value).littleEndian)
        }
        return bits.withUnsafeBytes { Data($0) }
    }
}

extension TensorFields.ElementField {
    /// As the comments in onnx.proto have it.
    fileprivate func canHold(_ type: DataType) -> Bool {
        switch self {
        case .raw, .external: type != .string
        case .string: type == .string
        case .float: type == .float || type == .complex64
        case .double: type == .double || type == .complex128
        case .int64: type == .int64
        case .uint64: type == .uint32 || type == .uint64
        case .int32:
            switch type {
            case .undefined, .string, .float, .double, .int64, .uint32, .uint64, .complex64, .complex128: false
            default: true
            }
        }
    }
}

extension TensorProto {
    /// Fails unless there are as many elements as the dimensions say.
    func check() throws(TensorFault) {
        if dataType == .undefined { throw .dataType(dataType.rawValue) }
        if let dimension = dimensions.first(where: { $0 < 0 }) { throw .negativeDimension(dimension) }
        guard let count = Self.elementCount(of: dimensions) else { throw .tooManyElements(dimensions: dimensions) }
        if dataType == .string {
            guard strings.count == count else {
                throw .stringCount(dimensions: dimensions, wanted: count, found: strings.count)
            }
            return
        }
        guard let size = dataType.byteCount(of: count) else { throw .tooManyElements(dimensions: dimensions) }
        guard content.count == size else {
            throw .contentSize(dimensions: dimensions, dataType: dataType, wanted: size, found: content.count)
        }
    }
}
