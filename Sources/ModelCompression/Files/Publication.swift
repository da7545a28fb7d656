import Foundation

/// Finished files that get their final names together: all of them, or none.
///
/// A journal in the work folder says what is to come before the first file moves. Where a file cannot be moved, those that were are put
/// back; where the process is stopped in between, the next command on the same outputs finds the journal and moves the rest. A journal
/// names kinds of outputs and no paths: whoever writes one can have nothing else moved or removed.
struct Publication: Codable {
    private var moves: [Move] = []
    /// Kinds of earlier runs, not true of what is published.
    private var obsolete: [String] = []
    /// Of the lock, written beside it: the last part of its temporary name.
    private var lock: LockPart?

    private struct Move: Codable {
        /// Kinds: of the file in the work folder, and as it is called in the end.
        let from: String
        let to: String
        let digest: FileDigest
    }

    private struct LockPart: Codable {
        let process: Int32
        let digest: FileDigest
    }

    /// Where the files are, and where they go.
    struct Places {
        let work: URL
        let outputs: URL
        let name: String
        /// `nil` for outputs without one.
        let lock: URL?

        fileprivate func temporary(_ kind: String) -> URL { OutputFiles.file(work, name, kind) }

        fileprivate func final(_ kind: String) -> URL { OutputFiles.file(outputs, name, kind).resolvingSymlinksInPath() }

        /// What a lock is called before it is published; another run, into another directory, may write its own at the same time.
        static func part(ofLock lock: URL, process: Int32) -> URL {
            lock.deletingLastPathComponent().appendingPathComponent(".\(lock.lastPathComponent).\(process)")
        }
    }

    static let journal = "publication.json"

    mutating func add(_ kind: String, as final: String, in places: Places) throws {
        moves.append(Move(from: kind, to: final, digest: try FileDigest(contentsOf: places.temporary(kind))))
    }

    /// - Parameter part: of the lock, in its folder.
    mutating func add(lock part: URL) throws { lock = LockPart(process: getpid(), digest: try FileDigest(contentsOf: part)) }

    mutating func remove(_ kind: String) { obsolete.append(kind) }

    func publish(in places: Places, _ folder: WorkFolder) throws {
        let journal = places.work.appendingPathComponent(Self.journal)
        let part = journal.appendingPathExtension("partial")
        let text = try JSONEncoder.stable.encode(self)
        try folder.makingRoom { try DurableFile.write(text, to: part) }
        try DurableFile.rename(part, to: journal)
        var done: [PlacedMove] = []
        do {
            for move in placed(places) {
                try move.keepWhatIsThere()
                try DurableFile.rename(move.from, to: move.to)
                done.append(move)
            }
        } catch {
            // With a file that could not be put back the journal stays: the next command moves the others.
            let areBack = done.reversed().map { $0.putBack() }
            if areBack.allSatisfy({ $0 }) { unlink(journal.path) }
            throw error
        }
        for kind in obsolete { unlink(OutputFiles.file(places.outputs, places.name, kind).path) }
    }

    /// Moves what a stopped process has left to move.
    ///
    /// - Returns: whether there was anything.
    static func finish(in places: Places) throws -> Bool {
        let journal = places.work.appendingPathComponent(journal)
        guard let data = try? Data(contentsOf: journal) else { return false }
        guard let publication = try? JSONDecoder().decode(Self.self, from: data), publication.isOfKinds,
            publication.lock == nil || places.lock != nil, publication.isWhole(places)
        else {
            unlink(journal.path)
            return false
        }
        for move in publication.placed(places) where FileManager.default.fileExists(atPath: move.from.path) {
            try DurableFile.rename(move.from, to: move.to)
        }
        for kind in publication.obsolete { unlink(OutputFiles.file(places.outputs, places.name, kind).path) }
        return true
    }

    private var isOfKinds: Bool {
        let all = OutputFiles.kinds + OutputFiles.unmetKinds
        return moves.allSatisfy { all.contains($0.from) && all.contains($0.to) } && obsolete.allSatisfy(OutputFiles.unmetKinds.contains)
    }

    /// Whether every file is still what it was, here or there.
    private func isWhole(_ places: Places) -> Bool {
        placed(places).allSatisfy { move in [move.from, move.to].contains { (try? FileDigest(contentsOf: $0)) == move.digest } }
    }

    private func placed(_ places: Places) -> [PlacedMove] {
        var placed = moves.enumerated().map { number, move in
            PlacedMove(
                from: places.temporary(move.from), to: places.final(move.to), digest: move.digest,
                kept: places.work.appendingPathComponent("before.\(number)"))
        }
        if let lock, let final = places.lock {
            placed.append(
                PlacedMove(
                    from: Places.part(ofLock: final, process: lock.process), to: final, digest: lock.digest,
                    kept: places.work.appendingPathComponent("before.lock")))
        }
        return placed
    }
}

/// A file that gets its final name.
private struct PlacedMove {
    let from: URL
    let to: URL
    let digest: FileDigest
    /// A second name for what loses its own.
    let kept: URL

    /// By a copy, where the file system knows only one name.
    func keepWhatIsThere() throws {
        unlink(kept.path)
        guard link(to.path, kept.path) != 0, errno != ENOENT else { return }
        guard let before = try? Data(contentsOf: to) else { throw WriteFault(to, EACCES) }
        try DurableFile.write(before, to: kept)
    }

    /// - Returns: whether all is as it was.
    func putBack() -> Bool {
        guard rename(to.path, from.path) == 0 else { return false }
        guard FileManager.default.fileExists(atPath: kept.path) else { return true }
        if rename(kept.path, to.path) == 0 { return true }
        // As a copy, to another file system.
        guard let before = try? Data(contentsOf: kept) else { return false }
        return (try? DurableFile.write(before, to: to)) != nil
    }
}
