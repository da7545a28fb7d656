import Quantization
import Testing

@Suite struct LevelPrecisionTests {
    /// Numbers, and the nearest that numpy finds among those of `numpy.arange(0x7BF1, dtype="u2").view("f2")[::16]`.
    private static let levels: [(number: Float, level: Float)] = [
        (0, 0), (1, 1), (0x1.99999ap-4, 0x1.98p-4), (-0x1.99999ap-4, -0x1.98p-4), (0x1.555556p-2, 0x1.54p-2),
        (0x1.921fb6p+1, 0x1.94p+1), (0x1.ffe5cap+0, 2), (0x1.f42666p+9, 0x1.f4p+9), (-0x1.01f32p-13, -0x1.00p-13),
        // Ties go to the even neighbour, and a little more goes up.
        (0x1.02p+0, 1), (0x1.06p+0, 0x1.08p+0), (0x1.024p+0, 0x1.04p+0),
        // Below 2^-14 numbers are 2^-20 apart.
        (0x1.fp-15, 0x1.fp-15), (0x1.8p-19, 0x1.8p-19), (0x1.4p-19, 0x1p-19), (0x1p-22, 0),
        (65024, 65024), (65504, 65024),
    ]

    @Test func numbersGoToTheNearestLevel() {
        for (number, level) in Self.levels { #expect(number.roundedToLevel == level, "\(number)") }
    }

    @Test func numbersBeyondTheRangeBecomeTheGreatest() {
        #expect(Float.infinity.roundedToLevel == 65024)
        #expect(Float(-1e30).roundedToLevel == -65024)
    }

    @Test func roundingAgainChangesNothing() {
        for (_, level) in Self.levels { #expect(level.roundedToLevel == level) }
    }
}

@Suite struct UniformStepTests {
    @Test func valuesComeBackWithinHalfAStep() {
        let values: [Float] = [0.9, -0.31, 0.05, 0, -1.5]
        let step = UniformStep(values, levels: 15)
        #expect(step.step == Float(0.1).roundedToLevel)
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
        #expect(step.step == 65024)
        #expect(abs(step.value(step.index(3e6)) - 3e6) <= 32512)
        #expect(step.index(.infinity) == 1 << 24)
        #expect(step.index(-3e38) == -(1 << 24))
    }
}
