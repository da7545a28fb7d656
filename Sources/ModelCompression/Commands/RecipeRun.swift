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
        let locked = options.isLocked
            ? try Lock.required(file.lockFile, "a run without --locked writes it") : try Lock(contentsOf: file.lockFile)
        // What cannot be read is for the loader to tell, with everything else that is wrong.
        let known = locked == nil ? nil : Result { try progress.digesting(file) }
        if options.isLocked, let locked, let known { try require(known.get(), asIn: locked) }
        if let locked, let inputs = try? known?.get(), isUpToDate(locked, inputs) {
            return CompressionReport(status: .unchanged, summary: unchangedText(locked))
        }
        let job = try progress.loading(file)
        if locksResult { try file.checkLockCanBeWritten() }
        let outputs = try OutputFiles(directory: directory, name: file.name, sparing: file.modelFile)
        let inputs = try known?.get() ?? progress.digesting(file)
        let checkpoints = try CheckpointFiles(
            in: outputs.work, inputs: inputs, interval: .seconds(options.checkpointInterval), log: { [progress] in progress($0) })
        let run = CompressionRun(
            job: job, inputs: inputs, outputs: outputs, parallel: Parallel(threads: max(1, options.threads)),
            checkpoints: checkpoints.checkpoints, progress: progress)
        let result = try run.result()
        if options.isLocked, let locked { try require(result, asIn: locked) }
        let written = try publish(result, outputs)
        outputs.work.remove()
        let summary = [Summary(report: result.report, metric: job.metric).text, ""] + written.map { "wrote \($0.relativePath)" }
        return CompressionReport(status: result.status, summary: summary.joined(separator: "\n"))
    }

    /// What is made with another seed or effort is not what the recipe says.
    private var locksResult: Bool { !options.isLocked && options.effort == nil && options.seed == nil }

    /// Puts the outputs in their place, and the lock last: it speaks of files that are there.
    private func publish(_ result: CompressionRun.Result, _ outputs: OutputFiles) throws -> [URL] {
        _ = try outputs.write(try result.report.encoded(), "report.json")
        guard result.status == .met else {
            try outputs.publish(["report.json"])
            let best = options.keepsBest ? OutputFiles.networks : []
            for kind in best { try outputs.publish(kind, as: "best.\(kind)") }
            return ["report.json"].map(outputs.final) + best.map { outputs.final("best.\($0)") }
        }
        _ = try outputs.write(try Provenance(name: file.name, lock: result.lock).encoded(), "provenance.json")
        try outputs.publish(OutputFiles.kinds)
        if locksResult { try file.write(result.lock) }
        return OutputFiles.kinds.map(outputs.final) + (locksResult ? [file.lockFile] : [])
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

    /// Whether the outputs of these inputs are there.
    private func isUpToDate(_ locked: Lock, _ inputs: InputDigests) -> Bool {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        func output(_ kind: String) -> URL { OutputFiles.file(folder, file.name, kind) }
        guard inputs == locked.inputs,
            OutputFiles.kinds.allSatisfy({ FileManager.default.fileExists(atPath: output($0).path) })
        else { return false }
        return locked.outputs.allSatisfy { kind, digest in (try? FileDigest(contentsOf: output(kind))) == digest }
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
    func checkLockCanBeWritten() throws {
        let path = FileManager.default.fileExists(atPath: lockFile.path) ? lockFile.path : folder.path
        guard FileManager.default.isWritableFile(atPath: path), FileManager.default.isWritableFile(atPath: folder.path)
        else { throw CompressionFailure("error: the lock '\(lockFile.relativePath)' cannot be written") }
    }

    func write(_ lock: Lock) throws {
        // Another run, into another directory, may write its lock at the same time.
        let part = folder.appendingPathComponent(".\(name).lock.\(getpid())")
        try DurableFile.write(try lock.encoded(), to: part)
        try DurableFile.rename(part, to: lockFile)
    }
}
