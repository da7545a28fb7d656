import CKernels
import Testing

@Suite struct ScalarFunctionTests {
    /// The greatest error in units in the last place of the correctly rounded value.
    private func worst(_ values: [(x: Double, y: Double)], _ f: (Double) -> Double) -> Double {
        values.map { abs(f($0.x) - $0.y) / $0.y.ulp }.max() ?? .infinity
    }

    @Test("Errors stay below 2 ulp") func accuracy() {
        #expect(worst(expValues, ck_exp) < 2)
        #expect(worst(exp2Values, ck_exp2) < 2)
        #expect(worst(logValues, ck_log) < 2)
        #expect(worst(log2Values, ck_log2) < 2)
        #expect(worst(cosPiValues, ck_cospi) < 2)
    }

    @Test("Values that are exact come out exact") func exactValues() {
        for k in -1074...1023 {
            let power = Double(sign: .plus, exponent: k, significand: 1)
            #expect(ck_exp2(Double(k)) == power)
            #expect(ck_log2(power) == Double(k))
        }
        #expect(ck_exp(0) == 1)
        #expect(ck_log(1) == 0)
        #expect([0, 0.5, 1, 1.5, 2, -1, 1e300].map(ck_cospi) == [1, 0, -1, 0, 1, -1, 1])
    }

    @Test("Limits and invalid arguments give infinities, zeros and NaN") func limits() {
        #expect(ck_exp(710) == .infinity && ck_exp(.infinity) == .infinity)
        #expect(ck_exp(-746) == 0 && ck_exp(-.infinity) == 0)
        #expect(ck_exp2(1024) == .infinity && ck_exp2(-1076) == 0)
        #expect(ck_log(0) == -.infinity && ck_log2(-0.0) == -.infinity)
        #expect(ck_log(.infinity) == .infinity && ck_log2(.infinity) == .infinity)
        #expect(ck_log(-1).isNaN && ck_log2(-1).isNaN && ck_cospi(.infinity).isNaN)
        for f in [ck_exp, ck_exp2, ck_log, ck_log2, ck_cospi] { #expect(f(.nan).isNaN) }
    }
}
