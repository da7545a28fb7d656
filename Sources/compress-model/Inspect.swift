import ArgumentParser
import ModelCompression

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a network file holds, layer by layer.",
        discussion: """
              compress-model inspect recipes/compressed/digits.cmdl
            """)

    @Argument(help: "An .onnx or .cmdl file.")
    var file: String

    func run() throws {
        Console.output.print(try Compression.inspect(file: file))
    }
}
