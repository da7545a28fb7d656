import Foundation

/// The output directory: files are written into a hidden folder and appear under their final names, all together, only when they have
/// been judged.
struct OutputFiles {
    /// What a run that meets its constraints leaves.
    static let kinds = networks + ["report.json", "provenance.json"]
    static let networks = ["cmdl", "onnx"]
    /// What one that does not may leave.
    static let unmetKinds = [failedReport] + bestNetworks
    static let failedReport = "failed.report.json"
    static let bestNetworks = networks.map(best)

    /// What a network is called that comes nearest to constraints which cannot be met.
    static func best(_ kind: String) -> String { "best.\(kind)" }

    private let directory: URL
    private let name: String
    private let lock: URL?
    let work: WorkFolder

    /// Makes the directory if there is none. Finds out before the work what would make it vain: outputs that cannot be put in
    /// place, or would take the place of something that they are made from. What a stopped command has left to publish is published.
    ///
    /// - Parameter lock: of the recipe; `nil` for outputs without one.
    init(directory path: String, name: String, lock: URL? = nil, sparing inputs: ReadFiles) throws {
        directory = URL(fileURLWithPath: path, isDirectory: true)
        self.name = name
        self.lock = lock
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw CompressionFailure(
                "error: the output directory '\(path)' cannot be made: \(error.shortDescription)")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw CompressionFailure("error: the output directory '\(path)' cannot be written")
        }
        for kind in Self.kinds + Self.unmetKinds { try Self.check(Self.file(directory, name, kind), sparing: inputs) }
        try Self.finishPublication(directory, name, lock: lock)
        work = try WorkFolder(in: directory, name: name)
    }

    private static func check(_ file: URL, sparing inputs: ReadFiles) throws {
        try inputs.spare(file, "name another output directory")
        var status = stat()
        guard lstat(file.path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFLNK: try checkLink(file)
        case S_IFDIR: throw CompressionFailure("error: the output '\(file.relativePath)' is a directory")
        default: throw CompressionFailure("error: the output '\(file.relativePath)' is a device or a pipe")
        }
    }

    /// What a link leads to is replaced, by a file from the output directory.
    private static func checkLink(_ file: URL) throws {
        var (target, folder) = (stat(), stat())
        guard stat(file.path, &target) == 0 else {
            throw CompressionFailure("error: the output '\(file.relativePath)' is a link that leads nowhere")
        }
        guard stat(file.deletingLastPathComponent().path, &folder) == 0, target.st_dev == folder.st_dev,
            target.st_mode & S_IFMT == S_IFREG
        else { throw CompressionFailure("error: the output '\(file.relativePath)' is a link to another file system or to no file") }
    }

    /// Publishes what a stopped command has left to publish, if there is anything.
    static func finishPublication(_ directory: URL, _ name: String, lock: URL?) throws {
        guard WorkFolder.hasPublication(in: directory, name: name) else { return }
        let work = try WorkFolder(in: directory, name: name)
        let isDone = try Publication.finish(in: Publication.Places(work: work.url, outputs: directory, name: name, lock: lock))
        if isDone { work.remove() }
    }

    static func file(_ directory: URL, _ name: String, _ kind: String) -> URL {
        directory.appendingPathComponent("\(name).\(kind)")
    }

    func final(_ kind: String) -> URL { Self.file(directory, name, kind) }

    private func temporary(_ kind: String) -> URL { work.url.appendingPathComponent("\(name).\(kind)") }

    /// Writes a file under its temporary name; checkpoints give way to it where there is no other room.
    func write(_ data: Data, _ kind: String) throws -> URL {
        let file = temporary(kind)
        try work.makingRoom { try DurableFile.write(data, to: file) }
        return file
    }

    /// Whether networks of an earlier run are there.
    var hasNetworks: Bool { Self.networks.contains { FileManager.default.fileExists(atPath: final($0).path) } }

    /// Gives temporary files their final names, replacing what was there.
    ///
    /// - Parameters:
    ///   - kinds: of the temporary files.
    ///   - names: kinds that are called otherwise in the end.
    ///   - lockPart: the finished lock, under its temporary name.
    ///   - obsolete: kinds of an earlier run that are to go.
    func publish(
        _ kinds: [String], as names: [String: String] = [:], with lockPart: URL? = nil, removing obsolete: [String] = []
    ) throws {
        let places = Publication.Places(work: work.url, outputs: directory, name: name, lock: lock)
        var publication = Publication()
        for kind in kinds { try publication.add(kind, as: names[kind] ?? kind, in: places) }
        if let lockPart { try publication.add(lock: lockPart) }
        for kind in obsolete { publication.remove(kind) }
        try publication.publish(in: places, work)
    }
}
