import Foundation
import ONNX
import Testing

@Suite struct FileTests {
    @Test("A model may be written over the file that it is mapped from")
    func overwriting() throws {
        try Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("model.onnx")
            var original = try Fixtures.model("opset-7")
            let large = TensorProto(name: "large", dimensions: [9999], floats: [Float](repeating: 1, count: 9999))
            original.graph.initializers.append(large)
            try original.write(to: file)
            var mapped = try ModelProto(contentsOf: file)
            #expect(mapped == original)
            mapped.producerName = "shifts everything"
            try mapped.write(to: file)
            #expect(try ModelProto(contentsOf: file) == mapped)
            #expect(mapped.graph == original.graph)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.onnx"])
        }
    }

    @Test("Files that cannot be read or written are named, with the reason")
    func badFiles() throws {
        try Fixtures.withTemporaryFolder { folder in
            let missing = folder.appendingPathComponent("none.onnx")
            #expect(
                throws: ONNXError.unreadable(file: missing.path, fault: .system(code: ENOENT))
            ) { try ModelProto(contentsOf: missing) }
            #expect(throws: ONNXError.unreadable(file: folder.path, fault: .notARegularFile)) {
                try ModelProto(contentsOf: folder)
            }
            let nowhere = folder.appendingPathComponent("none/model.onnx")
            #expect(throws: ONNXError.unwritable(file: nowhere.path, fault: .system(code: ENOENT))) {
                try ModelProto().write(to: nowhere)
            }
            let error = ONNXError.unreadable(file: "model.onnx", fault: .system(code: ENOENT))
            #expect("\(error)" == "cannot read model.onnx: No such file or directory")
            #expect(error.localizedDescription == "\(error)")
        }
    }

    @Test("An empty file is no model")
    func emptyFile() throws {
        try Fixtures.withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("empty.onnx")
            try Data().write(to: file)
            #expect(throws: ONNXError.malformed(field: "", offset: 0, fault: .noGraph)) {
                try ModelProto(contentsOf: file)
            }
        }
    }

    @Test("Weights in raw_data and packed float_data are slices of the file, not copies")
    func slices() throws {
        let count = 1 << 20
        let elements = [UInt8](repeating: 7, count: count)
        for field in [9, 4] {
            let bytes = Data(
                Wire.model(Wire.initializer(Wire.int(1, count / 4), Wire.int(2, 1), Wire.bytes(field, elements))))
            let model = try ModelProto(decoding: bytes)
            let content = model.graph.initializers[0].content
            let start = try #require(bytes.withUnsafeBytes { $0.baseAddress })
            let place = try #require(content.withUnsafeBytes { $0.baseAddress })
            #expect(place - start == bytes.count - count)
        }
    }

    @Test("A model with a gibibyte of weights is read without memory for them")
    func largeFile() throws {
        try Fixtures.withTemporaryFolder { folder in
            let size = 1 << 30
            let tensor = Wire.int(1, size) + Wire.int(2, 2) + Wire.tag(9, 2) + Wire.varint(size)
            let graph = Wire.tag(5, 2) + Wire.varint(tensor.count + size) + tensor
            let header = Wire.int(1, 8) + Wire.tag(7, 2) + Wire.varint(graph.count + size) + graph
            let file = folder.appendingPathComponent("large.onnx")
            try Data(header).write(to: file)
            // The weights are a hole in the file.
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(header.count + size))
            try handle.close()
            let before = Memory.peak
            let content = try ModelProto(contentsOf: file).graph.initializers[0].content
            #expect(content.count == size)
            #expect(content.last == 0)
            #expect(Memory.peak - before < 512 << 20)
        }
    }
}
