import ArgumentParser
import ModelCompression

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a recipe and its files, and show what a run would do.",
        discussion: """
            Reports every fault of the recipe at once, with its place. Nothing is computed or written.

              compress-model check recipes/digits.yaml
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    func run() throws {
        Console.output.print(try Compression.check(recipe: recipe))
    }
}
