import Foundation
import ONNX
import Testing

/// A file that is no model, and what reading it says.
struct MalformedFile: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ message: String) {
        self.name = name
        self.bytes = bytes
        self.message = message
    }
}

@Suite struct MalformedFileTests {
    @Test("Malformed files are refused with field, offset and reason", arguments: wire + fields + tensors)
    func malformed(file: MalformedFile) {
        #expect(message(file.bytes) == file.message)
    }

    private func message(_ bytes: [UInt8]) -> String {
        do { _ = try ModelProto(decoding: Data(bytes)) } catch { return "\(error)" }
        return "no error"
    }

    /// An attribute's graph within an attribute's graph, and so on; three messages each.
    private static func subgraphs(_ levels: Int) -> [UInt8] {
        var graph: [UInt8] = []
        for _ in 0..<levels { graph = Wire.bytes(1, Wire.bytes(5, Wire.int(20, 5), Wire.bytes(6, graph))) }
        return Wire.model(graph)
    }

    private static func groups(_ levels: Int) -> [UInt8] {
        let starts = (0..<levels).flatMap { _ in Wire.tag(99, 3) }
        let ends = (0..<levels).flatMap { _ in Wire.tag(99, 4) }
        return Wire.model() + starts + ends
    }

    @Test("Subgraphs and groups may nest up to the limit")
    func nestingWithinLimit() {
        #expect(message(Self.subgraphs(32)) == "no error")
        #expect(message(Self.groups(99)) == "no error")
    }

    private static let wire: [MalformedFile] = [
        MalformedFile("an empty file", [], "byte 0: the file holds no graph; it is not an ONNX model"),
        MalformedFile(
            "a file of another format", Array("#!/bin/sh\n".utf8),
            "domain, byte 0: found the start of a group, expected a length-delimited value"),
        MalformedFile("a truncated varint", [0x08, 0x80], "ir_version, byte 1: the number is cut short"),
        MalformedFile(
            "a varint of eleven bytes", [0x08] + [UInt8](repeating: 0x80, count: 10) + [0],
            "ir_version, byte 1: the number has more than 64 bits"),
        MalformedFile(
            "a varint of more than 64 bits", [0x08] + [UInt8](repeating: 0xFF, count: 9) + [2],
            "ir_version, byte 1: the number has more than 64 bits"),
        MalformedFile("a truncated tag", Wire.model() + [0xFA], "byte 4: the number is cut short"),
        MalformedFile("field number 0", [0x00, 0x00], "byte 0: there is no field number 0"),
        MalformedFile(
            "a field number of 30 bits", Wire.tag(1 << 29, 0), "byte 0: there is no field number 536870912"),
        MalformedFile("wire type 6", [0x0E], "byte 0: there is no wire type 6"),
        MalformedFile(
            "a length beyond the end of the file", [0x3A, 0x05, 0x00],
            "graph, byte 1: a length of 5 bytes, but 1 are left"),
        MalformedFile(
            "a length beyond the end of the message", Wire.model([0x12, 0x02, 0x41]) + Wire.text(6, "more"),
            "graph.name, byte 5: a length of 2 bytes, but 1 are left"),
        MalformedFile(
            "a length of 64 bits", [0x3A] + Wire.varint(-1),
            "graph, byte 1: a length of 18446744073709551615 bytes, but 0 are left"),
        MalformedFile(
            "a truncated 64-bit number", Wire.model() + Wire.tag(99, 1) + [1, 2],
            "#99, byte 6: a number of 8 bytes, but 2 are left"),
        MalformedFile(
            "the end of a group that was not begun", Wire.model() + Wire.tag(99, 4),
            "byte 4: a group ends that was not begun"),
        MalformedFile(
            "a group with the end of another", Wire.model() + Wire.tag(99, 3) + Wire.tag(98, 4),
            "#99, byte 6: a group ends that was not begun"),
        MalformedFile(
            "a group without an end", Wire.model() + Wire.tag(99, 3) + Wire.int(1, 1),
            "#99, byte 6: the group has no end"),
        MalformedFile("nested groups", groups(100), "#99, byte 204: messages are nested more than 100 deep"),
        MalformedFile(
            "nested subgraphs", subgraphs(33),
            "graph" + String(repeating: ".node[0].attribute[0].g", count: 33)
                + ", byte 358: messages are nested more than 100 deep"),
    ]

