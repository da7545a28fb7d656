import CKernels
import Foundation
import Testing

/// Circular and hyperbolic functions and their inverses against the C library's in 64 bits.
@Suite struct CircularFunctionTests {
    private static let functions: [(f: CKUnary, name: String, y: @Sendable (Double) -> Double)] = [
        (CK_SIN, "sin", { sin($0) }), (CK_COS, "cos", { cos($0) }), (CK_TAN, "tan", { tan($0) }), (CK_ASIN, "asin", { asin($0) }),
        (CK_ACOS, "acos", { acos($0) }), (CK_ATAN, "atan", { atan($0) }), (CK_SINH, "sinh", { sinh($0) }),
        (CK_COSH, "cosh", { cosh($0) }), (CK_ASINH, "asinh", { asinh($0) }), (CK_ACOSH, "acosh", { acosh($0) }),
        (CK_ATANH, "atanh", { atanh($0) }),
    ]

    /// Every 4099th float of either sign, subnormal ones and infinities too, and those about which quarters of a circle, 1 and 0 lie.
    private static let x: [Float] = {
        var found = stride(from: UInt32(0), through: 0x7f80_0000, by: 4099).map { Float(bitPattern: $0) }
        for quarter in 1...400 {
            let near = Float(Double(quarter) * Double.pi / 4)
            found += [near.nextDown, near, near.nextUp]
        }
        for power in 20..<128 {
            // The multiples of pi / 2 next to which floats of this size come.
            let near = Float((Double(sign: .plus, exponent: power, significand: 1) / (.pi / 2)).rounded() * (.pi / 2))
            found += [near.nextDown, near, near.nextUp]
        }
        found += [1, Float(1).nextDown, Float(1).nextUp, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        return found + found.map { -$0 }
    }()

    @Test("They err by less than 1 ulp", arguments: functions.indices) func accuracy(index: Int) {
        let (f, name, reference) = Self.functions[index]
        let y = filled(Self.x.count) { ck_unary_forward(f, 0, 0, Int64(Self.x.count), Self.x, $0) }
        for (x, found) in zip(Self.x, y) {
            let exact = reference(Double(x))
            let rounded = Float(exact)
            if rounded.isNaN || rounded.isInfinite {
                #expect(found.isNaN == rounded.isNaN && found.isInfinite == rounded.isInfinite, "\(name) of \(x) is \(found)")
            } else if abs(Double(found) - exact) > Double(rounded.ulp) || rounded.sign != found.sign {
                Issue.record("\(name) of \(x) is \(found), not \(exact)")
            }
        }
    }

    @Test("Angles up to the greatest float keep all digits", arguments: [0x1.47d0fep34, 0x1.fffffep127, 1e22, 0x1.5a5a5ap100])
    func largeAngles(x: Float) {
        for (f, reference) in [(CK_SIN, sin), (CK_COS, cos)] as [(CKUnary, (Double) -> Double)] {
            let y = filled(1) { ck_unary_forward(f, 0, 0, 1, [x], $0) }[0]
            #expect(abs(Double(y) - reference(Double(x))) <= Double(y.ulp))
        }
    }
}
