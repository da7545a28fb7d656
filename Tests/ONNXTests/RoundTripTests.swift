import Foundation
import ONNX
import Testing

@Suite struct RoundTripTests {
    @Test("What is written is what the reference implementation writes, byte for byte", arguments: Fixtures.names)
    func canonicalBytes(name: String) throws {
        let written = try Fixtures.model(name).encoded()
        #expect(written == (try Fixtures.canonicalBytes(name)))
    }

    @Test("A model that was written reads as the same model", arguments: Fixtures.names)
    func decodingWhatWasEncoded(name: String) throws {
        let model = try Fixtures.model(name)
        #expect(try ModelProto(decoding: model.encoded()) == model)
    }

    @Test("A model of this program's own making reads as the same model")
    func ownModel() throws {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: 13), OperatorSetID(domain: "local", version: -1)]
        model.modelVersion = -3
        model.documentation = "döc"
        model.graph.name = "g"
        model.graph.nodes = [
            NodeProto(
                operatorType: "Op", inputs: ["x", ""], outputs: ["y"],
                attributes: [
                    AttributeProto("zero", .int(0)), AttributeProto("least", .int(.min)),
                    AttributeProto("nothing", .float(0)), AttributeProto("empty", .string([])),
                    AttributeProto("none", .ints([])), AttributeProto("texts", .strings([[], [0xFF]])),
                    AttributeProto("tensors", .tensors([TensorProto(dimensions: [0], floats: [])])),
                    AttributeProto("graphs", .graphs([GraphProto(), GraphProto()])),
                    AttributeProto("graph", .graph(GraphProto())), AttributeProto("foreign", .unknown),
                ])
        ]
        model.graph.inputs = [
            ValueInfoProto(name: "x", shape: [.value(0), .value(-1), .parameter(""), .unknown]),
            ValueInfoProto(name: "scalar", elementType: .int64, shape: []),
            ValueInfoProto(name: "any rank", elementType: .bool, shape: nil),
            ValueInfoProto(name: "any type", elementType: .undefined, shape: nil),
            ValueInfoProto(name: "only a shape", elementType: .undefined, shape: [.value(1)]),
        ]
        #expect(try ModelProto(decoding: model.encoded()) == model)
    }

    @Test("Fields of later versions are kept where they were, a group among them")
    func futureFields() throws {
        let model = try Fixtures.model("future-fields")
        let group = Wire.tag(201, 3) + Wire.int(1, 5) + Wire.tag(2, 3) + Wire.tag(2, 4) + Wire.tag(201, 4)
        #expect(model.unknownFields.starts(with: group))
        #expect(model.unknownFields.suffix(4) == Array("1234".utf8))
    }

    @Test("Denotations of dimensions stay while the rank does")
    func denotations() throws {
        var model = try Fixtures.model("unknown-fields")
        let denotation = Data("DATA_BATCH".utf8)
        model.graph.inputs[0].shape?[0] = .value(1)
        #expect(model.encoded().range(of: denotation) != nil)
        model.graph.inputs[0].shape?.append(.value(1))
        #expect(model.encoded().range(of: denotation) == nil)
    }

    @Test("A data slice that does not start at 0 reads like one that does")
    func slices() throws {
        let bytes = try Fixtures.canonicalBytes("opset-21")
        let model = try ModelProto(decoding: (Data(repeating: 7, count: 99) + bytes).dropFirst(99))
        #expect(model == (try ModelProto(decoding: bytes)))
        #expect(try model.initializer("levels")?.integers() == [1, 2, 3, 4, 5, -1, 7, -8, -8])
    }
}
