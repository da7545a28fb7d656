/// What the network's output is compared with, per sample of a split.
package enum Targets: Sendable {
    /// One class per sample, of `width` classes.
    case classes([Int32], width: Int)
    /// `width` values per sample.
    case values([Float], width: Int)
    /// No labels: the original network's outputs are the only measure.
    case none(width: Int)

    package var width: Int {
        switch self {
        case .classes(_, let width), .values(_, let width), .none(let width): width
        }
    }
}
