import CKernels
import Testing

extension KernelTests {
    @Test("Updates of weights follow their formulas in bits") func updates() {
        var random = Random(13)
        for count in [1, 7, 16, 37, 100] {
            let g = random.floats(count), m = random.floats(count), s = random.floats(count).map { $0 * $0 }
            let w = random.floats(count)
            let v1 = count.indices { g[$0].addingProduct(0.9, m[$0]) }
            let w1 = count.indices { w[$0].addingProduct(-0.1, v1[$0]) }
            let new1: Float = 1 - 0.9, new2: Float = 1 - 0.99
            let m2 = count.indices { (new1 * g[$0]).addingProduct(0.9, m[$0]) }
            let s2 = count.indices { ((new2 * g[$0]) * g[$0]).addingProduct(0.99, s[$0]) }
            let w2 = count.indices { i in
                w[i] - (0.1 * (m2[i] / 0.3)) / ((s2[i] / 0.2).squareRoot() + 1e-8)
            }
            let w2Late = count.indices { i in w[i] - (0.1 * m2[i]) / (s2[i].squareRoot() + 1e-8) }
            withEachInstructionSet { set in
                var (a, b, c) = (m, s, w)
                ck_sgd(Int64(count), 0.1, 0.9, g, &a, &c)
                #expect(firstDifference(a, v1) == nil && firstDifference(c, w1) == nil, "\(set) \(count)")
                (a, b, c) = (m, s, w)
                ck_adam(Int64(count), 0.1, 0.9, 0.99, 1e-8, 0.3, 0.2, g, &a, &b, &c)
                #expect(firstDifference(a, m2) == nil && firstDifference(b, s2) == nil, "\(set) \(count)")
                #expect(firstDifference(c, w2) == nil, "\(set) \(count)")
                (a, b, c) = (m, s, w)
                ck_adam(Int64(count), 0.1, 0.9, 0.99, 1e-8, 1, 1, g, &a, &b, &c)
                #expect(firstDifference(a, m2) == nil && firstDifference(b, s2) == nil, "\(set) \(count)")
                #expect(firstDifference(c, w2Late) == nil, "\(set) \(count)")
            }
        }
    }

    @Test("Accumulating and scaling work on every element") func accumulating() {
        var random = Random(14)
        let x = random.floats(101), start = random.floats(101)
        withEachInstructionSet { set in
            var y = start
            ck_accumulate(101, x, &y)
            #expect(firstDifference(y, zip(start, x).map { $0 + $1 }) == nil, "\(set)")
            y = start
            ck_scale(101, 0.3, &y)
            #expect(firstDifference(y, start.map { $0 * 0.3 }) == nil, "\(set)")
        }
    }

    @Test("A value that is not finite is found wherever it is") func finiteness() {
        withEachInstructionSet { set in
            #expect(ck_all_finite(0, []), "\(set)")
            for count in [1, 17, 5000] {
                var x = [Float](repeating: .greatestFiniteMagnitude, count: count)
                #expect(ck_all_finite(Int64(count), x), "\(set)")
                for value: Float in [.nan, .infinity, -.infinity] {
                    for at in [0, count / 2, count - 1] {
                        let kept = x[at]
                        x[at] = value
                        #expect(!ck_all_finite(Int64(count), x), "\(set) \(at) of \(count)")
                        x[at] = kept
                    }
                }
            }
        }
    }
}

extension Int {
    fileprivate func indices(_ value: (Int) -> Float) -> [Float] { (0..<self).map(value) }
}
