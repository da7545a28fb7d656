import CKernels
import Testing

/// A random linear map, by result: the elements it is made of.
private struct RandomMap {
    let length: Int
    let taps: [[(source: Int, weight: Float)]]

    init(using random: inout Random) {
        let length = random.integer(1...6)
        self.length = length
        taps = (0..<random.integer(1...7)).map { _ in
            (0..<random.integer(0...3)).map { _ in (random.integer(0...length - 1), random.float()) }
        }
    }

    func withMap(_ body: (UnsafePointer<CKLinearMap>) -> Void) {
        let starts = taps.reduce(into: [Int64(0)]) { $0.append(($0.last ?? 0) + Int64($1.count)) }
        let sources = taps.joined().map { Int64($0.source) }, weights = taps.joined().map(\.weight)
        starts.withUnsafeBufferPointer { starts in
            sources.withUnsafeBufferPointer { sources in
                weights.withUnsafeBufferPointer { weights in
                    var map = CKLinearMap(
                        results: Int64(taps.count), length: Int64(length), starts: starts.baseAddress,
                        sources: sources.baseAddress, weights: weights.baseAddress)
                    body(&map)
                }
            }
        }
    }
}

extension KernelTests {
    @Test("Resampling equals its definition in bits") func resampling() {
        var random = Random(21)
        for _ in 0..<60 {
            let rows = RandomMap(using: &random), columns = RandomMap(using: &random)
            let (outer, middle, inner) = (random.integer(1...3), random.integer(1...2), random.integer(1...40))
            let x = random.floats(outer * rows.length * middle * columns.length * inner)
            var expected: [Float] = []
            for place in 0..<outer * rows.taps.count * middle * columns.taps.count * inner {
                let (lane, column) = (place % inner, place / inner % columns.taps.count)
                let between = place / inner / columns.taps.count % middle
                let row = place / inner / columns.taps.count / middle % rows.taps.count
                let start = place / inner / columns.taps.count / middle / rows.taps.count
                let terms = rows.taps[row].map { tap in
                    let from = ((start * rows.length + tap.source) * middle + between) * columns.length
                    let products = columns.taps[column].map { ($0.weight, x[(from + $0.source) * inner + lane]) }
                    return (weight: tap.weight, value: chain(products))
                }
                expected.append(rows.taps[row].isEmpty || columns.taps[column].isEmpty ? 7 : chain(terms))
            }
            withEachInstructionSet { set in
                let y = filled(expected.count) { y in
                    rows.withMap { rows in
                        columns.withMap { ck_resample(rows, $0, Int64(outer), Int64(middle), Int64(inner), x, 7, y) }
                    }
                }
                #expect(firstDifference(y, expected) == nil, "\(set) \(inner) side by side")
            }
        }
    }

    private func chain(_ terms: [(weight: Float, value: Float)]) -> Float {
        guard let first = terms.first else { return 0 }
        return terms.dropFirst().reduce(first.weight * first.value) { $0.addingProduct($1.weight, $1.value) }
    }
}
