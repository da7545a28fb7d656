import ArgumentParser
import ModelCompression

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a recipe (the default command).",
        discussion: """
            Writes NAME.cmdl, NAME.onnx, NAME.report.json and NAME.provenance.json if the accuracy and the size that the \
            recipe asks for are both met, and the report alone otherwise (exit status 3). Beside the recipe, NAME.lock tells \
            what the result is made from and what it is; put it under version control. When all of that is there and \
            unchanged, nothing is done.

              compress-model run recipes/digits.yaml --threads 4
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(
        help: ArgumentHelp(
            "Where the outputs go, instead of the recipe's output directory.", valueName: "directory"))
    var outputDirectory: String?

    @Flag(
        help: """
            Fail, before any work, if recipe, network, data or algorithm are not those of NAME.lock, and after it if the \
            result is not (exit status 4). The lock is not written.
            """)
    var locked = false

    @Flag(
        help: "If the constraints cannot be met, write what comes nearest to them as NAME.best.cmdl and NAME.best.onnx.")
    var keepBest = false

    /// A year.
    private static let greatestInterval = 31_536_000.0

    @Option(
        help: ArgumentHelp(
            """
            The least time between two checkpoints. A run that was stopped goes on from its last one, to the same result.
            """, valueName: "seconds"))
    var checkpointInterval = 30.0

    @Option(
        help: ArgumentHelp(
            "How much memory the run may take, as 8GB; a run that would take more is refused before it starts.",
            valueName: "size"))
    var memory: ByteCount?

    @Option(help: "instant, fast, balanced or thorough, instead of the recipe's effort.")
    var effort: CompressionOptions.Effort?

    @Option(help: "The seed of all random numbers, instead of the recipe's.")
    var seed: UInt64?

    @OptionGroup var compute: ComputeOptions

    func validate() throws {
        guard (0...Self.greatestInterval).contains(checkpointInterval) else {
            throw ValidationError("--checkpoint-interval needs a number of seconds from 0 to \(Int(Self.greatestInterval))")
        }
    }

    func run() throws {
        try compute.apply()
        let report = try Compression.run(
            recipe: recipe,
            options: CompressionOptions(
                outputDirectory: outputDirectory, threads: compute.threads, isLocked: locked,
                keepsBest: keepBest, checkpointInterval: checkpointInterval, memory: memory?.bytes,
                effort: effort, seed: seed),
            log: { Console.output.print($0) })
        Console.output.print(report.summary)
        if let shortfall = report.status.shortfall {
            Console.errors.print("error: \(shortfall)")
            throw Termination.constraintsUnmet
        }
    }
}

extension CompressionOptions.Effort: ExpressibleByArgument {}

extension CompressionReport.Status {
    /// What was not reached; nil when everything was.
    fileprivate var shortfall: String? {
        switch self {
        case .met, .unchanged: nil
        case .accuracyUnmet: "the accuracy constraint cannot be met; .cmdl and .onnx were not written"
        case .sizeUnmet: "the size target cannot be met at the required accuracy; .cmdl and .onnx were not written"
        }
    }
}
