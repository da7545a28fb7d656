import ArgumentParser
import ModelCompression

@main
struct CompressModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compress-model",
        abstract: "Compress a trained ONNX network as its YAML recipe says.",
        discussion: """
            A recipe names a network, its data, an accuracy that must be kept and a size to reach. The network is \
            pruned, retrained and quantized in rounds; the result is NAME.cmdl, NAME.onnx and NAME.report.json. The \
            same recipe and inputs give the same bytes on every machine, whatever the number of threads.

              compress-model recipes/digits.yaml              run a recipe
              compress-model check recipes/digits.yaml        show what it would do
              compress-model curve recipes/digits.yaml --ratios 8,16
                                                              show what sizes cost
              compress-model verify recipes/digits.yaml       run it again and compare with its lock
              compress-model expand digits.cmdl -o digits.onnx

            Exit status: 0 if the command succeeded and, for run, both constraints are met; 1 for a wrong argument, \
            recipe or file; 3 if the constraints cannot be met (the networks of an earlier run stay as they are); 4 if \
            something is not as the recipe's lock says.
            """,
        version: Compression.version,
        subcommands: [Run.self, Curve.self, Check.self, Verify.self, Diff.self, Inspect.self, Expand.self, Evaluate.self],
        defaultSubcommand: Run.self)

    /// Parses, runs, and ends the process with the exit status promised in the help.
    static func main() {
        Lifeline.watchIfAsked()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            Termination(of: error).exit()
        }
    }
}
