import ArgumentParser
import Foundation
import ModelCompression

/// The options of every command that computes. None of them changes a result.
struct ComputeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many threads compute; the result does not depend on it.", valueName: "n"))
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(
        help: ArgumentHelp(
            "Compute with one instruction set instead of the processor's best; the result does not depend on it.",
            valueName: "name"))
    var instructionSet: InstructionSet?

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads needs a number of at least 1") }
    }

    func apply() throws {
        try instructionSet?.force()
    }
}

extension InstructionSet: ExpressibleByArgument {}
