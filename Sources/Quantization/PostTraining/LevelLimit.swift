/// How many levels a layer may have.
package enum LevelLimit: Sendable, Equatable {
    case none
    /// Distinct values, zero included.
    case most(Int)

    /// The greatest level on either side of zero.
    var greatest: Float {
        switch self {
        case .none: 0x1p20
        case .most(let count): Float(max(1, (count - 1) / 2))
        }
    }
}
