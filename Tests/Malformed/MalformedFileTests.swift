import CompressedModel
import Datasets
import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import RecipeFormat
import Testing

/// Each folder beside this file belongs to a reader. A file there is one that it refuses; `NAME.expected`, for `NAME.onnx`
/// and so on, is what it says.
@Suite struct MalformedFileTests {
    @Test(
        "A malformed file is refused soon, with what is wrong and where", .timeLimit(.minutes(1)),
        arguments: MalformedFile.all)
    func refused(file: MalformedFile) throws {
        #expect(try file.message() + "\n" == file.expected())
    }

    @Test("Every reader has its files, every file its message and the other way round")
    func complete() throws {
        for reader in Reader.allCases {
            let files = MalformedFile.all.filter { $0.reader == reader }
            #expect(files.count >= 10)
            let messages = try FileManager.default.contentsOfDirectory(atPath: reader.folder.path)
                .filter { $0.hasSuffix(".expected") }
            #expect(Set(messages) == Set(files.map { $0.title + ".expected" }))
        }
    }
}

/// What reads the files of a folder.
enum Reader: String, CaseIterable {
    case recipe, onnx, idx, npy, npz, csv, cmdl
    case onnxExternal = "onnx-external"

    var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(rawValue)
    }

    /// How the names of its files end.
    var suffixes: [String] {
        switch self {
        case .recipe: [".yaml"]
        case .idx: [".idx", ".idx.gz"]
        case .onnxExternal: [".onnx"]
        default: [".\(rawValue)"]
        }
    }

    func read(_ url: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: url))
        let file = FileBytes(name: url.lastPathComponent, bytes: bytes)
        switch self {
        case .recipe: _ = try Recipe.parse(bytes, file: file.name)
        case .onnx: _ = try Graph(ModelProto(decoding: Data(bytes)))
        case .onnxExternal: _ = try ModelProto(contentsOf: url)
        case .idx: _ = try NumericArray(idx: file)
        case .npy: _ = try NumericArray(npy: file)
        case .npz: _ = try NumericArray(npz: file, name: "x")
        case .csv: _ = try CSVTable(file, label: .name("label"), header: true)
        case .cmdl: _ = try QuantizedModel(decoding: bytes)
        }
    }
}

struct MalformedFile: CustomTestStringConvertible {
    let reader: Reader
    /// The file's name without its suffix.
    let title: String
    let suffix: String

    var testDescription: String { "\(reader.rawValue)/\(title)" }

    static let all: [MalformedFile] = Reader.allCases.flatMap { reader in
        let names = (try? FileManager.default.contentsOfDirectory(atPath: reader.folder.path)) ?? []
        return names.sorted().compactMap { name in
            reader.suffixes.first { name.hasSuffix($0) }.map { suffix in
                MalformedFile(reader: reader, title: String(name.dropLast(suffix.count)), suffix: suffix)
            }
        }
    }

    func message() throws -> String {
        do {
            try reader.read(reader.folder.appendingPathComponent(title + suffix))
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    func expected() throws -> String {
        try String(contentsOf: reader.folder.appendingPathComponent(title + ".expected"), encoding: .utf8)
    }
}
