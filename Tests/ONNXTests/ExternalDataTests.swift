import Foundation
import ONNX
import Testing

@Suite struct ExternalDataTests {
    @Test("Elements in another file are read by offset and length, or to its end")
    func reading() throws {
        let model = try Fixtures.model("external")
        #expect(try model.initializer("a")?.floats() == [1, 2, 3])
        #expect(try model.initializer("b")?.integers() == [4, 5])
        #expect(try model.initializer("c")?.floats() == [9])
    }

    @Test("A model from memory has no folder to look for its data in")
    func noFolder() throws {
        let bytes = try Data(contentsOf: Fixtures.folder.appendingPathComponent("external.onnx"))
        #expect(text { () throws(ONNXError) in _ = try ModelProto(decoding: bytes) }.hasSuffix(
            "tensor 'a': external data: the model was not read from a folder"))
    }

    /// A model of one tensor of two floats whose elements are where `entries` say.
    private func model(_ entries: KeyValuePairs<String, String>) -> Data {
        let external = entries.flatMap { Wire.bytes(13, Wire.text(1, $0.key), Wire.text(2, $0.value)) }
        return Data(
            Wire.model(Wire.initializer(Wire.int(1, 2), Wire.int(2, 1), Wire.text(8, "w"), external, Wire.int(14, 1))))
    }

    private func text(_ body: () throws(ONNXError) -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "no error"
    }

    /// The error of reading a model with such `entries`, in a folder that has 8 bytes in `weights.bin`.
    private func fault(_ entries: KeyValuePairs<String, String>) throws -> String {
        var message = ""
        try Fixtures.withTemporaryFolder { root in
            let folder = root.appendingPathComponent("models")
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("parts"), withIntermediateDirectories: true)
            try Data(count: 8).write(to: folder.appendingPathComponent("weights.bin"))
            try Data(count: 8).write(to: root.appendingPathComponent("secret.bin"))
            let secret = root.appendingPathComponent("secret.bin").path
            for (link, target) in [
                ("escape.bin", "../secret.bin"), ("absolute.bin", secret), ("chain.bin", "escape.bin"), ("up", ".."),
                ("inside.bin", "weights.bin"), ("loop.bin", "loop.bin"),
            ] {
                try FileManager.default.createSymbolicLink(
                    atPath: folder.appendingPathComponent(link).path, withDestinationPath: target)
            }
            let file = folder.appendingPathComponent("model.onnx")
            try model(entries).write(to: file)
            message = text { () throws(ONNXError) in _ = try ModelProto(contentsOf: file) }
        }
        let prefix = "graph.initializer[0], byte 6: tensor 'w': external data: "
        return message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
    }

    @Test("A file within the folder is read, through a link, too")
    func inside() throws {
        #expect(try fault(["location": "weights.bin"]) == "no error")
        #expect(try fault(["location": "inside.bin", "offset": "0", "length": "8"]) == "no error")
        #expect(try fault(["location": "./weights.bin", "checksum": "unread"]) == "no error")
    }

    @Test("Nothing outside of the model's folder is read", arguments: [
        "/etc/hostname", "../secret.bin", "parts/../../secret.bin", "parts/../weights.bin", "escape.bin",
        "absolute.bin", "chain.bin", "up/secret.bin", "parts/.././../secret.bin", ".", "weights.bin\0",
    ])
    func outside(location: String) throws {
        #expect(try fault(["location": location]) == "'\(location)' is outside the model's folder")
    }

    /// The error of reading a model through a link in another folder; `links` stand beside that link.
    private func fault(throughLinkWith links: KeyValuePairs<String, String>, location: String) throws -> String {
        var message = ""
        try Fixtures.withTemporaryFolder { root in
            for folder in ["blobs", "snapshots/main/parts", "other"] {
                try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
            }
            for file in ["blobs/bbbb", "other/secret.bin", "secret.bin"] {
                try Data(count: 8).write(to: root.appendingPathComponent(file))
            }
            try model(["location": location]).write(to: root.appendingPathComponent("blobs/aaaa"))
            let folder = root.appendingPathComponent("snapshots/main")
            let all = [("model.onnx", "../../blobs/aaaa")] + links.map { ($0.key, $0.value) }
            for (link, target) in all {
                try FileManager.default.createSymbolicLink(
                    atPath: folder.appendingPathComponent(link).path, withDestinationPath: target)
            }
            message = text { () throws(ONNXError) in _ = try ModelProto(contentsOf: folder.appendingPathComponent("model.onnx")) }
        }
        return message.components(separatedBy: "external data: ").last ?? message
    }

    @Test("Model and data may be links into one folder, as in a cache of downloads")
    func hub() throws {
        #expect(try fault(throughLinkWith: ["model.onnx_data": "../../blobs/bbbb"], location: "model.onnx_data") == "no error")
        #expect(try fault(throughLinkWith: ["parts/w.bin": "../../../blobs/bbbb"], location: "parts/w.bin") == "no error")
    }

    @Test("A model that is a link has its data beside the file that it leads to, too")
    func besideTheFile() throws {
        #expect(try fault(throughLinkWith: [:], location: "bbbb") == "no error")
        #expect(try fault(throughLinkWith: [:], location: "cccc") == "cannot read 'cccc': No such file or directory")
    }

    @Test("Through a link to the model nothing outside of its two folders is read", arguments: [
        "../../other/secret.bin", "../../secret.bin", "/etc/hostname",
    ])
    func outsideOfBoth(target: String) throws {
        #expect(try fault(throughLinkWith: ["w.bin": target], location: "w.bin") == "'w.bin' is outside the model's folder")
        #expect(try fault(throughLinkWith: [:], location: target) == "'\(target)' is outside the model's folder")
    }

    @Test("A missing file, a folder and a short file are told apart")
    func badFiles() throws {
        #expect(try fault(["location": "none.bin"]) == "cannot read 'none.bin': No such file or directory")
        #expect(try fault(["location": "parts"]) == "cannot read 'parts': not a regular file")
        #expect(
            try fault(["location": "loop.bin"]) == "cannot read 'loop.bin': Too many levels of symbolic links")
        #expect(
            try fault(["location": "weights.bin", "offset": "4", "length": "8"])
                == "8 bytes at offset 4 of 'weights.bin', which has 8")
        #expect(
            try fault(["location": "weights.bin", "offset": "9"])
                == "0 bytes at offset 9 of 'weights.bin', which has 8")
        #expect(
            try fault(["location": "weights.bin", "offset": "9223372036854775807", "length": "9223372036854775807"])
                == "9223372036854775807 bytes at offset 9223372036854775807 of 'weights.bin', which has 8")
    }

    @Test("Location, offset and length must make sense")
    func badEntries() throws {
        #expect(try fault([:]) == "no location")
        #expect(try fault(["location": ""]) == "no location")
        #expect(try fault(["location": "weights.bin", "offset": "-4"]) == "offset '-4' is not a number of bytes")
        #expect(try fault(["location": "weights.bin", "length": "8k"]) == "length '8k' is not a number of bytes")
    }

    @Test("As many bytes as the dimensions take must be there")
    func wrongSize() throws {
        #expect(
            try fault(["location": "weights.bin", "length": "4"])
                == "graph.initializer[0], byte 6: tensor 'w': dimensions [2] of float take 8 bytes, but there are 4")
    }
}
