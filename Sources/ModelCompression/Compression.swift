import CKernels
import Foundation
import NeuralGraph
import ONNX
import RecipeFormat
import Training

/// The work of the command line, one function per command. Paths are relative to the working directory.
public enum Compression {
    /// What is told apart by it: other results for the same inputs, and other files.
    public static var version: String {
        "compress-model, version \(Algorithm.latest) of the algorithm, version \(Recipe.version) of recipes"
    }

    /// Runs a recipe; progress lines go to `log`.
    ///
    /// The `.cmdl` and `.onnx` files appear under their final names only when both constraints are met by what was
    /// written and read back; otherwise those of an earlier run stay as they are. The report is written either way. With them
    /// comes the recipe's lock; when recipe, inputs and outputs are those of the lock, nothing is done.
    /// - Throws: `CompressionFailure` when the recipe or one of its files is wrong, `LockMismatch` where a result was to be
    ///   the locked one and is not.
    public static func run(
        recipe: String, options: CompressionOptions, log: @escaping @Sendable (String) -> Void
    ) throws -> CompressionReport {
        try watched(log) { try RecipeRun(recipe: recipe, options: options, progress: $0).report() }
    }

    /// Quantizes a recipe's network without training, once for each ratio, and writes NAME.8x.cmdl and NAME.8x.onnx for one of 8.
    /// - Returns: sizes and accuracies as a table.
    /// - Throws: `CompressionFailure` when the recipe or one of its files is wrong.
    public static func curve(
        recipe: String, ratios: [Double], outputDirectory: String?, threads: Int, log: @escaping @Sendable (String) -> Void
    ) throws -> String {
        try watched(log) {
            try SizeCurve(recipe: recipe, ratios: ratios, outputDirectory: outputDirectory, threads: threads, progress: $0).text()
        }
    }

    /// Runs a recipe again and compares every stage and output with its lock; writes nothing beside the recipe.
    /// - Returns: what was confirmed, as text.
    /// - Throws: `LockMismatch` with the first stage that differs and what has moved.
    public static func verify(
        recipe: String, threads: Int, log: @escaping @Sendable (String) -> Void
    ) throws -> String {
        try watched(log) { try Verification(recipe: recipe, threads: threads, progress: $0).text() }
    }

    /// What differs between two locks, as text.
    public static func difference(from old: String, to new: String) throws -> String {
        func lock(_ path: String) throws -> Lock {
            guard let lock = try Lock(contentsOf: URL(fileURLWithPath: path)) else {
                throw CompressionFailure("error: there is no '\(path)'")
            }
            return lock
        }
        return try explained { LockComparison(old: try lock(old), new: try lock(new)).text }
    }

    /// What `run` would do with a recipe, as text: its settings with defaults written out, resolved for every layer.
    /// - Throws: `CompressionFailure` with every fault of the recipe.
    public static func check(recipe: String) throws -> String {
        try explained { ResolvedPlan(job: try JobLoader.load(RecipeFile(recipe))).text }
    }

    /// What would go together with units of a layer of a recipe's network, and through which nodes, as text; or why they are protected.
    /// - Throws: `CompressionFailure` with every fault of the recipe, or where the network has no such layer.
    public static func explain(layer: String, recipe: String) throws -> String {
        let graph = try explained { try JobLoader.load(RecipeFile(recipe)) }.original
        guard let index = graph.layers.firstIndex(where: { $0.name == layer }) else {
            throw CompressionFailure(
                "error: the network has no layer '\(layer)'; it has \(graph.layers.map(\.name).joined(separator: ", "))")
        }
        return GroupExplanations(graph).text(ofLayer: index)
    }

    /// As `explain(layer:recipe:)`, of all layers; what goes together is told once.
    /// - Throws: `CompressionFailure` with every fault of the recipe.
    public static func explainLayers(recipe: String) throws -> String {
        let graph = try explained { try JobLoader.load(RecipeFile(recipe)) }.original
        let explanations = GroupExplanations(graph)
        return graph.layers.indices.map(explanations.text).withoutRepetitions.joined(separator: "\n")
    }

    /// What an `.onnx` or `.cmdl` file holds, as text.
    public static func inspect(file: String) throws -> String {
        try explained(file) { try Inspection(URL(fileURLWithPath: file)).text }
    }

    /// Writes the network in the `.cmdl` file `file` as an ordinary `.onnx` file.
    public static func expand(file: String, output: String) throws {
        let (source, target) = (URL(fileURLWithPath: file), URL(fileURLWithPath: output))
        let model = try explained(file) { try NetworkFile.compressed(source).expanded().encoded() }
        try explained {
            try ReadFiles([("the file that is expanded", source)]).spare(target, "name another one")
            guard model.count <= ModelProto.maximumByteCount else { throw ONNXError.tooLarge(byteCount: model.count) }
            try DurableFile.put(model, at: target)
        }
    }

    /// The recipe's metric of a network (`.onnx` or `.cmdl`) on a split of the recipe's data, as text.
    ///
    /// - Parameters:
    ///   - split: `validation` or `test`.
    ///   - log: is told how far it is.
    public static func evaluate(
        model: String, recipe: String, split: String, threads: Int, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> String {
        let job = try watched(log) { try $0.loading(RecipeFile(recipe)) }
        return try watched(log, model) {
            try ModelEvaluation(job: job, threads: threads, progress: $0).text(of: URL(fileURLWithPath: model), split: split)
        }
    }

    /// Work that tells `log` how far it is; what goes wrong is explained.
    private static func watched<Result>(
        _ log: @escaping @Sendable (String) -> Void, _ file: String? = nil, _ work: (RunProgress) throws -> Result
    ) throws -> Result {
        let progress = RunProgress(print: log)
        return try explained(file) { try progress.watched { try work(progress) } }
    }

    /// Turns whatever goes wrong into lines for the user; `file` is the one that the work is about. Whatever rounding mode or traps the
    /// process has set, the work is done in the floating-point state of the arithmetic contract.
    private static func explained<Result>(_ file: String? = nil, _ work: () throws -> Result) throws -> Result {
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        do {
            return try work()
        } catch let failure as CompressionFailure {
            throw failure
        } catch let mismatch as LockMismatch {
            throw mismatch
        } catch {
            throw CompressionFailure("error: " + (file.map { "'\($0)': " } ?? "") + error.shortDescription)
        }
    }
}

extension [String] {
    /// Layers of one group have one explanation.
    fileprivate var withoutRepetitions: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
