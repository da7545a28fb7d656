import Foundation

/// The files of a run in their place, compared with its lock.
struct LockedOutputs {
    private let directory: URL
    private let name: String
    private let lock: Lock

    init(_ directory: URL, _ name: String, _ lock: Lock) {
        self.directory = directory
        self.name = name
        self.lock = lock
    }

    private func file(_ kind: String) -> URL { OutputFiles.file(directory, name, kind) }

    /// Whether the networks are those of the lock.
    var haveNetworks: Bool {
        OutputFiles.networks.allSatisfy { kind in
            lock.outputs[kind].map { (try? FileDigest(contentsOf: file(kind))) == $0 } ?? false
        }
    }

    /// What stands beside the networks: what is not there, and what is of another run.
    var others: (missing: [URL], foreign: [URL]) {
        let checks = [("report.json", isReport), ("provenance.json", isProvenance)]
        let missing = checks.filter { !FileManager.default.fileExists(atPath: file($0.0).path) }.map { file($0.0) }
        let foreign = checks.filter { kind, isOwn in !missing.contains(file(kind)) && !isOwn(file(kind)) }.map { file($0.0) }
        return (missing, foreign)
    }

    /// A report has times too; what the lock says must be what it says.
    private func isReport(_ file: URL) -> Bool {
        guard let data = try? Data(contentsOf: file), let report = try? JSONDecoder().decode(ReportFile.self, from: data) else {
            return false
        }
        return report.status == CompressionReport.Status.met.rawValue && Lock(inputs: lock.inputs, report: report) == lock
    }

    private func isProvenance(_ file: URL) -> Bool {
        guard let own = try? Provenance(name: name, lock: lock).encoded() else { return false }
        return (try? Data(contentsOf: file)) == own
    }
}
