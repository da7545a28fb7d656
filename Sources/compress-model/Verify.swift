import ArgumentParser
import ModelCompression

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a recipe again and compare everything with its lock.",
        discussion: """
            Computes every stage and output anew and compares their digests with NAME.lock beside the recipe. If one \
            differs, names the first stage that does and what has moved: recipe, network, data, algorithm or, all of them \
            equal, this machine (exit status 4). Writes nothing.

              compress-model verify recipes/digits.yaml
            """)

    @Argument(help: "The recipe, a YAML file.")
    var recipe: String

    @OptionGroup var compute: ComputeOptions

    func run() throws {
        try compute.apply()
        Console.output.print(
            try Compression.verify(recipe: recipe, threads: compute.threads, log: { Console.output.print($0) }))
    }
}
