import EntropyCoding
import Foundation
import Testing

@Suite struct RangeCoderTests {
    /// Bits with the probabilities under which they are coded.
    private func symbols(_ count: Int, seed: UInt64) -> [(bit: Int, probability: Int)] {
        var random = RandomBits(seed: seed)
        return (0..<count).map { _ in
            let probability = [16, 65_520, 32_768, 16 + random.below(65_505)][random.below(4)]
            return (random.below(65_536) < probability ? 1 : 0, probability)
        }
    }

    private func encoded(_ symbols: [(bit: Int, probability: Int)]) -> [UInt8] {
        var encoder = RangeEncoder()
        for symbol in symbols { _ = encoder.code(symbol.bit, probability: symbol.probability) }
        return encoder.finish()
    }

    @Test func nothingIsCodedAsNoBytes() {
        #expect(RangeEncoder().finish().isEmpty)
    }

    @Test(arguments: [1, 2, 7, 100, 5_000, 100_000]) func everyBitComesBack(count: Int) {
        let symbols = symbols(count, seed: UInt64(count))
        var decoder = RangeDecoder(encoded(symbols))
        let decoded = symbols.map { decoder.code(0, probability: $0.probability) }
        #expect(decoded == symbols.map(\.bit))
    }

    @Test func bitsAgainstAllOddsComeBack() {
        // Improbable bits drive the interval's low end through long runs of 0xFF and carries.
        for seed in 0..<200 as Range<UInt64> {
            var random = RandomBits(seed: seed)
            let symbols = (0..<300).map { _ in
                let isSure = random.chance(900)
                let bit = random.below(2)
                return (bit: isSure ? 0 : bit, probability: isSure ? 16 : bit == 0 ? 65_520 : 16)
            }
            var decoder = RangeDecoder(encoded(symbols))
            #expect(symbols.map { decoder.code(0, probability: $0.probability) } == symbols.map(\.bit))
        }
    }

    @Test func theLastByteIsNeverZero() {
        for seed in 0..<500 as Range<UInt64> {
            #expect(encoded(symbols(Int(seed), seed: seed)).last != 0)
        }
    }

    @Test func theStreamIsReadToItsEndAndNoFarther() {
        for seed in 0..<300 as Range<UInt64> {
            let symbols = symbols(Int(seed), seed: seed)
            let bytes = encoded(symbols)
            var decoder = RangeDecoder(bytes)
            for symbol in symbols { _ = decoder.code(0, probability: symbol.probability) }
            #expect(decoder.position == bytes.count)
        }
    }

    @Test func sizeIsTheInformationOfTheBits() {
        let symbols = symbols(200_000, seed: 9)
        let ideal = symbols.reduce(0) { $0 - log2(Double($1.bit == 1 ? $1.probability : 65_536 - $1.probability) / 65_536) }
        var encoder = RangeEncoder()
        for symbol in symbols { _ = encoder.code(symbol.bit, probability: symbol.probability) }
        let size = Double(encoder.size) / 65_536
        #expect(abs(size - ideal) < ideal * 1e-4)
        #expect(abs(Double(8 * encoder.finish().count) - size) < 40)
    }

    @Test func rawNumbersComeBack() {
        var encoder = RangeEncoder()
        #expect(encoder.code(raw: 0xDEAD_BEEF_0123_4567, bits: 64) == 0xDEAD_BEEF_0123_4567)
        #expect(encoder.code(raw: 0xFF5, bits: 4) == 5)
        var decoder = RangeDecoder(encoder.finish())
        #expect(decoder.code(raw: 0, bits: 64) == 0xDEAD_BEEF_0123_4567)
        #expect(decoder.code(raw: 0, bits: 4) == 5)
    }
}
