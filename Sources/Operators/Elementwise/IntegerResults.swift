import NeuralGraph
import ONNX

/// What becomes of results that are integers: those of narrow types wrap around, as they do in ONNX Runtime; others are exact up to 2^24,
/// and none beyond (NaN).
struct IntegerResults: Sendable, Equatable {
    /// Of a type of up to 16 bits.
    private let narrow: Narrow?

    private struct Narrow: Equatable {
        let least: Float
        let count: Float
    }

    /// - Returns: `nil` for types that are no integers.
    init?(_ type: DataType) {
        guard let range = type.integerRange else { return nil }
        narrow = range.upperBound < 1 << 16 ? Narrow(least: Float(range.lowerBound), count: Float(range.count)) : nil
    }

    func take(_ y: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count {
            let number = y[index]
            if !(number.magnitude <= Self.greatest) {
                y[index] = .nan
            } else if let narrow {
                y[index] = number - ((number - narrow.least) / narrow.count).rounded(.down) * narrow.count
            }
        }
    }

    private static let greatest = Float(1 << 24)

    /// Whether numbers of one type may be none of another, and wrap around.
    static func wraps(from source: DataType, to target: DataType) -> Bool {
        guard source != .bool, let range = target.integerRange, range.upperBound < 1 << 16 else { return false }
        return source.integerRange.map { $0.lowerBound < range.lowerBound || $0.upperBound > range.upperBound } ?? true
    }
}
