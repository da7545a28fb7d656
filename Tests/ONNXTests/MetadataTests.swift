import Foundation
import ONNX
import Testing

@Suite struct MetadataTests {
    @Test("Metadata of a model is read and written")
    func metadata() throws {
        #expect(try Fixtures.model("unknown-fields").metadata == [MetadataEntry(key: "author", value: "nobody")])
        var model = ModelProto()
        model.metadata = [MetadataEntry(key: "names", value: "{0: 'dög'}"), MetadataEntry(key: "names", value: "")]
        #expect(try ModelProto(decoding: model.encoded()).metadata == model.metadata)
    }

    @Test("Metadata that is no text is kept, unread")
    func notText() throws {
        let entry = Wire.bytes(14, Wire.text(1, "key"), Wire.bytes(2, [0xFF, 0xFE]))
        let model = try ModelProto(decoding: Data(Wire.model() + entry))
        #expect(model.metadata.isEmpty)
        #expect(model.unknownFields == entry)
    }

    /// By how much a file shrinks without its texts; all are so short that no length takes fewer bytes without them.
    @Test("Texts in nodes, values, tensors and functions are counted, with those of bodies")
    func annotations() throws {
        let text = Wire.bytes(1, Wire.text(1, "stack"), Wire.text(2, "a.py, line 1"))
        func metadata(_ field: Int) -> [UInt8] { Wire.bytes(field, Array(text)) }
        func model(_ isAnnotated: Bool) throws -> ModelProto {
            func only(_ bytes: [UInt8]) -> [UInt8] { isAnnotated ? bytes : [] }
            let inner = Wire.bytes(1, Wire.text(4, "Not"), only(Wire.text(6, "inside")))
            let body = Wire.bytes(5, Wire.text(1, "body"), Wire.int(20, 5), Wire.bytes(6, inner))
            let node = Wire.bytes(1, Wire.text(4, "If"), only(Wire.text(6, "note")), body, only(metadata(9)))
            let tensor = Wire.initializer(
                Wire.int(1, 0), Wire.int(2, 1), Wire.text(8, "w"), only(Wire.text(12, "note")), only(metadata(16)))
            let value = Wire.bytes(11, Wire.text(1, "x"), only(Wire.text(3, "note")), only(metadata(4)))
            let function = Wire.bytes(
                25, Wire.text(1, "f"), Wire.bytes(7, Wire.text(4, "Not"), only(Wire.text(6, "note"))), only(Wire.text(8, "f")),
                only(metadata(14)))
            let bytes = Wire.model(node, tensor, only(Wire.text(10, "g")), value, only(metadata(16))) + Wire.text(6, "kept") + function
            return try ModelProto(decoding: Data(bytes))
        }
        let (annotated, plain) = (try model(true), try model(false))
        #expect(plain.annotationByteCount == 0)
        let lengths = annotated.encoded().count - plain.encoded().count - annotated.annotationByteCount
        #expect(0...2 ~= lengths, "the lengths of graph and function may take a byte more: \(lengths)")
    }
}
