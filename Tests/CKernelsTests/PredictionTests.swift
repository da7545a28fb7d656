import CKernels
import Testing

extension KernelTests {
    @Test("Prediction follows its formula in bits and wraps around") func prediction() {
        var random = Random(27)
        for count in [0, 1, 7, 64, 301] {
            func integers() -> [Int32] { (0..<count).map { _ in Int32(truncatingIfNeeded: random.next()) } }
            let (errors, coefficients, predictions) = (integers(), integers(), integers())
            let (gain, error) = (Int32(truncatingIfNeeded: random.next()), Int32(random.integer(-32_767...32_767)))
            let moved = zip(coefficients, errors).map { $0 &+ gain &* $1 }
            let expected = zip(predictions, moved).map { $0 &+ ($1 >> 16) &* error }
            withEachInstructionSet { set in
                var (c, p) = (coefficients, predictions)
                ck_predict_from(Int64(count), gain, errors, error, &c, &p)
                #expect(c == moved && p == expected, "\(set) \(count)")
            }
        }
    }
}
