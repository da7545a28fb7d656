import Foundation
import Pruning
import Testing
import Training

@Suite struct RateModelTests {
    private func model(_ isLive: [Bool], rows: Int, kernel: Int = 1, valueBits: Double) -> RateModel {
        isLive.withUnsafeBufferPointer {
            RateModel(isLive: $0, rows: rows, columns: isLive.count / rows, kernel: kernel, valueBits: valueBits)
        }
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
        let bits = model(isLive, rows: 100, valueBits: 3).totalBits
        #expect(abs(bits / (entropy + 3 * live) - 1) < 0.05)
    }

    @Test func weightsAreCheaperInDenseRows() {
        let isLive = random { $0 < 10 ? 50 : 5 }
        let bits = model(isLive, rows: 100, valueBits: 3).keepBits
        func mean(_ rows: Range<Int>) -> Float {
            let live = (rows.lowerBound * 100..<rows.upperBound * 100).filter { isLive[$0] }
            return live.reduce(0) { $0 + bits[$1] } / Float(live.count)
        }
        #expect(mean(0..<10) + 3 < mean(10..<100))
        #expect(zip(isLive, bits).allSatisfy { $0 || $1 == 0 })
    }

    @Test func weightsAreCheaperInDenseColumns() {
        let isLive = random { _ in 5 }.enumerated().map { $0.element || $0.offset % 100 < 10 && $0.offset % 2 == 0 }
        let bits = model(isLive, rows: 100, valueBits: 3).keepBits
        func mean(_ columns: Range<Int>) -> Float {
            let live = isLive.indices.filter { isLive[$0] && columns.contains($0 % 100) }
            return live.reduce(0) { $0 + bits[$1] } / Float(live.count)
        }
        #expect(mean(0..<10) + 6 < mean(10..<100))
    }

    @Test func unevenMatrixTakesFewerBitsThanAnEvenOne() {
        let uneven = random { $0 < 10 ? 90 : 1 }
        let even = random { _ in 10 }
        #expect(model(uneven, rows: 100, valueBits: 0).totalBits < 0.6 * model(even, rows: 100, valueBits: 0).totalBits)
    }

    @Test func emptyMatrixTakesNothing() {
        let empty = model([Bool](repeating: false, count: 12), rows: 3, kernel: 2, valueBits: 3)
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
