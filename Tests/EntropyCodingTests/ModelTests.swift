import EntropyCoding
import Foundation
import Testing

@Suite struct ModelTests {
    @Test func squashIsTheLogisticFunction() {
        for logit in -3_071...3_071 {
            let exact = 65_536 / (1 + exp(-Double(logit) / 256))
            #expect(abs(Double(LogisticScale.squash(logit)) - exact) <= 2)
            #expect(LogisticScale.squash(logit) + LogisticScale.squash(-logit) == 65_536)
        }
        #expect(LogisticScale.squash(9_999) == LogisticScale.squash(3_071))
    }

    @Test func stretchIsTheInverseOfSquash() {
        for probability in 1...65_535 {
            let logit = LogisticScale.stretch(probability)
            #expect(logit == -3_071 || LogisticScale.squash(logit) <= probability)
            #expect(logit == 3_071 || LogisticScale.squash(logit + 1) > probability)
        }
        #expect(LogisticScale.stretch(0) == LogisticScale.stretch(1))
        #expect(LogisticScale.stretch(65_536) == LogisticScale.stretch(65_535))
    }

    @Test func adaptiveBitMovesFastThenSlowly() {
        var model = AdaptiveBit()
        #expect(model.probability == 32_768)
        model.update(1)
        #expect(model.probability == 53_247)
        model.update(0)
        #expect(model.probability == 32_768)
        for _ in 0..<5_000 { model.update(1) }
        #expect(model.probability == 65_519)
        model.update(0)
        #expect(model.probability > 65_300)
    }

    @Test func adaptiveBitFindsTheShareOfOnes() {
        var random = RandomBits(seed: 4)
        var model = AdaptiveBit()
        for _ in 0..<20_000 { model.update(random.chance(30) ? 1 : 0) }
        #expect(abs(model.probability - 1_966) < 400)
    }

    @Test func mixerTrustsTheInputThatKnows() {
        var random = RandomBits(seed: 5)
        var mixer = Mixer(weights: [20_000, 20_000], rate: 1_000)
        for _ in 0..<5_000 {
            let bit = random.below(2)
            mixer.set(0, probability: bit == 1 ? 60_000 : 5_536)
            mixer.set(1, probability: 1 + random.below(65_535))
            _ = mixer.mix()
            mixer.update(bit)
        }
        mixer.set(0, probability: 60_000)
        mixer.set(1, probability: 1)
        #expect(mixer.mix() > 60_000)
    }

    @Test func mixerStaysWithinBoundsWhateverComes() {
        var mixer = Mixer(weights: [65_536, 65_536, 65_536], rate: 65_536)
        for step in 0..<100_000 {
            for input in 0..<3 { mixer.set(input, logit: step % 7 < 3 ? 3_071 : -3_071) }
            #expect((16...65_520).contains(mixer.mix()))
            mixer.update(step % 5 == 0 ? 1 : 0)
        }
    }

    @Test func oddsCorrectionStartsAtNoneAndFindsTheRatio() {
        var random = RandomBits(seed: 8)
        var correction = OddsCorrection()
        #expect(correction.logit(prior: 65_536) == 0)
        for _ in 0..<20_000 { correction.update(random.chance(400) ? 1 : 0, expected: 6_554) }
        // Odds of 2 : 3 where 1 : 9 are expected: the logarithm of 6, in 1/256.
        #expect(abs(correction.logit(prior: 65_536) - 459) < 25)
    }

    @Test func oddsCorrectionKeepsItsCountsInBounds() {
        var correction = OddsCorrection()
        for _ in 0..<100_000 { correction.update(1, expected: 16) }
        #expect(correction.logit(prior: 1) > 3_071)
        for _ in 0..<100_000 { correction.update(0, expected: 65_520) }
        #expect(correction.logit(prior: 1) < -3_071)
    }

    @Test func correctedBitsComeBackAndCostLittleWhereAContextKnowsThem() {
        var random = RandomBits(seed: 9)
        let bits = (0..<4_000).map { _ in random.below(2) }
        func model() -> CorrectedModel { CorrectedModel(contexts: [3, 2], weight: 20_000, rate: 1_000, prior: 65_536) }
        var writer = model()
        var encoder = RangeEncoder()
        for (index, bit) in bits.enumerated() {
            writer.select(0, index % 3)
            writer.select(1, bit)
            #expect(writer.code(bit, logit: -9_999, &encoder) == bit)
        }
        let bytes = encoder.finish()
        #expect(bytes.count < 100)
        var decoder = RangeDecoder(bytes)
        var reader = model()
        for (index, bit) in bits.enumerated() {
            reader.select(0, index % 3)
            reader.select(1, bit)
            #expect(reader.code(0, logit: -9_999, &decoder) == bit)
        }
    }

    @Test func integersOfAllSizesComeBack() {
        var random = RandomBits(seed: 6)
        let edges: [UInt64] = [0, 1, 2, 3, .max, .max - 1, 1 << 63]
        let values = edges + (0..<3_000).map { _ in random.next() >> UInt64(random.below(64)) }
        var writer = IntegerModel()
        var encoder = RangeEncoder()
        for value in values { #expect(writer.code(value, &encoder) == value) }
        var decoder = RangeDecoder(encoder.finish())
        var reader = IntegerModel()
        #expect(values.map { _ in reader.code(0, &decoder) } == values)
    }

    @Test func signedIntegersComeBack() {
        let values = [0, -1, 1, -2, .min, .max, .min + 1, 1_000_000, -77]
        var writer = IntegerModel()
        var encoder = RangeEncoder()
        for value in values { #expect(writer.code(signed: value, &encoder) == value) }
        var decoder = RangeDecoder(encoder.finish())
        var reader = IntegerModel()
        #expect(values.map { _ in reader.code(signed: 0, &decoder) } == values)
    }

    @Test func repeatedIntegersCostLittle() {
        var model = IntegerModel()
        var encoder = RangeEncoder()
        for _ in 0..<1_000 { _ = model.code(37, &encoder) }
        #expect(encoder.finish().count < 300 + 1_000 * 3 / 8)
    }

    @Test func symbolsComeBack() {
        var random = RandomBits(seed: 7)
        let symbols = (0..<2_000).map { _ in random.below(32) }
        var writer = SymbolModel(bits: 5)
        var encoder = RangeEncoder()
        for symbol in symbols { #expect(writer.code(symbol, &encoder) == symbol) }
        var decoder = RangeDecoder(encoder.finish())
        var reader = SymbolModel(bits: 5)
        #expect(symbols.map { _ in reader.code(0, &decoder) } == symbols)
    }

    @Test func textThatRepeatsIsShort() {
        let text = Array(String(repeating: "/blocks/blocks.1/conv1/Conv_output_0\n", count: 40).utf8)
        var writer = TextModel()
        var encoder = RangeEncoder()
        var history: UInt32 = 0
        for byte in text { _ = writer.code(byte, after: &history, &encoder) }
        let bytes = encoder.finish()
        #expect(bytes.count < 110)
        var decoder = RangeDecoder(bytes)
        var reader = TextModel()
        history = 0
        #expect(text.map { _ in reader.code(0, after: &history, &decoder) } == text)
    }

    @Test func learnedTextIsShorter() {
        func size(_ model: TextModel) -> Int {
            var model = model
            var encoder = RangeEncoder()
            var history: UInt32 = 0
            for byte in "logits".utf8 { _ = model.code(byte, after: &history, &encoder) }
            return encoder.finish().count
        }
        var taught = TextModel()
        taught.learn("logits")
        #expect(size(taught) + 2 < size(TextModel()))
    }
}
