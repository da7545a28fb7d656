import ArgumentParser
import ModelCompression

struct Curve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a network is worth at several sizes.",
        discussion: """
            Quantizes the recipe's network without training, once for each ratio, from one measurement of what errors of its weights \
            do, and prints a table of sizes and accuracies, each found out by reading the written file back. Writes NAME.8x.cmdl and \
            NAME.8x.onnx for a ratio of 8, whether they keep the recipe's accuracy or not. The recipe's own size target plays no part.

              compress-model curve recipes/digits.yaml --ratios 8,16,24
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(help: ArgumentHelp("How many times smaller than the original, a list.", valueName: "n,n,…"))
    var ratios: String

    @Option(help: ArgumentHelp("Where the outputs go, instead of the recipe's output directory.", valueName: "directory"))
    var outputDirectory: String?

    @OptionGroup var compute: ComputeOptions

    private var numbers: [Double?] { ratios.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) } }

    func validate() throws {
        guard numbers.allSatisfy({ $0.map { $0 > 1 && $0.isFinite } ?? false }) else {
            throw ValidationError("--ratios needs numbers greater than 1 with commas between them, not '\(ratios)'")
        }
    }

    func run() throws {
        try compute.apply()
        Console.output.print(
            try Compression.curve(
                recipe: recipe, ratios: numbers.compactMap { $0 }, outputDirectory: outputDirectory, threads: compute.threads,
                log: { Console.output.print($0) }))
    }
}
