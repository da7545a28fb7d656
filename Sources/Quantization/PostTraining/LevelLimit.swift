/// How many levels a layer may have.
package enum LevelLimit: Sendable, Equatable {
    case none
    /// Distinct values, zero included.
    case most(Int)
}
