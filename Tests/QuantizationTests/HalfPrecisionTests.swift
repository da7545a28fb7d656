import Quantization
import Testing

@Suite struct HalfPrecisionTests {
    /// Single-precision numbers and what numpy 2 makes of them: `numpy.float16(numpy.float32(x))`.
    private static let numpy: [(single: Float, half: Float)] = [
        (0, 0), (1, 1), (0x1.99999ap-4, 0x1.998p-4), (-0x1.99999ap-4, -0x1.998p-4), (0x1.555556p-2, 0x1.554p-2),
        (0x1.921fb6p+1, 0x1.92p+1), (0x1.ffe5cap+0, 2), (0x1.f42666p+9, 0x1.f44p+9), (-0x1.01f32p-13, -0x1.02p-13),
        // Ties go to the even neighbour, and a little more goes up.
        (0x1.002p+0, 1), (0x1.006p+0, 0x1.008p+0), (0x1.00201p+0, 0x1.004p+0), (2049, 2048), (2051, 2052),
        (-2049, -2048),
        // Below 2^-14 numbers are 2^-24 apart.
        (0x1p-14, 0x1p-14), (0x1.ffep-15, 0x1p-14), (0x1.ffcp-15, 0x1p-14), (0x1.ffb48p-15, 0x1.ff8p-15),
        (0x1p-24, 0x1p-24), (0x1.ad7f2ap-24, 0x1p-23), (0x1.8p-24, 0x1p-23), (0x1.4p-23, 0x1p-23),
        (0x1.000004p-25, 0x1p-24), (0x1p-25, 0), (0x1p-26, 0),
        (65504, 65504), (65519, 65504),
    ]

    @Test func numbersAreRoundedAsNumpyDoes() {
        for (single, half) in Self.numpy { #expect(single.roundedToHalf == half, "\(single)") }
    }

    @Test func numbersBeyondTheRangeBecomeTheGreatest() {
        #expect(Float(65520).roundedToHalf == 65504)
        #expect(Float.infinity.roundedToHalf == 65504)
        #expect(Float(-1e30).roundedToHalf == -65504)
    }

    @Test func roundingAgainChangesNothing() {
        for (_, half) in Self.numpy { #expect(half.roundedToHalf == half) }
    }
}

@Suite struct UniformStepTests {
    @Test func valuesComeBackWithinHalfAStep() {
        let values: [Float] = [0.9, -0.31, 0.05, 0, -1.5]
        let step = UniformStep(values, levels: 15)
        #expect(step.step == Float(0.1).roundedToHalf)
        for value in values { #expect(abs(step.value(step.index(value)) - value) <= step.step * 0.5001) }
        #expect(values.map(step.index) == [9, -3, 1, 0, -15])
    }

    @Test func zerosHaveAStepToo() {
        let step = UniformStep([0, 0], levels: 15)
        #expect(step.step > 0)
        #expect(step.index(0) == 0)
    }

    @Test func hugeValuesAreHeldAsFarAsPossible() {
        let step = UniformStep([3e6, -5], levels: 15)
        #expect(step.step == 65504)
        #expect(abs(step.value(step.index(3e6)) - 3e6) <= 32752)
        #expect(step.index(.infinity) == 1 << 24)
        #expect(step.index(-3e38) == -(1 << 24))
    }
}
