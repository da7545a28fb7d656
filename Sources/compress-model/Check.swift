import ArgumentParser
import ModelCompression

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a recipe and its files, and show what a run would do.",
        discussion: """
            Reports every fault of the recipe at once, with its place. Nothing is computed or written.

              compress-model check recipes/digits.yaml
              compress-model check recipes/digits.yaml --explain conv1
              compress-model check recipes/digits.yaml --explain        of all layers
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(
        help: ArgumentHelp(
            "Show only what would have to go together with a unit of this layer, or of all without a name, and why.",
            valueName: "layer"))
    var explain: String?

    func run() throws {
        Console.output.print(
            try explain.map { try Compression.explain(layer: $0, recipe: recipe) } ?? Compression.check(recipe: recipe))
    }
}
