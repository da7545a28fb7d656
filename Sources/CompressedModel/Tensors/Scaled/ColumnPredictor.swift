import CKernels

/// Predicts the levels of a row, one after the other, from those before them in the row (`FORMAT.md`, section 5).
///
/// A prediction is a sum of the errors of the predictions before it, of which each has a coefficient: as these errors are hardly
/// correlated, each coefficient learns for itself, by a step of gradient descent after each row, as if the columns were made
/// orthogonal one after the other (J. P. Gram, 1883; E. Schmidt, 1907). All numbers are integers, and all bytes give some.
struct ColumnPredictor {
    /// For how many columns after it an error counts.
    private static let reach = 1_024
    /// Levels beyond count as this one, so that sums stay in range.
    private static let greatest = 2_047
    /// Errors in 1/16, and gains in 1/16,777,216, are at most so much.
    private static let (greatestError, greatestGain) = (32_767, 1 << 24)

    private let columns: Int
    /// How many coefficients each column has: one for each column after it that it counts for.
    private let width: Int
    /// In 2^-28.
    private var coefficients: [Int32]
    /// Of the row, in 1/65,536.
    private(set) var predictions: [Int32]
    /// In 1/16: of this row up to the column that was learnt last, of the row before behind it.
    private var errors: [Int32]
    /// What the row before says of the coefficients of each column: its error as a share of all that the coefficients know.
    private var gains: [Int32]
    /// The squares of errors so far, and of the row's levels, in 1/256.
    private var powers: [Int]
    private var rowPower = 0

    init(columns: Int) {
        self.columns = columns
        width = Self.width(columns)
        coefficients = [Int32](repeating: 0, count: columns * width)
        predictions = [Int32](repeating: 0, count: columns)
        (errors, gains) = (predictions, predictions)
        powers = [Int](repeating: 0, count: columns)
    }

    static func width(_ columns: Int) -> Int { min(reach, max(0, columns - 1)) }

    /// What is predicted of a column, beside the magnitude that is expected.
    @inline(__always)
    func prediction(at column: Int, _ expected: (row: Int, near: Int)) -> PredictedLevel {
        PredictedLevel(predictions[column], expected: expected.row &+ expected.near &+ 33)
    }

    /// Learns the level of a column.
    mutating func learn(_ level: Int, at column: Int) {
        let bounded = max(-Self.greatest, min(Self.greatest, level)) &* 16
        let predicted = Self.bounded(Int(predictions[column] >> 12))
        let error = Int32(truncatingIfNeeded: Self.bounded(bounded &- predicted))
        rowPower &+= bounded &* bounded
        predict(after: column, error)
        errors[column] = error
    }

    private mutating func predict(after column: Int, _ error: Int32) {
        let count = min(width, columns &- column &- 1)
        guard count > 0 else { return }
        coefficients.withUnsafeMutableBufferPointer { coefficients in
            predictions.withUnsafeMutableBufferPointer { predictions in
                errors.withUnsafeBufferPointer { errors in
                    guard let c = coefficients.baseAddress, let p = predictions.baseAddress, let e = errors.baseAddress else { return }
                    ck_predict_from(
                        Int64(count), gains[column], e + column + 1, error, c + column * width, p + column + 1)
                }
            }
        }
    }

    mutating func endRow() {
        for column in 0..<columns {
            let error = Int(errors[column])
            powers[column] &+= error &* error &- powers[column] >> 12
            let gain = min(Self.greatestGain, Int(error.magnitude) << 28 / (powers[column] &+ 4 &* rowPower &+ 1))
            gains[column] = Int32(truncatingIfNeeded: error < 0 ? -gain : gain)
            predictions[column] = 0
        }
        rowPower = 0
    }

    private static func bounded(_ error: Int) -> Int { max(-greatestError, min(greatestError, error)) }
}

/// The level that is predicted, as a context.
struct PredictedLevel {
    let isNegative: Bool
    /// How large it is and what is expected, in eighths of an octave of 1/256.
    private let (octaves, expected): (Int, Int)

    /// - Parameters:
    ///   - prediction: in 1/65,536.
    ///   - expected: eighths of an octave.
    init(_ prediction: Int32, expected: Int) {
        isNegative = prediction < 0
        octaves = Self.octaves(Int(prediction.magnitude >> 8))
        self.expected = expected
    }

    /// By how much it is larger than what is expected: 0 … 19.
    var excess: Int { max(0, min(59, octaves &- expected &+ 36)) / 3 }

    /// How strongly it speaks for a sign of a level, and for which: 0 … 95.
    func signContext(of level: Int) -> Int {
        let strength = octaves &+ Self.octaves(Int(level.magnitude) &* 256) &- 2 &* expected
        return (isNegative ? 48 : 0) &+ max(0, min(95, strength &+ 45)) / 2
    }

    /// Eighths of an octave of a number, from 8 on.
    @inline(__always)
    private static func octaves(_ number: Int) -> Int {
        let bounded = max(8, min(1 << 23, number))
        let octave = Int.bitWidth &- 1 &- bounded.leadingZeroBitCount
        return 8 &* octave &+ bounded >> (octave &- 3) & 7
    }
}
