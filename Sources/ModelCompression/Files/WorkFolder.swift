import Foundation

/// The hidden folder `.NAME.run` of a run in its output directory: what is not finished yet is there and nowhere else. Only one
/// run at a time has it, and nobody but the user who runs it can put anything there.
///
/// A run that was stopped leaves it behind, with its checkpoints; the next one of the same name takes it over.
final class WorkFolder {
    let url: URL
    private let claim: FolderClaim

    init(in directory: URL, name: String) throws {
        url = Self.folder(directory, name)
        claim = try FolderClaim(url, otherwise: """
            error: another run of '\(name)' is writing to '\(directory.relativePath)'; wait for it, or name another \
            output directory
            """)
    }

    private static func folder(_ directory: URL, _ name: String) -> URL {
        directory.appendingPathComponent(".\(name).run", isDirectory: true)
    }

    /// Whether a command was stopped when it published.
    static func hasPublication(in directory: URL, name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder(directory, name).appendingPathComponent(Publication.journal).path)
    }

    /// Ends the run: the folder and all that is in it are gone.
    func remove() { try? FileManager.default.removeItem(at: url) }

    /// Writes something of the result. Where there is no other room checkpoints give way: a run that has come so far needs them no more.
    func makingRoom(_ write: () throws -> Void) throws {
        do {
            try write()
        } catch let fault as WriteFault where fault.isOfSpace && removeCheckpoints() {
            try write()
        }
    }

    /// - Returns: whether there were any.
    private func removeCheckpoints() -> Bool {
        let files = (try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)) ?? []
        let checkpoints = files.filter { ["checkpoint", "partial"].contains($0.pathExtension) }
        for file in checkpoints { try? FileManager.default.removeItem(at: file) }
        return !checkpoints.isEmpty
    }
}
