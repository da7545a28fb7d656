import CKernels
import Foundation
import Testing

/// Functions of other people's networks: their accuracy, and the same bits with every instruction set.
@Suite struct OperatorFunctionTests {
    private static let x: [Float] = {
        var random = Random(41)
        let wide = (0..<3000).map { Float($0 - 1500) * 0.0137 }
        return random.floats(1000) + wide + [0, -0.0, 1e-30, -1e-30, 1e9, -1e9, .infinity, -.infinity, .nan]
    }()

    private static let smooth: [(f: CKUnary, y: @Sendable (Double) -> Double)] = [
        (CK_ELU, { $0 < 0 ? 0.5 * expm1($0) : $0 }),
        (CK_CELU, { $0 < 0 ? 0.5 * expm1($0 / 0.5) : $0 }),
        (CK_SELU, { 1.25 * ($0 < 0 ? 0.5 * expm1($0) : $0) }),
        (CK_SOFTPLUS, { max($0, 0) + log1p(exp(-abs($0))) }),
        (CK_SOFTSIGN, { $0.isInfinite ? .nan : $0 / (1 + abs($0)) }),
        (CK_ERF, { erf($0) }),
    ]

    @Test("Smooth functions err by less than 8 ulp") func accuracy() {
        for (f, reference) in Self.smooth {
            let y = filled(Self.x.count) { ck_unary_forward(f, 0.5, 1.25, Int64(Self.x.count), Self.x, $0) }
            for (x, found) in zip(Self.x, y) {
                let exact = reference(Double(x))
                if exact.isNaN || exact.isInfinite {
                    #expect(found.isNaN == exact.isNaN && found.isInfinite == exact.isInfinite, "\(f) of \(x)")
                } else {
                    #expect(abs(Double(found) - exact) <= 8 * Double(Float(exact).ulp), "\(f) of \(x): \(found)")
                }
            }
        }
    }

    @Test("Powers are within 1 ulp and have the sign of odd exponents") func powers() {
        for exponent: Float in [-3, -1.5, -1, 0, 0.5, 1, 2, 3, 7.25] {
            let y = filled(Self.x.count) { ck_binary(CK_POWER, Int64(Self.x.count), Self.x, 1, [exponent], 0, $0) }
            for (x, found) in zip(Self.x, y) where x != 0 && x.isFinite {
                let exact = pow(Double(x), Double(exponent))
                let rounded = Float(exact)
                if rounded.isNaN || rounded.isInfinite {
                    #expect(firstDifference([found], [rounded]) == nil, "\(x) to the power of \(exponent)")
                } else {
                    #expect(abs(Double(found) - exact) <= Double(rounded.ulp), "\(x) to the power of \(exponent)")
                }
            }
        }
    }

    @Test("Every instruction set gives the same bits") func instructionSets() {
        var random = Random(42)
        let (a, b, dy) = (random.floats(1003), random.floats(1003), random.floats(1003))
        func results() -> [Float] {
            var all: [Float] = []
            for raw in CK_RELU.rawValue...CK_TRUTH.rawValue {
                let f = CKUnary(rawValue: raw)
                let y = filled(1003) { ck_unary_forward(f, 0.3, 0.7, 1003, a, $0) }
                all += y + filled(1003) { ck_unary_gradient(f, 0.3, 0.7, 1003, a, y, dy, $0) }
            }
            for raw in CK_ADD.rawValue...CK_XOR.rawValue {
                let f = CKBinary(rawValue: raw)
                let y = filled(1003) { ck_binary(f, 1003, a, 1, b, 1, $0) }
                var d = [Float](repeating: 0, count: 1003)
                ck_binary_gradient(f, false, 1003, a, 1, b, 1, y, dy, &d)
                ck_binary_gradient(f, true, 1003, a, 1, b, 1, y, dy, &d)
                all += y + d + filled(1003) { ck_binary(f, 1003, a, 1, [0.6], 0, $0) }
            }
            for raw in CK_REDUCE_SUM.rawValue...CK_LAST_MINIMUM.rawValue { all += reduced(CKReduction(rawValue: raw), a, dy) }
            return all
        }
        let first = results()
        withEachInstructionSet { set in #expect(firstDifference(results(), first) == nil, "\(set)") }
    }

    private static let gradients: [(f: CKBinary, term: @Sendable (_ a: Float, _ b: Float, _ dy: Float, _ sum: Float) -> Float)] = [
        (CK_ADD, { $3 + $2 }),
        (CK_SUBTRACT, { $3 + $2 }),
        (CK_MULTIPLY, { $3.addingProduct($2, $1) }),
        (CK_DIVIDE, { $3 + $2 / $1 }),
        (CK_MAXIMUM, { $0 >= $1 ? $3 + $2 : $3 }),
        (CK_MINIMUM, { $0 <= $1 ? $3 + $2 : $3 }),
        (CK_PRELU, { $0 < 0 ? $3.addingProduct($2, $1) : $3 + $2 }),
        (CK_POWER, { $3.addingProduct($2, $1 * power($0, $1 - 1)) }),
    ]

    private static func power(_ a: Float, _ b: Float) -> Float { filled(1) { ck_binary(CK_POWER, 1, [a], 1, [b], 1, $0) }[0] }

    @Test("The gradient of one number is sixteen sums in order", arguments: [1, 15, 16, 17, 64, 1003])
    func gradientOfNumber(count: Int) {
        var random = Random(43)
        let (b, dy) = (random.floats(count), random.floats(count))
        let number = random.float()
        for (f, term) in Self.gradients {
            let a = f == CK_POWER ? number.magnitude : number
            let y = filled(count) { ck_binary(f, Int64(count), [a], 0, b, 1, $0) }
            var sums = [Float](repeating: 0, count: 16)
            for i in 0..<count { sums[i % 16] = term(a, b[i], dy[i], sums[i % 16]) }
            let reference = sums.reduce(0.25, +)
            withEachInstructionSet { set in
                var found: Float = 0.25
                ck_binary_gradient(f, false, Int64(count), [a], 0, b, 1, y, dy, &found)
                #expect(found.bitPattern == reference.bitPattern, "\(f) with \(set): \(found) and \(reference)")
            }
        }
    }

    /// Over the middle axis of `[3, 5, 17]`, forward and gradient.
    private func reduced(_ f: CKReduction, _ x: [Float], _ dy: [Float]) -> [Float] {
        let kept: [Int64] = [0, 85, 170]
        let steps: [Int64] = [0, 17, 34, 51, 68]
        return kept.withUnsafeBufferPointer { kept in
            steps.withUnsafeBufferPointer { steps in
                let places = CKReductionPlaces(
                    kept: kept.baseAddress, reduced: steps.baseAddress, keptCount: 3, reducedCount: 5, inner: 17)
                let y = filled(51) { ck_reduce(f, places, x, $0) }
                return y + filled(255) { ck_reduce_gradient(f, places, x, y, dy, $0) }
            }
        }
    }
}
