import Foundation
import ONNX

extension ModelProto {
    /// The model with its first initializer in another file.
    func encoded(firstTensorIn file: String) -> Data {
        func field(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] { [tag, UInt8(bytes.count)] + bytes }
        let tensor = graph.initializers[0]
        func entry(_ key: String, _ value: String) -> [UInt8] {
            field(0x6A, field(0x0A, Array(key.utf8)) + field(0x12, Array(value.utf8)))
        }
        var fields: [UInt8] = tensor.dimensions.flatMap { [0x08, UInt8($0)] }
        fields += [0x10, 1]
        fields += field(0x42, Array(tensor.name.utf8))
        fields += entry("location", file) + entry("length", "\(tensor.content.count)")
        fields += [0x70, 1]
        var model = self
        model.graph.initializers.removeFirst()
        // What stands among the unknown fields is written as it is.
        model.graph.unknownFields = field(0x2A, fields)
        return model.encoded()
    }
}
