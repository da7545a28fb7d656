import ArgumentParser
import ModelCompression

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a recipe and its files, and show what a run would do.",
        discussion: """
            Reports every fault of the recipe at once, with its place. Nothing is computed or written.

              compress-model check recipes/digits.yaml
              compress-model check recipes/digits.yaml --explain conv1
              compress-model check recipes/digits.yaml --explain-all
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @Option(
        help: ArgumentHelp(
            "Show only what would have to go together with a unit of this layer, and why.", valueName: "layer"))
    var explain: String?

    @Flag(help: "Show only what would have to go together with units of each layer, and why.")
    var explainAll = false

    func validate() throws {
        if explain != nil, explainAll { throw ValidationError("--explain and --explain-all exclude each other") }
    }

    func run() throws {
        Console.output.print(try text())
    }

    private func text() throws -> String {
        if explainAll { return try Compression.explainLayers(recipe: recipe) }
        return try explain.map { try Compression.explain(layer: $0, recipe: recipe) } ?? Compression.check(recipe: recipe)
    }
}
