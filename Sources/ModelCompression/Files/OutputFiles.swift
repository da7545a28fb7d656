import Foundation

/// The output directory: files are written into a hidden folder and appear under their final names only when they have been
/// judged.
struct OutputFiles {
    /// What a run that meets its constraints leaves.
    static let kinds = networks + ["report.json", "provenance.json"]
    static let networks = ["cmdl", "onnx"]

    private let directory: URL
    private let name: String
    let work: WorkFolder

    /// Makes the directory if there is none. Finds out before the work what would make it vain: outputs that cannot be put in
    /// place, or would take the place of the network that they are made from.
    init(directory path: String, name: String, sparing model: URL) throws {
        directory = URL(fileURLWithPath: path, isDirectory: true)
        self.name = name
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw CompressionFailure(
                "error: the output directory '\(path)' cannot be made: \(error.shortDescription)")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw CompressionFailure("error: the output directory '\(path)' cannot be written")
        }
        for kind in Self.kinds { try Self.check(Self.file(directory, name, kind), sparing: model) }
        work = try WorkFolder(in: directory, name: name)
    }

    private static func check(_ file: URL, sparing model: URL) throws {
        guard file.resolvingSymlinksInPath().path != model.resolvingSymlinksInPath().path else {
            throw CompressionFailure(
                "error: the output '\(file.relativePath)' would replace the recipe's network; name another "
                    + "output directory")
        }
        var isDirectory: ObjCBool = false
        guard !FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory) || !isDirectory.boolValue
        else { throw CompressionFailure("error: the output '\(file.relativePath)' is a directory") }
    }

    static func file(_ directory: URL, _ name: String, _ kind: String) -> URL {
        directory.appendingPathComponent("\(name).\(kind)")
    }

    func final(_ kind: String) -> URL { Self.file(directory, name, kind) }

    private func temporary(_ kind: String) -> URL { work.url.appendingPathComponent("\(name).\(kind)") }

    /// Writes a file under its temporary name.
    func write(_ data: Data, _ kind: String) throws -> URL {
        let file = temporary(kind)
        try DurableFile.write(data, to: file)
        return file
    }

    /// Gives temporary files their final names, replacing what was there.
    func publish(_ kinds: [String]) throws {
        for kind in kinds { try DurableFile.rename(temporary(kind), to: final(kind)) }
    }

    /// Writes a file under a final name other than that of the kinds.
    func publish(_ kind: String, as other: String) throws {
        try DurableFile.rename(temporary(kind), to: final(other))
    }
}
