import Foundation
import Training

/// The checkpoints of a run, a file for each stage in the run's own folder.
///
/// A file begins with a digest of what follows and of what the run is made from: one that is damaged, or of another recipe or
/// other inputs, is never used.
final class CheckpointFiles: @unchecked Sendable {
    private let folder: URL
    private let key: String
    private let interval: Duration
    private let log: @Sendable (String) -> Void
    private let lock = NSLock()
    private var lastWrite = ContinuousClock.now
    private var hasFailed = false

    /// Of the files' form, and of the states in them.
    private static let version = 1
    private static let digestLength = 64

    /// - Parameters:
    ///   - inputs: all that the run's result depends on.
    ///   - interval: between two checkpoints of a stage, at least.
    init(in folder: WorkFolder, inputs: InputDigests, interval: Duration, log: @escaping @Sendable (String) -> Void) throws {
        self.folder = folder.url
        key = "\(Self.version) \(try inputs.combined())"
        self.interval = interval
        self.log = log
    }

    var checkpoints: Checkpoints {
        Checkpoints(isDue: { self.isDue }, read: { self.read($0) }, write: { self.write($0, $1) })
    }

    private var isDue: Bool { lock.withLock { lastWrite.duration(to: .now) >= interval } }

    private func file(_ stage: String) -> URL { folder.appendingPathComponent("\(stage).checkpoint") }

    private func digest(_ stage: String, _ state: some ContiguousBytes) -> Data {
        var digest = SHA256()
        digest.update(Array("\(key) \(stage)\n".utf8))
        digest.update(state)
        return Data(digest.hexadecimal().utf8)
    }

    private func read(_ stage: String) -> [UInt8]? {
        guard let data = try? Data(contentsOf: file(stage)) else { return nil }
        let state = data.dropFirst(Self.digestLength)
        guard data.prefix(Self.digestLength) == digest(stage, state) else {
            log("the checkpoint '\(stage)' is of other inputs or damaged: the stage begins anew")
            try? FileManager.default.removeItem(at: file(stage))
            return nil
        }
        log("going on from the checkpoint '\(stage)'")
        return Array(state)
    }

    /// A run goes on without a checkpoint that cannot be written.
    private func write(_ stage: String, _ state: [UInt8]) {
        lock.withLock { lastWrite = .now }
        let part = folder.appendingPathComponent("\(stage).partial")
        do {
            try DurableFile.write(digest(stage, state), state, to: part)
            try DurableFile.rename(part, to: file(stage))
        } catch {
            let isFirst = lock.withLock { () -> Bool in
                defer { hasFailed = true }
                return !hasFailed
            }
            if isFirst { log("warning: no checkpoints: \(error)") }
        }
    }
}
