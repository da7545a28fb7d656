import ArgumentParser
import ModelCompression

struct Expand: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn a .cmdl file into an ordinary .onnx file.",
        discussion: """
              compress-model expand recipes/compressed/digits.cmdl -o digits.onnx
            """)

    @Argument(help: "The .cmdl file.")
    var file: String

    @Option(name: [.short, .long], help: ArgumentHelp("The .onnx file to write.", valueName: "file"))
    var output: String

    func run() throws {
        try Compression.expand(file: file, output: output)
    }
}
