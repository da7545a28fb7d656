@testable import CompressedModel
import Testing

/// Predictions of levels from those before them in the row.
@Suite struct ColumnPredictorTests {
    @Test("Two rows of two levels predict as worked out by hand") func workedExample() {
        var predictor = ColumnPredictor(columns: 2)
        #expect(predictor.predictions == [0, 0])
        predictor.learn(1, at: 0)
        #expect(predictor.predictions == [0, 0])
        predictor.learn(1, at: 1)
        predictor.endRow()
        // Errors of 16/16 each: S = 256, z = 512, g = 2^32 / 2305 = 1863326, L = 16 g = 29813216.
        predictor.learn(2, at: 0)
        #expect(predictor.predictions[1] == (29_813_216 >> 16) * 32)
        predictor.learn(-1, at: 1)
        predictor.endRow()
        #expect(predictor.predictions == [0, 0])
        // d = -16, predicted 14528 >> 12 = 3, error -19; of column 0 the error is 32: S = 256 + 1024, z = 1024 + 256.
        let gain = 32 << 28 / (1_280 + 4 * 1_280 + 1) as Int
        predictor.learn(-1, at: 0)
        #expect(Int(predictor.predictions[1]) == (29_813_216 - 19 * gain) >> 16 * -16)
    }

    @Test("Predictions follow their formulas in bits, also beyond what is counted", arguments: [1, 2, 7, 40, 1_030])
    func formulas(columns: Int) {
        var random = RandomBits(seed: UInt64(columns))
        var (predictor, reference) = (ColumnPredictor(columns: columns), ReferencePredictor(columns: columns))
        for row in 0..<(columns > 1_000 ? 4 : 60) {
            for column in 0..<columns {
                #expect(predictor.predictions[column] == reference.predictions[column], "row \(row), column \(column)")
                let isHuge = random.chance(20)
                let level = isHuge ? [Int(Int32.max), -4_000_000_000, 2_047, -2_048][random.below(4)] : random.below(9) - 4 + row % 3
                predictor.learn(level, at: column)
                reference.learn(level, at: column)
            }
            predictor.endRow()
            reference.endRow()
        }
    }

    @Test("What is predicted is told by its size beside the expected one, and by its sign") func contexts() {
        let none = PredictedLevel(0, expected: 96)
        #expect(none.excess == 0 && none.signContext(of: 1) == 0 && !none.isNegative)
        // 2^20 / 65536 = 16 levels: 4096 / 256, 8 · 12 = 96 eighths of an octave.
        let large = PredictedLevel(1 << 20, expected: 96)
        #expect(large.excess == 12)
        #expect(large.signContext(of: 16) == 22)
        #expect(PredictedLevel(-1 << 20, expected: 96).signContext(of: -16) == 70)
        #expect(PredictedLevel(.max, expected: 33).excess == 19)
        #expect(PredictedLevel(.min, expected: 33).signContext(of: 1 << 33) == 95)
    }
}

/// The formulas as they are written, every coefficient after every row.
private struct ReferencePredictor {
    private(set) var predictions: [Int32]
    private var (errors, powers): ([Int], [Int])
    private var coefficients: [[Int32]]
    private var z = 0

    init(columns: Int) {
        predictions = [Int32](repeating: 0, count: columns)
        (errors, powers) = ([Int](repeating: 0, count: columns), [Int](repeating: 0, count: columns))
        coefficients = [[Int32]](repeating: predictions, count: columns)
    }

    private func behind(_ column: Int) -> Range<Int> { column + 1..<min(errors.count, column + 1_025) }

    mutating func learn(_ level: Int, at column: Int) {
        func clamp(_ number: Int, _ bound: Int) -> Int { max(-bound, min(bound, number)) }
        let d = clamp(level, 2_047) * 16
        z += d * d
        errors[column] = clamp(d - clamp(Int(predictions[column] >> 12), 32_767), 32_767)
        for i in behind(column) { predictions[i] &+= coefficients[column][i] >> 16 &* Int32(errors[column]) }
    }

    mutating func endRow() {
        for k in errors.indices {
            powers[k] += errors[k] * errors[k] - powers[k] >> 12
            let gain = min(1 << 24, abs(errors[k]) << 28 / (powers[k] + 4 * z + 1)) * errors[k].signum()
            for i in behind(k) { coefficients[k][i] &+= Int32(gain) &* Int32(errors[i]) }
            predictions[k] = 0
        }
        z = 0
    }
}
