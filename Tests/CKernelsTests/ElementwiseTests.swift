import CKernels
import Foundation
import Testing

/// Every exponent with several significands, both signs, and the special values.
private let arguments: [Float] = {
    var values: [Float] = [0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity, .nan]
    for exponent in 1..<255 {
        for significand: UInt32 in [0, 1, 0x12_3456, 0x3504F3, 0x3504F4, 0x55_5555, 0x7F_FFFF] {
            values.append(Float(bitPattern: UInt32(exponent) << 23 | significand))
        }
    }
    for i in 0..<2000 { values.append(Float(i) * 0.05) }
    return values + values.map { -$0 }
}()

private typealias Derivative = (_ x: Float, _ y: Float, _ dy: Float) -> Float

private var functions: [(f: CKUnary, y: (Float) -> Float, dx: Derivative)] {
    [
        (CK_RELU, { $0 <= 0 ? 0 : $0 }, { x, _, dy in x > 0 ? dy : 0 }),
        (CK_LEAKY_RELU, { $0 >= 0 ? $0 : 0.1 * $0 }, { x, _, dy in x > 0 ? dy : 0.1 * dy }),
        (CK_CLIP, { $0 < 0.1 ? 0.1 : $0 > 6 ? 6 : $0 }, { x, _, dy in x >= 0.1 && x <= 6 ? dy : 0 }),
        (CK_SQRT, { $0.squareRoot() }, { _, y, dy in y > 0 ? dy / (y + y) : 0 }),
        (CK_NEGATE, { -$0 }, { _, _, dy in -dy }),
        (CK_ABSOLUTE, { abs($0) }, { x, _, dy in x > 0 ? dy : x < 0 ? -dy : 0 }),
        (CK_RECIPROCAL, { 1 / $0 }, { _, y, dy in -(dy * (y * y)) }),
    ]
}

/// References in double precision.
private var transcendental: [(f: CKUnary, y: (Double) -> Double, dx: Derivative)] {
    [
        (CK_EXP, { exp($0) }, { _, y, dy in dy * y }),
        (CK_LOG, { log($0) }, { x, _, dy in dy / x }),
        (CK_TANH, { tanh($0) }, { _, y, dy in dy * Float(1).addingProduct(-y, y) }),
        (CK_SIGMOID, { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }, { _, y, dy in dy * (y * (1 - y)) }),
    ]
}

extension KernelTests {
    private func forward(_ f: CKUnary, _ x: [Float]) -> [Float] {
        filled(x.count) { ck_unary_forward(f, 0.1, 6, Int64(x.count), x, $0) }
    }

    private func gradient(_ f: CKUnary, _ x: [Float], _ y: [Float], _ dy: [Float]) -> [Float] {
        filled(x.count) { ck_unary_gradient(f, 0.1, 6, Int64(x.count), x, y, dy, $0) }
    }

    @Test("Exact functions and all gradients equal their formulas in bits") func exactFunctions() {
        var random = Random(10)
        let dy = random.floats(arguments.count)
        let all = functions.map { ($0.f, Optional($0.y), $0.dx) } + transcendental.map { ($0.f, nil, $0.dx) }
        withEachInstructionSet { set in
            for (f, function, derivative) in all {
                let y = forward(f, arguments)
                if let function { #expect(firstDifference(y, arguments.map(function)) == nil, "\(f) \(set)") }
                let expected = arguments.indices.map { derivative(arguments[$0], y[$0], dy[$0]) }
                #expect(firstDifference(gradient(f, arguments, y, dy), expected) == nil, "\(f) \(set)")
            }
        }
    }

    @Test("exp, log, tanh and sigmoid err by less than 2 ulp, with the same bits in every instruction set")
    func transcendentalFunctions() {
        for (f, reference, _) in transcendental {
            let expected = arguments.map { reference(Double($0)) }
            let first = forward(f, arguments)
            for (i, exact) in expected.enumerated() {
                let rounded = Float(exact)
                if rounded.isNaN || rounded.isInfinite {
                    #expect(firstDifference([first[i]], [rounded]) == nil, "\(f) of \(arguments[i])")
                } else {
                    let error = abs(Double(first[i]) - exact) / Double(rounded.ulp)
                    #expect(error < 2, "\(f) of \(arguments[i]): \(first[i])")
                }
            }
            withEachInstructionSet { set in
                #expect(firstDifference(forward(f, arguments), first) == nil, "\(f) \(set)")
            }
        }
    }

    @Test("A result may be the operand's own array") func inPlace() {
        withEachInstructionSet { set in
            for (f, _, _) in transcendental {
                var x = arguments
                x.withUnsafeMutableBufferPointer { buffer in
                    guard let start = buffer.baseAddress else { return }
                    ck_unary_forward(f, 0.1, 6, Int64(buffer.count), start, start)
                }
                #expect(firstDifference(x, forward(f, arguments)) == nil, "\(f) \(set)")
            }
        }
    }

    @Test("Operators of two arguments take arrays or single values") func binary() {
        let operators: [(CKBinary, (Float, Float) -> Float)] = [
            (CK_ADD, { $0 + $1 }), (CK_SUBTRACT, { $0 - $1 }), (CK_MULTIPLY, { $0 * $1 }), (CK_DIVIDE, { $0 / $1 }),
        ]
        let a = arguments, b = Array(arguments.reversed())
        withEachInstructionSet { set in
            for (f, operation) in operators {
                for (aStride, bStride) in [(1, 1), (1, 0), (0, 1), (0, 0)] {
                    let expected = a.indices.map { operation(a[$0 * aStride], b[$0 * bStride]) }
                    let y = filled(a.count) { ck_binary(f, Int64(a.count), a, Int64(aStride), b, Int64(bStride), $0) }
                    #expect(firstDifference(y, expected) == nil, "\(f) \(set) \(aStride) \(bStride)")
                }
            }
        }
    }

    @Test("A scale and a shift are one fma") func affine() {
        var random = Random(11)
        let rows = 3, count = 37
        let x = random.floats(rows * count), scale = random.floats(rows), shift = random.floats(rows)
        func check(_ scale: [Float]?, _ shift: [Float]?, _ expected: (Float, Int) -> Float) {
            let values = x.indices.map { expected(x[$0], $0 / count) }
            withEachInstructionSet { set in
                let y = filled(x.count) { ck_affine_forward(Int64(rows), Int64(count), x, scale, shift, $0) }
                #expect(firstDifference(y, values) == nil, "\(set)")
            }
        }
        check(scale, shift) { shift[$1].addingProduct($0, scale[$1]) }
        check(scale, nil) { $0 * scale[$1] }
        check(nil, shift) { $0 + shift[$1] }
        check(nil, nil) { x, _ in x }
    }
}
