import Foundation
import PlainText

/// The right to use a folder, which one process has at a time, for as long as it keeps this.
final class FolderClaim {
    /// Holds the system's lock for as long as it is open.
    private let descriptor: Int32
    /// In place of the system's lock, where the file system has none.
    private let note: URL?

    /// Makes the folder if there is none.
    ///
    /// - Parameter message: what to say where another process has it.
    init(_ folder: URL, otherwise message: String) throws {
        while true {
            let isOwn = mkdir(folder.path, 0o700) == 0
            guard isOwn || errno == EEXIST else { throw Self.failure(folder) }
            let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if descriptor < 0, errno == ENOENT { continue }
            guard descriptor >= 0 else { throw Self.failure(folder) }
            do {
                // Some file systems say that all is somebody else's, also what was made just now.
                if !isOwn { try Self.checkOwner(descriptor, folder) }
                let note = try Self.lock(descriptor, folder, message)
                guard Self.isStill(folder, descriptor) else {
                    // The process that had it has ended and removed it in between.
                    close(descriptor)
                    continue
                }
                (self.descriptor, self.note) = (descriptor, note)
                return
            } catch {
                close(descriptor)
                throw error
            }
        }
    }

    deinit {
        close(descriptor)
        if let note { unlink(note.path) }
    }

    /// A folder that somebody else has made, or can write to, could hold links to anything.
    private static func checkOwner(_ descriptor: Int32, _ folder: URL) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(folder) }
        guard status.st_uid == geteuid() else {
            throw CompressionFailure(
                "error: the folder '\(folder.relativePath)' belongs to another user; remove it, or name another output directory")
        }
        // File systems without permissions have nothing to take away.
        if status.st_mode & 0o022 != 0 { fchmod(descriptor, status.st_mode & 0o755) }
    }

    /// - Returns: the note in place of a lock, where there is one.
    private static func lock(_ descriptor: Int32, _ folder: URL, _ message: String) throws -> URL? {
        while true {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return nil }
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw CompressionFailure(message)
            default: return try RunNote.leave(in: folder, otherwise: message)
            }
        }
    }

    private static func isStill(_ folder: URL, _ descriptor: Int32) -> Bool {
        var (named, opened) = (stat(), stat())
        guard stat(folder.path, &named) == 0, fstat(descriptor, &opened) == 0 else { return false }
        return named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }

    private static func failure(_ folder: URL) -> CompressionFailure {
        if errno == ELOOP || errno == ENOTDIR {
            return CompressionFailure(
                "error: '\(folder.relativePath)' is a link or no folder; remove it, or name another output directory")
        }
        return CompressionFailure(
            "error: the folder '\(folder.relativePath)' cannot be used: \(String(cString: strerror(errno)))")
    }
}

/// A file that says which process is at work in a folder, for file systems that lock nothing, as some of networks.
private enum RunNote {
    private static let name = "process"

    static func leave(in folder: URL, otherwise message: String) throws -> URL {
        let note = folder.appendingPathComponent(name)
        while true {
            let descriptor = open(note.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                let text = Data("\(getpid()) \(ProcessInfo.processInfo.hostName)\n".utf8)
                let isWritten = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == text.count
                close(descriptor)
                guard isWritten else { throw WriteFault(note, EIO) }
                return note
            }
            guard errno == EEXIST else { throw WriteFault(note) }
            guard let owner = try? String(contentsOf: note, encoding: .utf8) else { continue }
            guard isOver(owner) else { throw CompressionFailure(message + explanation(owner, note)) }
            unlink(note.path)
        }
    }

    /// Whether a process of this machine has left it and is gone.
    private static func isOver(_ owner: String) -> Bool {
        let parts = owner.split(separator: " ")
        guard parts.count == 2, let process = pid_t(parts[0]), process > 0 else { return false }
        guard parts[1].dropLast() == ProcessInfo.processInfo.hostName else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    private static func explanation(_ owner: String, _ note: URL) -> String {
        "\n(the file system has no locks; process \(owner.plain.trimmingCharacters(in: ["\u{FFFD}"])) has left '\(note.relativePath)': "
            + "remove it if that process is gone)"
    }
}
