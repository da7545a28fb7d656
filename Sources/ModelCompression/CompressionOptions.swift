import Foundation

/// What a caller chooses about a run beside its recipe.
public struct CompressionOptions: Sendable {
    /// The folder that receives the outputs; nil for the one the recipe names.
    public var outputDirectory: String?
    /// How many threads compute, at least 1. The bytes of the result do not depend on it.
    public var threads: Int
    /// Whether inputs and result must be those of the recipe's lock.
    public var isLocked: Bool
    /// Whether the network that comes nearest to constraints which cannot be met is written, as `NAME.best.cmdl` and
    /// `NAME.best.onnx`.
    public var keepsBest: Bool
    /// Seconds between two checkpoints of a stage, at least.
    public var checkpointInterval: Double
    /// Bytes of memory that the run may take; nil for what the machine has. A run that would take more is refused before it starts.
    public var memory: Int?
    /// In place of the recipe's effort.
    public var effort: Effort?
    /// In place of the recipe's seed.
    public var seed: UInt64?

    public enum Effort: String, Sendable, CaseIterable {
        case instant, fast, balanced, thorough
    }

    public init(
        outputDirectory: String? = nil, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        isLocked: Bool = false, keepsBest: Bool = false, checkpointInterval: Double = 30, memory: Int? = nil,
        effort: Effort? = nil, seed: UInt64? = nil
    ) {
        self.outputDirectory = outputDirectory
        self.threads = threads
        self.isLocked = isLocked
        self.keepsBest = keepsBest
        self.checkpointInterval = checkpointInterval
        self.memory = memory
        self.effort = effort
        self.seed = seed
    }
}
