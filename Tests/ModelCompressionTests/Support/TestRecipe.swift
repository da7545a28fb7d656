import Foundation
import ModelCompression

/// A recipe for the digits that takes about half a second, in parts that tests replace.
struct TestRecipe {
    var model = Digits.model.path
    var train = Digits.source("train", take: "first 1057")
    var validation = Digits.source("train", take: "last 200")
    var test: String? = Digits.source("test")
    var normalize = "{scale: 0.0625}"
    var accuracy = "{max_drop: 0.1}"
    var size = "{ratio: 18}"
    var prune = "{epochs: 16}"
    var retrain = "{epochs: 2}"
    var quantize = "{rounds: 2, epochs: 10}"
    /// Further keys, a line each.
    var more: [String] = []

    func with(_ change: (inout TestRecipe) -> Void) -> TestRecipe {
        var copy = self
        change(&copy)
        return copy
    }

    var text: String {
        var lines = ["recipe: 1", "model: \(model)", "data:", "  train: \(train)", "  validation: \(validation)"]
        if let test { lines.append("  test: \(test)") }
        lines += [
            "  normalize: \(normalize)", "constraints:", "  accuracy: \(accuracy)", "  size: \(size)",
            "prune: \(prune)", "retrain: \(retrain)", "quantize: \(quantize)",
        ]
        return (lines + more).joined(separator: "\n") + "\n"
    }

    /// Runs the recipe as `net.yaml` in a folder.
    func run(
        in folder: TemporaryFolder, threads: Int = 2, effort: CompressionOptions.Effort? = nil, seed: UInt64? = nil
    ) throws -> FinishedRun {
        let path = try folder.write("net.yaml", Data(text.utf8))
        let report = try Compression.run(
            recipe: path, options: CompressionOptions(threads: threads, effort: effort, seed: seed)
        ) { _ in }
        return try FinishedRun(report: report, folder: folder)
    }

    /// Runs the recipe in a folder of its own.
    func run(
        threads: Int = 2, effort: CompressionOptions.Effort? = nil, seed: UInt64? = nil
    ) throws -> FinishedRun {
        try run(in: TemporaryFolder(), threads: threads, effort: effort, seed: seed)
    }
}
