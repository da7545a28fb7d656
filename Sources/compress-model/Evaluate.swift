import ArgumentParser
import ModelCompression

struct Evaluate: ParsableCommand {
    enum Split: String, ExpressibleByArgument, CaseIterable {
        case validation, test
    }

    static let configuration = CommandConfiguration(
        abstract: "Measure a network on a recipe's data.",
        discussion: """
              compress-model evaluate recipes/compressed/digits.cmdl --recipe recipes/digits.yaml --split test
            """)

    @Argument(help: "An .onnx or .cmdl file.")
    var model: String

    @Option(help: ArgumentHelp("The recipe whose data, normalization and metric are used.", valueName: "file"))
    var recipe: String

    @Option(help: ArgumentHelp("The part of the data to measure on.", valueName: "name"))
    var split = Split.validation

    @OptionGroup var compute: ComputeOptions

    func run() throws {
        try compute.apply()
        Console.output.print(
            try Compression.evaluate(
                model: model, recipe: recipe, split: split.rawValue, threads: compute.threads,
                log: { Console.errors.print($0) }))
    }
}
