import PlainText

// Reading a field's value as the type its message gives it. `name` is the field as errors name it.
extension WireReader {
    private func expect(_ wanted: WireType) throws(DecodingFailure) {
        guard wireType == wanted else { throw failure(.wireType(found: wireType, wanted: wanted), at: fieldStart) }
    }

    mutating func integer(_ name: FieldName) throws(DecodingFailure) -> Int {
        do {
            try expect(.varint)
            return Int(truncatingIfNeeded: try varint())
        } catch { throw error.within(name) }
    }

    mutating func float(_ name: FieldName) throws(DecodingFailure) -> Float {
        do {
            try expect(.fixed32)
            return Float(bitPattern: try fixed(UInt32.self))
        } catch { throw error.within(name) }
    }

    /// The offsets of a field's bytes.
    mutating func bytes(_ name: FieldName) throws(DecodingFailure) -> Range<Int> {
        do {
            try expect(.lengthDelimited)
            return try payload()
        } catch { throw error.within(name) }
    }

    mutating func byteArray(_ name: FieldName) throws(DecodingFailure) -> [UInt8] {
        Array(source.bytes[try bytes(name)])
    }

    mutating func text(_ name: FieldName) throws(DecodingFailure) -> String {
        let range = try bytes(name)
        let bytes = source.bytes[range]
        // Decoding repairs; text that differs afterwards was not UTF-8.
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.elementsEqual(bytes) else { throw failure(.invalidUTF8, at: range.lowerBound).within(name) }
        return text
    }

    /// What something is called. The specification asks for identifiers of C; what would not be safe in a line of text is replaced.
    mutating func name(_ name: FieldName) throws(DecodingFailure) -> String { try text(name).plain }

    mutating func message<Message>(
        _ name: FieldName, _ read: (inout WireReader) throws(DecodingFailure) -> Message
    ) throws(DecodingFailure) -> Message {
        let range = try bytes(name)
        do {
            var reader = try nested(range)
            return try read(&reader)
        } catch { throw error.within(name) }
    }

    /// One more element of a repeated number, or several where the field is packed.
    mutating func appendVarints<Value: FixedWidthInteger>(
        _ name: FieldName, to values: inout [Value]
    ) throws(DecodingFailure) {
        do {
            guard wireType == .lengthDelimited else {
                try expect(.varint)
                values.append(Value(truncatingIfNeeded: try varint()))
                return
            }
            let range = try payload()
            // The last byte of each number has no high bit. Later pieces grow the array as usual: reserving for each of
            // them would copy it every time.
            if values.isEmpty { values.reserveCapacity(source.bytes[range].count { $0 & 0x80 == 0 }) }
            var list = packed(range)
            while !list.isAtEnd { values.append(Value(truncatingIfNeeded: try list.varint())) }
        } catch { throw error.within(name) }
    }

    /// The offsets of one more element of a repeated number of `size` bytes, or of several where the field is packed.
    mutating func fixedElements(_ name: FieldName, size: Int) throws(DecodingFailure) -> Range<Int> {
        do throws(DecodingFailure) {
            guard wireType == .lengthDelimited else {
                try expect(size == 4 ? .fixed32 : .fixed64)
                let start = offset
                try skipValue()
                return start..<offset
            }
            let range = try payload()
            guard range.count % size == 0 else {
                throw failure(.packedLength(length: range.count, elementSize: size), at: range.lowerBound)
            }
            return range
        } catch { throw error.within(name) }
    }

    mutating func appendFloats(_ name: FieldName, to values: inout [Float]) throws(DecodingFailure) {
        let range = try fixedElements(name, size: 4)
        if values.isEmpty { values.reserveCapacity(range.count / 4) }
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
            let bits = source.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            values.append(Float(bitPattern: UInt32(littleEndian: bits)))
        }
    }
}
