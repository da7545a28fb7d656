import CKernels
import Quantization
import Testing

@Suite struct PriceSearchTests {
    /// Bytes that fall by a third of an octave with each octave of the price, like those of files.
    private static func bytes(_ exponent: Double) -> Int { Int(4_000 * ck_exp2(-(exponent + 6) / 3)) }

    private static func search(_ target: Int, _ search: inout PriceSearch) -> (exponent: Double, calls: Int) {
        var calls = 0
        let exponent = search.lowest(target: target) { exponent in
            calls += 1
            return bytes(exponent)
        }
        return (exponent, calls)
    }

    @Test(arguments: [700, 2_000, 3_999, 4_000, 9_000, 50_000])
    func theSizeIsJustWithinTheTarget(target: Int) {
        var prices = PriceSearch()
        let found = Self.search(target, &prices)
        #expect(Self.bytes(found.exponent) <= target)
        #expect(Self.bytes(found.exponent - 1.0 / 32) > target)
        #expect(prices.exponent == found.exponent)
    }

    @Test func theNextSearchBeginsAtTheLastPrice() {
        var prices = PriceSearch()
        let first = Self.search(1_000, &prices)
        let second = Self.search(995, &prices)
        #expect(second.calls < first.calls)
        #expect(second.calls <= 6)
    }

    @Test("estimates leave few sizes to be measured", arguments: [2_000, 9_000, 50_000]) func estimates(target: Int) {
        var prices = PriceSearch()
        var calls = 0
        let found = prices.lowest(
            target: target,
            bytes: { exponent in
                calls += 1
                return Self.bytes(exponent) + 500
            },
            estimate: { 8 * Double(Self.bytes($0)) })
        #expect(Self.bytes(found) + 500 <= target)
        #expect(Self.bytes(found) + 500 >= target * 249 / 250)
        #expect(calls <= 4)
    }

    @Test("estimates that are wrong do not matter") func wrongEstimates() {
        var prices = PriceSearch()
        let found = prices.lowest(target: 2_000, bytes: Self.bytes, estimate: { _ in 1 })
        #expect(Self.bytes(found) <= 2_000)
        #expect(Self.bytes(found - 1.0 / 32) > 2_000)
    }

    @Test func atTheDearestPriceTheSearchEnds() {
        var prices = PriceSearch()
        #expect(prices.lowest(target: 10) { _ in 11 } == 8)
        #expect(prices.lowest(target: 11) { _ in 11 } == 8)
    }

    @Test func atTheLowestPriceTheSearchEnds() {
        var prices = PriceSearch()
        #expect(prices.lowest(target: 1_000) { _ in 11 } == -20)
    }
}
