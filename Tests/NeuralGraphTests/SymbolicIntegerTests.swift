import NeuralGraph
import Testing

/// Integers that depend on the size of the batch.
@Suite struct SymbolicIntegerTests {
    private let n = SymbolicInteger.batch

    private func number(_ value: Int) -> SymbolicInteger { SymbolicInteger(value) }

    private func times(_ factor: Int) throws -> SymbolicInteger { try #require(n.multiplied(by: number(factor))) }

    @Test("sums and products are the same in any order") func canonicalForm() throws {
        let a = try #require(times(4).adding(number(3)))
        let b = try #require(number(3).adding(times(4)))
        #expect(a == b)
        #expect(a.description == "4*N + 3")
        #expect(try a.subtracting(times(4)) == number(3))
        let square = try #require(a.multiplied(by: a))
        #expect(square.description == "24*N + 16*N*N + 9")
    }

    @Test("quotients are exact or not at all") func division() throws {
        #expect(try times(12).divided(exactlyBy: number(4)) == times(3))
        #expect(try times(12).divided(exactlyBy: n) == number(12))
        #expect(try times(12).divided(exactlyBy: number(5)) == nil)
        #expect(try times(12).adding(number(1))?.divided(exactlyBy: n) == nil)
        #expect(try times(3).adding(number(1))?.dividedRoundingDown(by: number(2))?.description == "(3*N + 1)/(2)")
    }

    @Test("what is left over of a number does not depend on the batch where the rest is divided") func rounding() throws {
        #expect(try times(2).adding(number(1))?.dividedRoundingDown(by: number(2)) == n)
        #expect(try times(2).adding(number(-1))?.dividedRoundingDown(by: number(2)) == n.subtracting(number(1)))
    }

    @Test("what holds for every batch is known, and what does not is not") func comparison() throws {
        #expect(number(1).isAtMost(n) == true)
        #expect(n.isAtMost(number(0)) == false)
        #expect(n.isAtMost(number(8)) == nil)
        #expect(n.equals(number(-1)) == false)
        #expect(n.equals(number(1)) == nil)
        #expect(try times(2).equals(n) == false)
        #expect(try times(2).minimum(n) == n)
        #expect(try times(2).maximum(n) == times(2))
    }

    @Test("a sample's number is below the size of the batch") func samples() throws {
        let sample = SymbolicInteger.sample
        #expect(number(0).isAtMost(sample) == true)
        #expect(try #require(sample.adding(number(1))).isAtMost(n) == true)
        #expect(sample.equals(n) == false)
        #expect(sample.equals(number(0)) == nil)
    }

    @Test("arithmetic beyond 64 bits gives nothing") func overflow() {
        #expect(number(.max).adding(number(1)) == nil)
        #expect(number(.max).multiplied(by: number(2)) == nil)
        #expect(n.multiplied(by: number(.max))?.multiplied(by: number(2)) == nil)
    }

    @Test("the least number divided by -1 is beyond 64 bits") func leastNumber() {
        #expect(number(.min).divided(exactlyBy: number(-1)) == nil)
        #expect(number(.min).dividedRoundingDown(by: number(-1)) == nil)
    }

    @Test("a sample's number times what may be below 0 has no known sign") func productsOfSamples() throws {
        let uncertain = try #require(n.subtracting(number(5))?.minimum(number(3)))
        #expect(try number(0).isAtMost(#require(SymbolicInteger.sample.multiplied(by: uncertain))) == nil)
    }

    @Test("what is nested does not grow without end") func growth() {
        var value: SymbolicInteger? = n
        for _ in 0..<8 {
            for _ in 0..<5 { value = value.flatMap { $0.multiplied(by: $0) } }
            value = value?.minimum(number(3))
        }
        #expect(value == nil)
    }
}
