import Foundation

/// What a caller chooses about a run without changing its result.
public struct CompressionOptions: Sendable {
    /// The folder that receives the outputs; nil for the one the recipe names.
    public var outputDirectory: String?
    /// How many threads compute, at least 1. The bytes of the result do not depend on it.
    public var threads: Int

    public init(
        outputDirectory: String? = nil, threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.outputDirectory = outputDirectory
        self.threads = threads
    }
}
