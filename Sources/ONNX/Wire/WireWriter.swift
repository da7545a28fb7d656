/// Writes protobuf fields, or only counts their bytes.
///
/// A message is encoded twice, first to learn its size and then in place, so that the whole model takes one allocation.
struct WireWriter {
    private let destination: UnsafeMutableRawBufferPointer?
    /// Bytes written so far.
    private(set) var count = 0

    /// Counts, and writes nothing.
    init() { destination = nil }

    init(into destination: UnsafeMutableRawBufferPointer) { self.destination = destination }

    /// How many bytes are written.
    static func size(_ encode: (inout WireWriter) -> Void) -> Int {
        var counter = WireWriter()
        encode(&counter)
        return counter.count
    }

    private mutating func append(_ byte: UInt8) {
        destination?[count] = byte
        count += 1
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if let destination {
            UnsafeMutableRawBufferPointer(rebasing: destination[count..<count + bytes.count]).copyMemory(from: bytes)
        }
        count += bytes.count
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    private mutating func tag(_ field: Int, _ type: WireType) {
        varint(UInt64(field << 3 | type.rawValue))
    }

    mutating func integer(_ field: Int, _ value: Int) {
        tag(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func float(_ field: Int, _ value: Float) {
        tag(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { append($0) }
    }

    mutating func bytes(_ field: Int, _ bytes: UnsafeRawBufferPointer) {
        tag(field, .lengthDelimited)
        varint(UInt64(bytes.count))
        append(bytes)
    }

    mutating func bytes(_ field: Int, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.bytes(field, $0) }
    }

    mutating func text(_ field: Int, _ text: String) {
        var text = text
        text.withUTF8 { bytes(field, UnsafeRawBufferPointer($0)) }
    }

    /// Writes nothing for an empty text, which is what a missing field means.
    mutating func optionalText(_ field: Int, _ text: String) {
        if !text.isEmpty { self.text(field, text) }
    }

    mutating func message(_ field: Int, _ encode: (inout WireWriter) -> Void) {
        tag(field, .lengthDelimited)
        guard destination != nil else {
            let start = count
            encode(&self)
            varint(UInt64(count - start))
            return
        }
        var counter = WireWriter()
        encode(&counter)
        varint(UInt64(counter.count))
        encode(&self)
    }

    mutating func unknown(_ fields: UnknownFields) {
        fields.withUnsafeBytes { append($0) }
    }
}
