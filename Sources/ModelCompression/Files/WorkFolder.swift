import Foundation

/// The hidden folder `.NAME.run` of a run in its output directory: what is not finished yet is there and nowhere else. Only one
/// run at a time has it.
///
/// A run that was stopped leaves it behind, with its checkpoints; the next one of the same name takes it over.
final class WorkFolder {
    let url: URL
    /// Holds the lock for as long as it is open.
    private let descriptor: Int32

    init(in directory: URL, name: String) throws {
        url = directory.appendingPathComponent(".\(name).run", isDirectory: true)
        descriptor = try Self.locked(url, otherwise: """
            error: another run of '\(name)' is writing to '\(directory.relativePath)'; wait for it, or name another \
            output directory
            """)
    }

    deinit { close(descriptor) }

    /// Ends the run: the folder and all that is in it are gone.
    func remove() { try? FileManager.default.removeItem(at: url) }

    private static func locked(_ folder: URL, otherwise message: String) throws -> Int32 {
        while true {
            guard mkdir(folder.path, 0o777) == 0 || errno == EEXIST else { throw failure(folder) }
            let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if descriptor < 0, errno == ENOENT { continue }
            guard descriptor >= 0 else { throw failure(folder) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw CompressionFailure(message)
            }
            if isStill(folder, descriptor) { return descriptor }
            // The run that had it has ended and removed it in between.
            close(descriptor)
        }
    }

    private static func isStill(_ folder: URL, _ descriptor: Int32) -> Bool {
        var (named, opened) = (stat(), stat())
        guard stat(folder.path, &named) == 0, fstat(descriptor, &opened) == 0 else { return false }
        return named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }

    private static func failure(_ folder: URL) -> CompressionFailure {
        CompressionFailure(
            "error: the folder '\(folder.relativePath)' cannot be used: \(String(cString: strerror(errno)))")
    }
}
