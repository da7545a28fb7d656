import Execution
import Foundation
import RecipeFormat
import Training

/// `run`: makes the outputs of a recipe, unless they are there already, and locks what they are.
struct RecipeRun {
    private let file: RecipeFile
    private let options: CompressionOptions
    private let directory: String
    private let progress: RunProgress

    init(recipe: String, options: CompressionOptions, progress: RunProgress) throws {
        file = try RecipeFile(recipe, overrides: options.overrides)
        self.options = options
        directory = options.outputDirectory ?? file.outputDirectory
        self.progress = progress
    }

    func report() throws -> CompressionReport {
        try OutputFiles.finishPublication(URL(fileURLWithPath: directory, isDirectory: true), file.name, lock: file.lockFile)
        let locked = options.isLocked
            ? try Lock.required(file.lockFile, "a run without --locked writes it") : try Lock(contentsOf: file.lockFile)
        // What cannot be read is for the loader to tell, with everything else that is wrong.
        let digests = Result { try progress.digesting(file) }
        if options.isLocked, let locked { try require(digests.get(), asIn: locked) }
        if let locked, let inputs = try? digests.get(), try isUpToDate(locked, inputs) {
            return CompressionReport(status: .unchanged, summary: unchangedText(locked))
        }
        let job = try progress.loading(file)
        try RunMemory(job, threads: max(1, options.threads), limit: MemoryLimit(options.memory)).require()
        let readFiles = file.readFiles
        if locksResult { try file.checkLockCanBeWritten(sparing: readFiles) }
        let outputs = try OutputFiles(directory: directory, name: file.name, lock: file.lockFile, sparing: readFiles)
        let inputs = try digests.get()
        let checkpoints = try CheckpointFiles(
            in: outputs.work, inputs: inputs, interval: .seconds(options.checkpointInterval), log: { [progress] in progress($0) })
        let run = CompressionRun(
            job: job, inputs: inputs, outputs: outputs, parallel: Parallel(threads: max(1, options.threads)),
            checkpoints: checkpoints.checkpoints, progress: progress)
        let result = try run.result()
        if options.isLocked, let locked { try require(result, asIn: locked) }
        try checkInputs(are: inputs)
        let written = try publish(result, outputs)
        outputs.work.remove()
        let summary = [Summary(report: result.report, metric: job.metric).text, ""] + written.map { "wrote \($0.relativePath)" }
        return CompressionReport(status: result.status, summary: summary.joined(separator: "\n"))
    }

    /// What is made with another seed or effort is not what the recipe says.
    private var locksResult: Bool { !options.isLocked && options.effort == nil && options.seed == nil }

    /// What is published is what the inputs that were read make: one that was replaced since then is not among them.
    private func checkInputs(are inputs: InputDigests) throws {
        let moved = LockComparison.inputs(inputs, try progress.digesting(RecipeFile(file.path, overrides: options.overrides)))
        guard moved.isEmpty else {
            throw CompressionFailure(
                (["error: inputs have changed while they were worked on; nothing was written"] + moved).joined(separator: "\n"))
        }
    }

    /// Puts the outputs in their place, with the lock.
    private func publish(_ result: CompressionRun.Result, _ outputs: OutputFiles) throws -> [URL] {
        _ = try outputs.write(try result.report.encoded(), "report.json")
        guard result.status == .met else { return try publishUnmet(outputs) }
        _ = try outputs.write(try Provenance(name: file.name, lock: result.lock).encoded(), "provenance.json")
        let lock = try locksResult ? file.writeBesideLock(result.lock) : nil
        // It is gone already where it has become the lock.
        defer { if let lock { unlink(lock.path) } }
        try outputs.publish(OutputFiles.kinds, with: lock, removing: [OutputFiles.failedReport])
        return OutputFiles.kinds.map(outputs.final) + (lock == nil ? [] : [file.lockFile])
    }

    /// A report that is not of the networks beside it has another name.
    private func publishUnmet(_ outputs: OutputFiles) throws -> [URL] {
        let best = options.keepsBest ? OutputFiles.networks : []
        var names = Dictionary(uniqueKeysWithValues: best.map { ($0, OutputFiles.best($0)) })
        if outputs.hasNetworks { names["report.json"] = OutputFiles.failedReport }
        let kinds = ["report.json"] + best
        // What came nearest in another run is not what this report tells of.
        let obsolete = options.keepsBest ? [] : OutputFiles.bestNetworks
        try outputs.publish(kinds, as: names, removing: obsolete)
        return kinds.map { outputs.final(names[$0] ?? $0) }
    }

    // MARK: The lock of an earlier run

    private func require(_ inputs: InputDigests, asIn locked: Lock) throws {
        let moved = LockComparison.inputs(locked.inputs, inputs)
        guard moved.isEmpty else {
            throw LockMismatch(
                "error: the inputs are not those of '\(file.lockFile.relativePath)'\n" + moved.joined(separator: "\n"))
        }
    }

    private func require(_ result: CompressionRun.Result, asIn locked: Lock) throws {
        let comparison = LockComparison(old: locked, new: result.lock)
        guard comparison.isEqual else {
            throw LockMismatch(
                "error: the result is not that of '\(file.lockFile.relativePath)'; nothing was written\n" + comparison.text)
        }
    }

    /// Whether the outputs of these inputs are there, all of them.
    private func isUpToDate(_ locked: Lock, _ inputs: InputDigests) throws -> Bool {
        let outputs = LockedOutputs(URL(fileURLWithPath: directory, isDirectory: true), file.name, locked)
        guard inputs == locked.inputs, outputs.haveNetworks else { return false }
        let others = outputs.others
        if options.isLocked, let foreign = others.foreign.first {
            throw LockMismatch(
                "error: '\(foreign.relativePath)' is not of the run that '\(file.lockFile.relativePath)' tells of, beside networks "
                    + "that are; without it, it is made anew")
        }
        return others.foreign.isEmpty && others.missing.isEmpty
    }

    private func unchangedText(_ locked: Lock) -> String {
        let sizes = locked.outputs.sorted { $0.key < $1.key }.map { "\($0.value.bytes) bytes of .\($0.key)" }
        return "up to date: recipe, inputs and outputs are those of '\(file.lockFile.relativePath)': "
            + sizes.joined(separator: ", ")
    }
}

/// A lock and what was found in its place differ: complete lines, shown as they are.
public struct LockMismatch: Error, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}

extension CompressionOptions {
    var overrides: Recipe.Overrides {
        Recipe.Overrides(effort: effort.flatMap { Recipe.Effort(rawValue: $0.rawValue) }, seed: seed)
    }
}

extension RecipeFile {
    /// Finds out before the work.
    func checkLockCanBeWritten(sparing inputs: ReadFiles) throws {
        try inputs.spare(lockFile, "give the recipe another name")
        let path = FileManager.default.fileExists(atPath: lockFile.path) ? lockFile.path : folder.path
        guard FileManager.default.isWritableFile(atPath: path), FileManager.default.isWritableFile(atPath: folder.path)
        else { throw CompressionFailure("error: the lock '\(lockFile.relativePath)' cannot be written") }
    }

    /// Writes a lock under a temporary name.
    func writeBesideLock(_ lock: Lock) throws -> URL {
        let part = Publication.Places.part(ofLock: lockFile, process: getpid())
        unlink(part.path)
        try DurableFile.write(try lock.encoded(), to: part)
        return part
    }
}
