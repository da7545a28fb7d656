import Foundation

/// Builds protobuf messages field by field, right or wrong, for tests: a second writer, independent of the module's.
enum Wire {
    static func varint(_ value: Int) -> [UInt8] {
        var rest = UInt64(bitPattern: Int64(value))
        var bytes: [UInt8] = []
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }

    static func tag(_ field: Int, _ type: Int) -> [UInt8] { varint(field << 3 | type) }

    static func int(_ field: Int, _ value: Int) -> [UInt8] { tag(field, 0) + varint(value) }

    static func bytes(_ field: Int, _ bytes: [UInt8]...) -> [UInt8] {
        let payload = Array(bytes.joined())
        return tag(field, 2) + varint(payload.count) + payload
    }

    static func text(_ field: Int, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }

    // The messages of a model around something to look at.

    static func model(_ graph: [UInt8]...) -> [UInt8] { int(1, 8) + bytes(7, Array(graph.joined())) }

    static func initializer(_ fields: [UInt8]...) -> [UInt8] {
        bytes(5, Array(fields.joined()))
    }

    static func attribute(_ fields: [UInt8]...) -> [UInt8] {
        bytes(1, text(4, "Constant"), bytes(5, text(1, "value"), Array(fields.joined())))
    }
}