    private static let fields: [MalformedFile] = [
        MalformedFile(
            "a number in place of a message", Wire.int(7, 1),
            "graph, byte 0: found a varint, expected a length-delimited value"),
        MalformedFile(
            "a text in place of a number", Wire.text(1, "8"),
            "ir_version, byte 0: found a length-delimited value, expected a varint"),
        MalformedFile(
            "a group in place of a list", Wire.model(Wire.attribute(Wire.tag(8, 3) + Wire.tag(8, 4))),
            "graph.node[0].attribute[0].ints, byte 25: found the start of a group, expected a varint"),
        MalformedFile(
            "a number cut short within a packed list", Wire.model(Wire.attribute(Wire.bytes(8, [1, 0x80]))),
            "graph.node[0].attribute[0].ints, byte 28: the number is cut short"),
        MalformedFile(
            "a packed list of three quarters of a float", Wire.model(Wire.attribute(Wire.bytes(7, [1, 2, 3]))),
            "graph.node[0].attribute[0].floats, byte 27: a list of 3 bytes cannot hold elements of 4 bytes"),
        MalformedFile(
            "a name that is not UTF-8", Wire.model(Wire.bytes(1), Wire.bytes(1, Wire.bytes(1, [0x61, 0xFF]))),
            "graph.node[1].input[0], byte 10: the text is not UTF-8"),
        MalformedFile(
            "an attribute with two values", Wire.model(Wire.attribute(Wire.int(3, 1), Wire.text(4, "one"))),
            "graph.node[0].attribute[0], byte 18: attribute 'value' has several values: an int, a string"),
        MalformedFile(
            "an attribute with a value of another type", Wire.model(Wire.attribute(Wire.int(3, 1), Wire.int(20, 1))),
            "graph.node[0].attribute[0], byte 18: attribute 'value' is of type 1, but holds an int"),
        MalformedFile(
            "a dimension cut short",
            Wire.model(Wire.bytes(11, Wire.bytes(2, Wire.bytes(1, Wire.bytes(2, Wire.bytes(1), Wire.bytes(1, [8])))))),
            "graph.input[0].type.tensor_type.shape.dim[1].dim_value, byte 17: the number is cut short"),
    ]

    /// A model with one tensor, 'w'.
    private static func tensor(_ fields: [UInt8]...) -> [UInt8] {
        Wire.model(Wire.initializer(Wire.text(8, "w"), Array(fields.joined())))
    }

    private static func tensorFile(_ name: String, _ bytes: [UInt8], _ message: String) -> MalformedFile {
        MalformedFile(name, bytes, "graph.initializer[0], byte 6: tensor 'w': \(message)")
    }

    private static let tensors: [MalformedFile] = [
        tensorFile("a tensor without a type", tensor(), "there is no data type 0"),
        tensorFile("a tensor of type 99", tensor(Wire.int(2, 99)), "there is no data type 99"),
        tensorFile(
            "a negative dimension", tensor(Wire.int(2, 1), Wire.int(1, -2), Wire.int(1, 0)), "a dimension of -2"),
        tensorFile(
            "dimensions whose product overflows", tensor(Wire.int(2, 1), Wire.int(1, 1 << 32), Wire.int(1, 1 << 32)),
            "dimensions [4294967296, 4294967296] are too large"),
        tensorFile(
            "dimensions whose bytes overflow", tensor(Wire.int(2, 11), Wire.int(1, 1 << 61)),
            "dimensions [2305843009213693952] are too large"),
        tensorFile(
            "raw_data too short", tensor(Wire.int(2, 1), Wire.int(1, 2), Wire.bytes(9, [0, 0, 0, 0, 0, 0, 0])),
            "dimensions [2] of float take 8 bytes, but there are 7"),
        tensorFile(
            "raw_data too long", tensor(Wire.int(2, 22), Wire.int(1, 3), Wire.bytes(9, [0, 0, 0])),
            "dimensions [3] of int4 take 2 bytes, but there are 3"),
        tensorFile(
            "no data", tensor(Wire.int(2, 7), Wire.int(1, 1 << 40)),
            "dimensions [1099511627776] of int64 take 8796093022208 bytes, but there are 0"),
        tensorFile(
            "too few strings", tensor(Wire.int(2, 8), Wire.int(1, 2), Wire.text(6, "one")),
            "dimensions [2] take 2 strings, but there are 1"),
        tensorFile(
            "data in two fields", tensor(Wire.int(2, 7), Wire.bytes(9, [1]), Wire.int(7, 1)),
            "elements in several fields: int64_data, raw_data"),
        tensorFile(
            "integers in float_data", tensor(Wire.int(2, 6), Wire.bytes(4, [0, 0, 0, 0])),
            "elements of type int32 cannot be in float_data"),
        tensorFile(
            "strings in raw_data", tensor(Wire.int(2, 8), Wire.bytes(9, [0])),
            "elements of type string cannot be in raw_data"),
        tensorFile("300 as an int8", tensor(Wire.int(2, 3), Wire.int(5, 300)), "300 is no int8"),
        tensorFile("-129 as an int8", tensor(Wire.int(2, 3), Wire.int(5, -129)), "-129 is no int8"),
        tensorFile("2³² as a uint32", tensor(Wire.int(2, 12), Wire.int(11, 1 << 32)), "4294967296 is no uint32"),
        tensorFile("data in a third place", tensor(Wire.int(2, 1), Wire.int(14, 2)), "there is no data location 2"),
        MalformedFile(
            "a bad tensor in an attribute", Wire.model(Wire.attribute(Wire.bytes(5, Wire.text(8, "t")))),
            "graph.node[0].attribute[0].t, byte 18: tensor 't': there is no data type 0"),
    ]
}
