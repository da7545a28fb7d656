import struct Foundation.URL
import ONNX

func fixture(_ name: String) throws -> ModelProto {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try ModelProto(contentsOf: folder.appendingPathComponent(name + ".onnx"))
}
