import Foundation

/// The output directory: files are written under temporary names and appear under their final ones only when they
/// have been judged.
struct OutputFiles {
    static let kinds = ["cmdl", "onnx", "report.json"]

    private let directory: URL
    private let name: String

    /// Makes the directory if there is none.
    init(directory path: String, name: String) throws {
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
    }

    /// Finds out before the work what would make it vain: outputs that cannot be put in place, or would take the
    /// place of the network that they are made from.
    func check(sparing model: URL) throws {
        for kind in Self.kinds {
            let file = final(kind)
            guard file.resolvingSymlinksInPath().path != model.resolvingSymlinksInPath().path else {
                throw CompressionFailure(
                    "error: the output '\(file.relativePath)' would replace the recipe's network; name another "
                        + "output directory")
            }
            var isDirectory: ObjCBool = false
            guard !FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory) || !isDirectory.boolValue
            else { throw CompressionFailure("error: the output '\(file.relativePath)' is a directory") }
        }
        removeLeftovers()
    }

    /// Removes what runs that were stopped have left under temporary names; those of a run that is alive stay.
    private func removeLeftovers() {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for file in files where file.hasPrefix(".\(name).") && file.hasSuffix(".partial") {
            guard let process = file.split(separator: ".").dropLast().last.flatMap({ Int32($0) }),
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(at: directory.appendingPathComponent(file))
        }
    }

    func final(_ kind: String) -> URL { directory.appendingPathComponent("\(name).\(kind)") }

    private func temporary(_ kind: String) -> URL {
        directory.appendingPathComponent(".\(name).\(kind).\(ProcessInfo.processInfo.processIdentifier).partial")
    }

    /// Writes a file under its temporary name.
    func write(_ data: Data, _ kind: String) throws -> URL {
        let file = temporary(kind)
        do {
            try data.write(to: file)
        } catch {
            throw CompressionFailure("error: '\(file.relativePath)' cannot be written: \(error.shortDescription)")
        }
        return file
    }

    /// Gives temporary files their final names, replacing what was there.
    func publish(_ kinds: [String]) throws {
        for kind in kinds {
            guard rename(temporary(kind).path, final(kind).path) == 0 else {
                let reason = String(cString: strerror(errno))
                throw CompressionFailure("error: '\(final(kind).relativePath)' cannot be written: \(reason)")
            }
        }
    }

    /// Removes what is left under temporary names.
    func discard() {
        for kind in Self.kinds { try? FileManager.default.removeItem(at: temporary(kind)) }
    }
}
