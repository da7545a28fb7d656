import CKernels
import Testing

extension KernelTests {
    private func exponential(_ x: [Float]) -> [Float] {
        filled(x.count) { ck_unary_forward(CK_EXP, 0, 0, Int64(x.count), x, $0) }
    }

    @Test("Softmax and its gradient follow their formula in bits") func softmax() {
        var random = Random(12)
        for trial in 0..<30 {
            let outer = random.integer(1...3), classes = random.integer(1...11), inner = random.integer(1...150)
            let x = random.floats(outer * classes * inner), dy = random.floats(x.count)
            let isLogarithm = trial % 2 == 0
            var y = x, dx = x
            for o in 0..<outer {
                for i in 0..<inner {
                    let at = (0..<classes).map { (o * classes + $0) * inner + i }
                    let greatest = at.map { x[$0] }.max() ?? 0
                    let difference = at.map { x[$0] - greatest }, e = exponential(difference)
                    let sum = e.reduce(0, +)
                    let logarithm = filled(1) { ck_unary_forward(CK_LOG, 0, 0, 1, [sum], $0) }[0]
                    for c in 0..<classes { y[at[c]] = isLogarithm ? difference[c] - logarithm : e[c] / sum }
                    let p = exponential(at.map { y[$0] })
                    let dySum = at.reduce(Float(0)) { isLogarithm ? $0 + dy[$1] : $0.addingProduct(y[$1], dy[$1]) }
                    for c in 0..<classes {
                        let t = at[c]
                        dx[t] = isLogarithm ? dy[t].addingProduct(-p[c], dySum) : y[t] * (dy[t] - dySum)
                    }
                }
            }
            withEachInstructionSet { set in
                let (o, c, i) = (Int64(outer), Int64(classes), Int64(inner))
                let forward = filled(x.count) { ck_softmax_forward(isLogarithm, o, c, i, x, $0) }
                let gradient = filled(x.count) { ck_softmax_gradient(isLogarithm, o, c, i, y, dy, $0) }
                #expect(firstDifference(forward, y) == nil, "\(set) \(o) \(c) \(i)")
                #expect(firstDifference(gradient, dx) == nil, "\(set) \(o) \(c) \(i)")
            }
        }
    }

    @Test("Softmax of great values stays finite, of NaN is NaN") func extremes() {
        let great: [Float] = [3e38, -3e38], unknown: [Float] = [1, .nan]
        withEachInstructionSet { set in
            #expect(filled(2) { ck_softmax_forward(false, 1, 2, 1, great, $0) } == [1, 0], "\(set)")
            let withNaN = filled(2) { ck_softmax_forward(false, 1, 2, 1, unknown, $0) }
            #expect(withNaN.allSatisfy { $0.isNaN }, "\(set) \(withNaN)")
        }
    }
}
