import ModelCompression
import Testing

/// Whether the kernels are compiled with optimisation; without, one run takes minutes.
let isOptimized: Bool = {
    #if DEBUG
        false
    #else
        true
    #endif
}()

/// All tests that run recipes, one after the other: each uses the processors by itself.
@Suite("Runs of recipes", .serialized, .enabled(if: isOptimized, "runs need a release build"))
struct Computing {
    /// A run that several tests look at.
    static let usual = Result { try TestRecipe().run() }
}

/// The failure that `work` ends in.
func failure(_ work: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> CompressionFailure? {
    do {
        try work()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let failure as CompressionFailure {
        return failure
    } catch {
        Issue.record("\(type(of: error)) was thrown: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}
