import ArgumentParser
import ModelCompression

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what differs between two locks.",
        discussion: """
            Names what has moved between two versions of a result (recipe, network, data, algorithm), the first stage that \
            came out otherwise, and sizes and accuracies.

              compress-model diff old/digits.lock recipes/digits.lock
            """)

    @Argument(help: "The lock of one version.")
    var old: String

    @Argument(help: "The lock of the other version.")
    var new: String

    func run() throws {
        Console.output.print(try Compression.difference(from: old, to: new))
    }
}
