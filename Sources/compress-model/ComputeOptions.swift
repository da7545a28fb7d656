import ArgumentParser
import Foundation
import ModelCompression

/// The options of every command that computes. None of them changes a result.
struct ComputeOptions: ParsableArguments {
    /// More than any machine has processors for one process.
    private static let mostThreads = 1024

    @Option(help: ArgumentHelp("How many threads compute; the result does not depend on it.", valueName: "n"))
    var threads = min(mostThreads, ProcessInfo.processInfo.activeProcessorCount)

    @Option(
        help: ArgumentHelp(
            "Compute with one instruction set instead of the processor's best; the result does not depend on it.",
            valueName: "name"))
    var instructionSet: InstructionSet?

    func validate() throws {
        guard (1...Self.mostThreads).contains(threads) else {
            throw ValidationError("--threads needs a number from 1 to \(Self.mostThreads)")
        }
    }

    func apply() throws {
        try instructionSet?.force()
    }
}

extension InstructionSet: ExpressibleByArgument {}
