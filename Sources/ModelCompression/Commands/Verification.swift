import Execution
import Foundation
import Training

/// `verify`: runs a recipe again, somewhere else, and compares everything with its lock.
struct Verification {
    private let file: RecipeFile
    private let threads: Int
    private let progress: RunProgress

    init(recipe: String, threads: Int, progress: RunProgress) throws {
        file = try RecipeFile(recipe)
        self.threads = threads
        self.progress = progress
    }

    /// - Returns: what was confirmed.
    /// - Throws: `LockMismatch` with the first stage that differs and what has moved.
    func text() throws -> String {
        try OutputFiles.finishPublication(URL(fileURLWithPath: file.outputDirectory, isDirectory: true), file.name, lock: file.lockFile)
        let locked = try Lock.required(file.lockFile, "a run of the recipe writes it")
        let comparison = LockComparison(old: locked, new: try computed())
        guard comparison.isEqual else { throw LockMismatch(mismatch(comparison)) }
        let outputs = locked.outputs.sorted { $0.key < $1.key }.map { "\($0.value.sha256)  \(file.name).\($0.key)" }
        return (["verified: \(locked.stages.count) stages and \(outputs.count) outputs are those of "
            + "'\(file.lockFile.relativePath)'"] + outputs).joined(separator: "\n")
    }

    private func computed() throws -> Lock {
        let job = try progress.loading(file)
        try RunMemory(job, threads: max(1, threads)).require()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("compress-model-\(UUID().uuidString)", isDirectory: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outputs = try OutputFiles(directory: folder.path, name: file.name, sparing: file.readFiles)
        let run = CompressionRun(
            job: job, inputs: try progress.digesting(file), outputs: outputs, parallel: Parallel(threads: max(1, threads)),
            checkpoints: .none, progress: progress)
        return try run.result().lock
    }

    private func mismatch(_ comparison: LockComparison) -> String {
        let moved = comparison.inputs
        let cause = moved.isEmpty
            ? ["recipe, model, data and algorithm are as locked: this machine computes otherwise"]
            : ["moved since then:"] + moved.map { "  \($0)" }
        let stage = comparison.stage.map { ["first stage that differs: \($0)"] } ?? ["all stages are as locked"]
        let results = comparison.results
        return (["error: '\(file.lockFile.relativePath)' is not confirmed"] + cause + stage
            + (results.isEmpty ? ["all outputs are as locked"] : results)).joined(separator: "\n")
    }
}
