/// The part of the samples of a source that a split is made of.
package enum Take: Hashable, Sendable {
    case all
    case first(Int)
    case last(Int)
    /// Samples counted from 0, without the upper bound.
    case range(Range<Int>)

    /// The samples taken of `count`, or nil if there are not that many.
    func bounds(of count: Int) -> Range<Int>? {
        switch self {
        case .all: return 0..<count
        case .first(let wanted): return (0...count).contains(wanted) ? 0..<wanted : nil
        case .last(let wanted): return (0...count).contains(wanted) ? count - wanted..<count : nil
        case .range(let range): return range.lowerBound >= 0 && range.upperBound <= count ? range : nil
        }
    }
}

extension Take: CustomStringConvertible {
    /// As recipes have it.
    package var description: String {
        switch self {
        case .all: "all"
        case .first(let count): "first \(count)"
        case .last(let count): "last \(count)"
        case .range(let range): "range \(range.lowerBound) \(range.upperBound)"
        }
    }
}
