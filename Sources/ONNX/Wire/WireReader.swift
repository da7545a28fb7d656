import Foundation

/// The bytes being decoded, and where data outside of them may be.
///
/// The pointer is valid for as long as the decoding lasts.
struct WireSource {
    let data: Data
    let bytes: UnsafeRawBufferPointer
    let externalFiles: ExternalFiles?

    /// The bytes at offsets `range`, sharing the storage of `data`.
    func slice(_ range: Range<Int>) -> Data {
        let start = data.startIndex + range.lowerBound
        return data[start..<start + range.count]
    }

    /// What `message` reads from `data`.
    static func decode<Message>(
        _ data: Data, _ files: ExternalFiles?, _ message: (WireSource) throws(DecodingFailure) -> Message
    ) throws(ONNXError) -> Message {
        let result = data.withUnsafeBytes { bytes -> Result<Message, DecodingFailure> in
            do throws(DecodingFailure) {
                return .success(try message(WireSource(data: data, bytes: bytes, externalFiles: files)))
            } catch {
                return .failure(error)
            }
        }
        do {
            return try result.get()
        } catch {
            throw .malformed(field: error.path, offset: error.offset, fault: error.fault)
        }
    }
}

/// Reads the fields of one protobuf message within a file, never outside the message's own bytes.
///
/// `nextField()` moves to a field's tag; then one of the reading methods or `unknownField()` must take its value.
/// Follows the encoding at https://protobuf.dev/programming-guides/encoding/.
struct WireReader {
    /// Protobuf's own default.
    static let depthLimit = 100

    let source: WireSource
    private let start: Int
    private let end: Int
    private let depth: Int
    /// The byte offset in the file.
    private(set) var offset: Int
    private var fieldNumber = 0
    private(set) var wireType = WireType.varint
    private(set) var fieldStart: Int

    /// A reader of the whole file.
    init(_ source: WireSource) {
        self.init(source, 0..<source.bytes.count, depth: 1)
    }

    private init(_ source: WireSource, _ range: Range<Int>, depth: Int) {
        self.source = source
        self.depth = depth
        start = range.lowerBound
        offset = range.lowerBound
        fieldStart = range.lowerBound
        end = range.upperBound
    }

    /// The number of the next field, `nil` at the end of the message.
    mutating func nextField() throws(DecodingFailure) -> Int? {
        guard offset < end else { return nil }
        fieldStart = offset
        try readTag()
        if wireType == .groupEnd { throw failure(.unmatchedGroupEnd, at: fieldStart) }
        return fieldNumber
    }

    private mutating func readTag() throws(DecodingFailure) {
        let start = offset
        let tag = try varint()
        let typeNumber = Int(tag & 7)
        guard let type = WireType(rawValue: typeNumber) else { throw failure(.unknownWireType(typeNumber), at: start) }
        let number = tag >> 3
        guard 1..<(1 << 29) ~= number else { throw failure(.fieldNumber(number), at: start) }
        fieldNumber = Int(number)
        wireType = type
    }

    func failure(_ fault: ModelFault, at offset: Int) -> DecodingFailure {
        DecodingFailure(offset: offset, fault: fault)
    }

    /// Something wrong with the message as a whole.
    func failure(_ fault: ModelFault) -> DecodingFailure { failure(fault, at: start) }

    // MARK: Values

    mutating func varint() throws(DecodingFailure) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            guard offset < end else { throw failure(.truncatedVarint, at: start) }
            let byte = source.bytes[offset]
            offset += 1
            if shift == 63, byte > 1 { throw failure(.oversizedVarint, at: start) }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return value }
        }
        throw failure(.oversizedVarint, at: start)
    }

    mutating func fixed<Value: FixedWidthInteger>(_: Value.Type) throws(DecodingFailure) -> Value {
        let size = MemoryLayout<Value>.size
        guard end - offset >= size else {
            throw failure(.truncatedScalar(byteCount: size, available: end - offset), at: offset)
        }
        defer { offset += size }
        return Value(littleEndian: source.bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The offsets of a length-delimited payload.
    mutating func payload() throws(DecodingFailure) -> Range<Int> {
        let start = offset
        let length = try varint()
        guard length <= UInt64(end - offset) else {
            throw failure(.lengthBeyondEnd(length: length, available: end - offset), at: start)
        }
        defer { offset += Int(length) }
        return offset..<offset + Int(length)
    }

    /// A reader of the message in `range`, one level deeper.
    func nested(_ range: Range<Int>) throws(DecodingFailure) -> WireReader {
        guard depth < Self.depthLimit else { throw failure(.tooDeep(limit: Self.depthLimit), at: range.lowerBound) }
        return WireReader(source, range, depth: depth + 1)
    }

    /// A reader of the packed numbers in `range`.
    func packed(_ range: Range<Int>) -> WireReader {
        WireReader(source, range, depth: depth)
    }

    var isAtEnd: Bool { offset == end }

    // MARK: Unknown fields

    /// The field whose value was just read, tag included.
    var wholeField: Slice<UnsafeRawBufferPointer> { source.bytes[fieldStart..<offset] }

    /// Passes over the field's value and gives the whole field, tag included.
    @discardableResult
    mutating func unknownField() throws(DecodingFailure) -> Slice<UnsafeRawBufferPointer> {
        let name = FieldName(number: fieldNumber)
        do { try skipValue() } catch { throw error.within(name) }
        return wholeField
    }

    mutating func skipValue() throws(DecodingFailure) { try skipValue(depth: depth) }

    private mutating func skipValue(depth: Int) throws(DecodingFailure) {
        switch wireType {
        case .varint: _ = try varint()
        case .fixed32: _ = try fixed(UInt32.self)
        case .fixed64: _ = try fixed(UInt64.self)
        case .lengthDelimited: _ = try payload()
        case .groupStart: try skipGroup(depth: depth + 1)
        case .groupEnd: throw failure(.unmatchedGroupEnd, at: fieldStart)
        }
    }

    private mutating func skipGroup(depth: Int) throws(DecodingFailure) {
        let group = fieldNumber
        let start = offset
        guard depth <= Self.depthLimit else { throw failure(.tooDeep(limit: Self.depthLimit), at: start) }
        while offset < end {
            let tagStart = offset
            try readTag()
            guard wireType == .groupEnd else {
                try skipValue(depth: depth)
                continue
            }
            guard fieldNumber == group else { throw failure(.unmatchedGroupEnd, at: tagStart) }
            return
        }
        throw failure(.unclosedGroup, at: start)
    }
}
