import Foundation

/// Finished files that get their final names together: all of them, or none.
///
/// A journal in the work folder says what is to come before the first file moves. Where a file cannot be moved, those that were are put
/// back; where the process is stopped in between, the next command on the same outputs finds the journal and moves the rest.
struct Publication: Codable {
    private var moves: [Move] = []
    /// Of earlier runs, and not true of what is published.
    private var obsolete: [String] = []

    private struct Move: Codable {
        /// Paths.
        let from: String
        let to: String
        let digest: FileDigest
    }

    private static let journal = "publication.json"

    mutating func add(_ file: URL, as final: URL) throws {
        let final = URL(fileURLWithPath: final.standardizedPath).resolvingSymlinksInPath()
        moves.append(Move(from: file.standardizedPath, to: final.path, digest: try FileDigest(contentsOf: file)))
    }

    mutating func remove(_ file: URL) { obsolete.append(file.standardizedPath) }

    func publish(in folder: WorkFolder) throws {
        let journal = folder.url.appendingPathComponent(Self.journal)
        let part = journal.appendingPathExtension("partial")
        let text = try JSONEncoder.stable.encode(self)
        try folder.makingRoom { try DurableFile.write(text, to: part) }
        try DurableFile.rename(part, to: journal)
        var done: [Move] = []
        do {
            for move in moves {
                try keep(move, in: folder)
                try DurableFile.rename(URL(fileURLWithPath: move.from), to: URL(fileURLWithPath: move.to))
                done.append(move)
            }
        } catch {
            for move in done.reversed() { putBack(move, from: folder) }
            unlink(journal.path)
            throw error
        }
        for path in obsolete { unlink(path) }
    }

    /// Moves what a stopped process has left to move.
    static func finish(in folder: WorkFolder) throws {
        let journal = folder.url.appendingPathComponent(journal)
        guard let data = try? Data(contentsOf: journal) else { return }
        guard let publication = try? JSONDecoder().decode(Self.self, from: data), publication.isWhole else {
            unlink(journal.path)
            return
        }
        for move in publication.moves where FileManager.default.fileExists(atPath: move.from) {
            try DurableFile.rename(URL(fileURLWithPath: move.from), to: URL(fileURLWithPath: move.to))
        }
        for path in publication.obsolete { unlink(path) }
        folder.remove()
    }

    /// Whether every file is still what it was, here or there.
    private var isWhole: Bool {
        moves.allSatisfy { move in
            [move.from, move.to].contains { (try? FileDigest(contentsOf: URL(fileURLWithPath: $0))) == move.digest }
        }
    }

    // MARK: What had the name

    private func kept(_ move: Move, in folder: WorkFolder) -> URL {
        folder.url.appendingPathComponent("before.\(URL(fileURLWithPath: move.to).lastPathComponent)")
    }

    /// A second name for what is about to lose its own; a copy, where the file system knows only one name.
    private func keep(_ move: Move, in folder: WorkFolder) throws {
        let kept = kept(move, in: folder)
        unlink(kept.path)
        guard link(move.to, kept.path) != 0, errno != ENOENT else { return }
        guard let before = try? Data(contentsOf: URL(fileURLWithPath: move.to)) else { throw WriteFault(URL(fileURLWithPath: move.to)) }
        try DurableFile.write(before, to: kept)
    }

    private func putBack(_ move: Move, from folder: WorkFolder) {
        let kept = kept(move, in: folder)
        rename(move.to, move.from)
        if FileManager.default.fileExists(atPath: kept.path) { rename(kept.path, move.to) }
    }
}

extension URL {
    /// Whatever the working directory will be.
    fileprivate var standardizedPath: String { absoluteURL.standardizedFileURL.path }
}
