/// A field of a protobuf message, with the messages inside of it as far as bytes look like some.
struct WireField {
    enum Value {
        case varint(UInt64)
        case fixed64([UInt8])
        case bytes([UInt8])
        case message([WireField])
        case fixed32([UInt8])
    }

    var number: Int
    var value: Value

    static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }

    static func encoded(_ fields: [WireField]) -> [UInt8] { fields.flatMap(\.encoded) }

    var encoded: [UInt8] {
        func tag(_ type: UInt64) -> [UInt8] { Self.varint(UInt64(number) << 3 | type) }
        func delimited(_ payload: [UInt8]) -> [UInt8] { tag(2) + Self.varint(UInt64(payload.count)) + payload }
        switch value {
        case .varint(let value): return tag(0) + Self.varint(value)
        case .fixed64(let bytes): return tag(1) + bytes
        case .bytes(let bytes): return delimited(bytes)
        case .message(let fields): return delimited(Self.encoded(fields))
        case .fixed32(let bytes): return tag(5) + bytes
        }
    }
}

extension WireField {
    /// The fields that `bytes` hold; `nil` unless they would be written as just these bytes.
    static func fields(_ bytes: [UInt8], depth: Int = 0) -> [WireField]? {
        var rest = bytes[...]
        var fields: [WireField] = []
        while !rest.isEmpty {
            guard let field = field(&rest, depth: depth) else { return nil }
            fields.append(field)
        }
        return encoded(fields) == bytes ? fields : nil
    }

    private static func field(_ rest: inout ArraySlice<UInt8>, depth: Int) -> WireField? {
        guard let tag = varint(&rest), (8..<(1 << 20)).contains(tag) else { return nil }
        func value() -> Value? {
            switch tag & 7 {
            case 0: return varint(&rest).map { .varint($0) }
            case 1: return take(8, &rest).map { .fixed64($0) }
            case 2:
                guard let length = varint(&rest), let bytes = take(length, &rest) else { return nil }
                let inside = depth < 12 && !bytes.isEmpty ? fields(bytes, depth: depth + 1) : nil
                return inside.map { .message($0) } ?? .bytes(bytes)
            case 5: return take(4, &rest).map { .fixed32($0) }
            default: return nil
            }
        }
        return value().map { WireField(number: Int(tag >> 3), value: $0) }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard count <= rest.count else { return nil }
        defer { rest.removeFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }
}
