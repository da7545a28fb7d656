import Testing
import Training

@Suite struct RandomStreamTests {
    private func numbers(_ seed: UInt64, _ name: String) -> [UInt64] {
        var random = RandomStream(seed: seed, name: name)
        return (0..<8).map { _ in random.next() }
    }

    @Test func sameSeedAndNameGiveTheSameNumbers() {
        #expect(numbers(3, "weights") == numbers(3, "weights"))
    }

    @Test func anotherSeedOrNameGivesOtherNumbers() {
        #expect(Set(numbers(3, "weights")).isDisjoint(with: numbers(4, "weights")))
        #expect(Set(numbers(3, "weights")).isDisjoint(with: numbers(3, "units")))
    }

    /// From an independent program of ten lines (FNV-1a, SplitMix64).
    @Test func firstNumbersNeverChange() {
        #expect(numbers(1, "stream").prefix(3) == [0x48da_7a37_db7b_51e4, 0xbefd_5204_8d6b_8d0d, 0xa1d0_786d_924e_1573])
    }

    @Test func numbersBelowABoundCoverItAndStayWithin() {
        var random = RandomStream(seed: 1, name: "bound")
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 { counts[random.next(below: 7)] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) })
        #expect((0..<100).allSatisfy { _ in random.next(below: 1) == 0 })
    }

    @Test func shuffleIsAPermutation() {
        var random = RandomStream(seed: 1, name: "shuffle")
        var items = Array(0..<1000)
        random.shuffle(&items)
        #expect(items != Array(0..<1000))
        #expect(items.sorted() == Array(0..<1000))
    }

    @Test(arguments: [[], [5]]) func shuffleLeavesFewerThanTwoItems(_ few: [Int]) {
        var random = RandomStream(seed: 1, name: "shuffle")
        var items = few
        random.shuffle(&items)
        #expect(items == few)
    }

    @Test func normalNumbersHaveMeanZeroAndDeviationOne() {
        var random = RandomStream(seed: 1, name: "normal")
        let numbers = (0..<20000).map { _ in Double(random.nextNormal()) }
        let mean = numbers.reduce(0, +) / 20000
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20000
        #expect(abs(mean) < 0.02)
        #expect(abs(variance - 1) < 0.03)
        #expect(numbers.filter { $0 > 2 }.count > 300)
    }
}
