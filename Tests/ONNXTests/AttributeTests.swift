import Foundation
import ONNX
import Testing

@Suite struct AttributeTests {
    private let node = NodeProto(
        name: "pool", operatorType: "MaxPool", inputs: ["x"], outputs: ["y"],
        attributes: [
            AttributeProto("ceil_mode", .int(1)), AttributeProto("alpha", .float(0.5)),
            AttributeProto("pads", .ints([0, 1])), AttributeProto("auto_pad", .string(Array("SAME_UPPER".utf8))),
            AttributeProto("later", .unknown),
        ])

    @Test("Attributes are found by name")
    func lookup() throws {
        #expect(node.attribute("ceil_mode") == .int(1))
        #expect(node.attribute("dilations") == nil)
        #expect(try node.int("ceil_mode", default: 0) == 1)
        #expect(try node.float("alpha", default: 0) == 0.5)
        #expect(try node.ints("pads") == [0, 1])
        #expect(try node.string("auto_pad") == "SAME_UPPER")
    }

    @Test("Attributes that a node does not have are their default")
    func defaults() throws {
        #expect(try node.int("group", default: 1) == 1)
        #expect(try node.float("epsilon", default: 1e-5) == 1e-5)
        #expect(try node.ints("dilations") == nil)
        #expect(try node.string("mode") == nil)
    }

    @Test("A graph that comes in many pieces is put together without a copy for each", .timeLimit(.minutes(1)))
    func pieces() throws {
        let count = 200_000
        let piece = Wire.bytes(6, Wire.bytes(1, Wire.text(4, "Add")))
        let bytes = Wire.model(Wire.attribute([[UInt8]](repeating: piece, count: count).flatMap { $0 }))
        guard case .graph(let graph) = try ModelProto(decoding: Data(bytes)).graph.nodes[0].attributes[0].value else {
            Issue.record("the attribute is no graph")
            return
        }
        #expect(graph.nodes.count == count)
    }

    @Test("An attribute of another kind is an error that says which")
    func mismatch() {
        func text(_ body: () throws(ONNXError) -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return "no error"
        }
        #expect(text { () throws(ONNXError) in _ = try node.int("pads", default: 0) }
            == "attribute 'pads' of MaxPool 'pool' is a list of ints, not an int")
        #expect(text { () throws(ONNXError) in _ = try node.float("ceil_mode", default: 0) }
            == "attribute 'ceil_mode' of MaxPool 'pool' is an int, not a float")
        #expect(text { () throws(ONNXError) in _ = try node.ints("later") }
            == "attribute 'later' of MaxPool 'pool' is of an unknown kind, not a list of ints")
        #expect(text { () throws(ONNXError) in _ = try node.string("alpha") }
            == "attribute 'alpha' of MaxPool 'pool' is a float, not a string")
    }
}
