import CKernels
import Testing

/// An operand of ck_matmul with its strides.
private struct Operand {
    var values: [Float]
    var row, column: Int
    var isBatched: Bool

    /// Random; stored as it is or transposed.
    init(rows: Int, columns: Int, batch: Int, using random: inout Random) {
        isBatched = random.next() % 2 == 0
        let lanes = isBatched ? batch : 1
        values = random.floats(rows * columns * lanes)
        let isTransposed = random.next() % 2 == 0
        row = isTransposed ? lanes : columns * lanes
        column = isTransposed ? rows * lanes : lanes
    }

    func element(_ i: Int, _ j: Int, _ lane: Int) -> Float {
        values[i * row + j * column + (isBatched ? lane : 0)]
    }
}

/// The definition, element by element.
private func product(
    _ a: Operand, _ b: Operand, batch: Int, _ m: Int, _ n: Int, _ k: Int, isBatched: Bool, from start: [Float]?
) -> [Float] {
    var result = start ?? [Float](repeating: 0, count: m * n * (isBatched ? batch : 1))
    for i in 0..<m {
        for j in 0..<n {
            for lane in 0..<batch {
                let at = isBatched ? (i * n + j) * batch + lane : i * n + j
                for t in 0..<k { result[at] = result[at].addingProduct(a.element(i, t, lane), b.element(t, j, lane)) }
            }
        }
    }
    return result
}

extension KernelTests {
    @Test("A matrix product equals its definition in bits") func matrixProduct() {
        var random = Random(5)
        for _ in 0..<120 {
            let batch = random.integer(1...37), m = random.integer(1...9)
            let n = random.integer(1...9), k = random.integer(0...12)
            let a = Operand(rows: m, columns: k, batch: batch, using: &random)
            let b = Operand(rows: k, columns: n, batch: batch, using: &random)
            let isBatched = random.next() % 2 == 0, accumulates = random.next() % 2 == 0
            let start = accumulates ? random.floats(m * n * (isBatched ? batch : 1)) : []
            let expected = product(a, b, batch: batch, m, n, k, isBatched: isBatched, from: accumulates ? start : nil)
            withEachInstructionSet { set in
                var y = accumulates ? start : [Float](repeating: .nan, count: expected.count)
                ck_matmul(
                    Int64(batch), Int64(m), Int64(n), Int64(k), a.values, Int64(a.row), Int64(a.column), a.isBatched,
                    b.values, Int64(b.row), Int64(b.column), b.isBatched, &y, isBatched, accumulates)
                #expect(firstDifference(y, expected) == nil, "\(set) \(batch) \(m) \(n) \(k)")
            }
        }
    }

    @Test("A matrix product that is summed over samples in blocks equals its definition in bits") func summedProduct() {
        var random = Random(9)
        for _ in 0..<24 {
            let batch = random.integer(1...20), m = random.integer(14...70), n = random.integer(16...70)
            let k = random.integer(0...3) == 0 ? random.integer(500...600) : random.integer(1...60)
            let a = Operand(rows: m, columns: k, batch: batch, using: &random)
            let b = Operand(rows: k, columns: n, batch: batch, using: &random)
            let start = random.next() % 2 == 0 ? random.floats(m * n) : nil
            let expected = product(a, b, batch: batch, m, n, k, isBatched: false, from: start)
            withEachInstructionSet { set in
                var y = start ?? [Float](repeating: .nan, count: m * n)
                ck_matmul(
                    Int64(batch), Int64(m), Int64(n), Int64(k), a.values, Int64(a.row), Int64(a.column), a.isBatched,
                    b.values, Int64(b.row), Int64(b.column), b.isBatched, &y, false, start != nil)
                #expect(firstDifference(y, expected) == nil, "\(set) \(batch) \(m) \(n) \(k)")
            }
        }
    }

    @Test("Sums of rows are chains in ascending order") func rowSums() {
        var random = Random(6)
        for _ in 0..<40 {
            let rows = random.integer(1...40), count = random.integer(0...100)
            let a = random.floats(rows * count), b = random.floats(rows * count)
            let plain = (0..<rows).map { a[($0 * count)..<(($0 + 1) * count)].reduce(0, +) }
            let products = (0..<rows).map { row in
                (row * count..<(row + 1) * count).reduce(Float(0)) { $0.addingProduct(a[$1], b[$1]) }
            }
            withEachInstructionSet { set in
                let sums = filled(rows) { ck_row_sums(Int64(rows), Int64(count), a, nil, $0) }
                let chains = filled(rows) { ck_row_sums(Int64(rows), Int64(count), a, b, $0) }
                #expect(firstDifference(sums, plain) == nil, "\(set) \(rows) × \(count)")
                #expect(firstDifference(chains, products) == nil, "\(set) \(rows) × \(count)")
            }
        }
    }

    @Test("A transpose moves every element") func transpose() {
        var random = Random(7)
        for _ in 0..<30 {
            let rows = random.integer(1...40), columns = random.integer(1...40)
            let x = random.floats(rows * columns)
            let expected = (0..<rows * columns).map { x[$0 % rows * columns + $0 / rows] }
            withEachInstructionSet { set in
                let y = filled(rows * columns) { ck_transpose(Int64(rows), Int64(columns), x, $0) }
                #expect(firstDifference(y, expected) == nil, "\(set) \(rows) × \(columns)")
            }
        }
    }
}
