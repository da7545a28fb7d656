import Foundation
import Pruning
import Testing
import Training

@Suite struct RateModelTests {
    private func model(_ isLive: [Bool], shape: [Int] = [100, 100], valueBits: Double) -> RateModel {
        isLive.withUnsafeBufferPointer { RateModel(isLive: $0, shape: shape, valueBits: valueBits) }
    }

    private func random(_ density: (_ row: Int) -> Int) -> [Bool] {
        var random = RandomStream(seed: 1, name: "matrix")
        return (0..<100 * 100).map { random.next(below: 100) < density($0 / 100) }
    }

    @Test(arguments: [5, 20, 40, 80]) func uniformMatrixTakesItsEntropy(_ percent: Int) {
        let isLive = random { _ in percent }
        let live = Double(isLive.filter { $0 }.count)
        let p = live / 10000
        let entropy = -10000 * (p * log2(p) + (1 - p) * log2(1 - p))
        let bits = model(isLive, valueBits: 3).totalBits
        #expect(abs(bits / (entropy + 3 * live) - 1) < 0.05)
    }

    @Test func weightsAreCheaperInDenseRows() {
        let isLive = random { $0 < 10 ? 50 : 5 }
        let bits = model(isLive, valueBits: 3).keepBits
        #expect(mean(bits, isLive) { $0 / 100 < 10 } + 3 < mean(bits, isLive) { $0 / 100 >= 10 })
        #expect(zip(isLive, bits).allSatisfy { $0 || $1 == 0 })
    }

    @Test func weightsAreCheaperInDenseColumns() {
        let isLive = random { _ in 5 }.enumerated().map { $0.element || $0.offset % 100 < 10 && $0.offset % 2 == 0 }
        let bits = model(isLive, valueBits: 3).keepBits
        #expect(mean(bits, isLive) { $0 % 100 < 10 } + 6 < mean(bits, isLive) { $0 % 100 >= 10 })
    }

    /// Of the live cells among some.
    private func mean(_ bits: [Float], _ isLive: [Bool], of isIncluded: (_ cell: Int) -> Bool) -> Float {
        let live = isLive.indices.filter { isLive[$0] && isIncluded($0) }
        return live.reduce(0) { $0 + bits[$1] } / Float(live.count)
    }

    @Test func liveDensityLeavesOutDeadRowsAndColumns() {
        let isLive = (0..<12).map { $0 / 4 == 1 && $0 % 4 > 0 || $0 == 1 }
        #expect(model(isLive, shape: [3, 4], valueBits: 0).liveDensity == 4.0 / 6)
    }

    @Test func unevenMatrixTakesFewerBitsThanAnEvenOne() {
        let uneven = random { $0 < 10 ? 90 : 1 }
        let even = random { _ in 10 }
        #expect(model(uneven, valueBits: 0).totalBits < 0.6 * model(even, valueBits: 0).totalBits)
    }

    @Test func emptyMatrixTakesNothing() {
        let empty = model([Bool](repeating: false, count: 12), shape: [3, 2, 2], valueBits: 3)
        #expect(empty.totalBits == 0)
        #expect(empty.keepBits == [Float](repeating: 0, count: 12))
    }

    @Test func sensitivityOfAnOuterProductIsItsSquareRoot() {
        let (rows, columns): ([Float], [Float]) = ([1, 4, 9], [1, 16, 4, 25])
        let second = rows.flatMap { row in columns.map { row * $0 } }
        let h = second.withUnsafeBufferPointer { Sensitivity(second: $0, rows: 3) }
        for index in second.indices { #expect(abs(h[index] - second[index].squareRoot()) < 1e-4) }
    }
}
