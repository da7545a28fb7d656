import Foundation
import ONNX

/// A folder from which models are read; beside it stands what none may read.
struct ExternalFolder {
    private static let secret = Data("what is outside of the folder".utf8)
    private let folder: URL
    /// Paths inside, and such as lead out.
    let locations: [String]

    /// - Parameter root: a folder that is there for this alone.
    init(in root: URL) throws {
        folder = root.appendingPathComponent("models")
        locations = [
            "weights.bin", "parts/more.bin", "inside.bin", "outside.bin", "../secret.bin", "up/secret.bin", "models.bin",
            "parts/../../secret.bin", "chain.bin", "loop.bin", "absolute.bin", "parts", root.path + "/secret.bin", "/dev/zero",
            "/dev/shm", "up/models/weights.bin",
        ]
        let files = FileManager.default
        try files.createDirectory(at: folder.appendingPathComponent("parts"), withIntermediateDirectories: true)
        try Data(count: 16).write(to: folder.appendingPathComponent("weights.bin"))
        try Data(count: 8).write(to: folder.appendingPathComponent("parts/more.bin"))
        try Self.secret.write(to: root.appendingPathComponent("secret.bin"))
        let links = [
            ("inside.bin", "weights.bin"), ("outside.bin", "../secret.bin"), ("up", ".."), ("chain.bin", "outside.bin"),
            ("loop.bin", "loop.bin"), ("absolute.bin", root.path + "/secret.bin"),
        ]
        for (link, target) in links {
            try? files.removeItem(at: folder.appendingPathComponent(link))
            try files.createSymbolicLink(atPath: folder.appendingPathComponent(link).path, withDestinationPath: target)
        }
    }

    /// - Precondition: nothing outside of the folder is read.
    func read(_ bytes: [UInt8]) throws {
        let file = folder.appendingPathComponent("model.onnx")
        try Data(bytes).write(to: file)
        for tensor in try ModelProto(contentsOf: file).graph.initializers where tensor.content.count >= 8 {
            precondition(Self.secret.range(of: tensor.content) == nil, "a file outside of the model's folder was read")
        }
    }
}
