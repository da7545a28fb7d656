import CKernels
import Testing

extension KernelTests {
    /// Sizes around the width of vectors and of the blocks of lanes.
    private static let sizes: [CKNormalization] = [
        (1, 1, 1, 1, 1), (3, 5, 1, 5, 3), (2, 7, 3, 1, 7), (4, 6, 17, 6, 2), (2, 9, 64, 3, 6), (1, 4, 67, 1, 4), (5, 3, 130, 3, 5),
    ].map { outer, reduced, lanes, repetition, count in
        CKNormalization(outer: outer, reduced: reduced, lanes: lanes, repeat: repetition, count: count, epsilon: 1e-3, keepsMean: false)
    }

    /// The normalized numbers before scale and bias, and 1 / deviation of each, as the header has it.
    private func reference(_ n: CKNormalization, _ x: [Float]) -> (normalized: [Float], inverses: [Float]) {
        var (normalized, inverses) = (x, x)
        for o in 0..<Int(n.outer) {
            for l in 0..<Int(n.lanes) {
                let places = (0..<Int(n.reduced)).map { (o * Int(n.reduced) + $0) * Int(n.lanes) + l }
                let mean = places.reduce(Float(0)) { $0 + x[$1] } / Float(n.reduced)
                let variance = places.reduce(Float(0)) { $0.addingProduct(x[$1] - mean, x[$1] - mean) } / Float(n.reduced)
                let inverse = 1 / (variance + n.epsilon).squareRoot()
                for place in places { (normalized[place], inverses[place]) = ((x[place] - mean) * inverse, inverse) }
            }
        }
        return (normalized, inverses)
    }

    private func parameter(_ n: CKNormalization, _ place: Int) -> Int { place / Int(n.lanes) / Int(n.repeat) % Int(n.count) }

    @Test("Normalization by a sample's own statistics equals its formula in bits") func normalization() {
        var random = Random(21)
        for n in Self.sizes {
            let total = Int(n.outer * n.reduced * n.lanes)
            let (x, scale, shift) = (random.floats(total), random.floats(Int(n.count)), random.floats(Int(n.count)))
            let (normalized, _) = reference(n, x)
            let expected = normalized.indices.map { place in
                shift[parameter(n, place)].addingProduct(normalized[place], scale[parameter(n, place)])
            }
            withEachInstructionSet { set in
                let y = filled(total) { result in
                    withUnsafePointer(to: n) { ck_normalization_forward($0, x, scale, shift, result, nil, nil) }
                }
                #expect(firstDifference(y, expected) == nil, "\(n) \(set)")
            }
        }
    }

    @Test("Gradients of normalization equal their formulas in bits") func normalizationGradients() {
        var random = Random(22)
        for n in Self.sizes {
            let total = Int(n.outer * n.reduced * n.lanes)
            let (x, scale, dy) = (random.floats(total), random.floats(Int(n.count)), random.floats(total))
            let expected = gradients(n, x, scale, dy)
            withEachInstructionSet { set in
                var (dscale, dshift) = (scale, scale)
                let dx = filled(total) { result in
                    withUnsafePointer(to: n) { ck_normalization_gradient($0, x, scale, dy, result, &dscale, &dshift) }
                }
                #expect(firstDifference(dx, expected.x) == nil, "dx \(n) \(set)")
                #expect(firstDifference(dscale, expected.scale) == nil, "dscale \(n) \(set)")
                #expect(firstDifference(dshift, expected.shift) == nil, "dshift \(n) \(set)")
            }
        }
    }

    private func gradients(
        _ n: CKNormalization, _ x: [Float], _ scale: [Float], _ dy: [Float]
    ) -> (x: [Float], scale: [Float], shift: [Float]) {
        let (h, inverses) = reference(n, x)
        var dx = x
        var (dscale, dshift) = ([Float](repeating: 0, count: Int(n.count)), [Float](repeating: 0, count: Int(n.count)))
        for o in 0..<Int(n.outer) {
            for l in 0..<Int(n.lanes) {
                let places = (0..<Int(n.reduced)).map { (o * Int(n.reduced) + $0) * Int(n.lanes) + l }
                let g = places.map { dy[$0] * scale[parameter(n, $0)] }
                let sum = g.reduce(0, +) / Float(n.reduced)
                let along = zip(g, places).reduce(Float(0)) { $0.addingProduct($1.0, h[$1.1]) } / Float(n.reduced)
                for (index, place) in places.enumerated() { dx[place] = inverses[place] * ((g[index] - sum) - h[place] * along) }
            }
        }
        for (place, gradient) in dy.enumerated().sorted(by: { self.order(n, $0.offset) < self.order(n, $1.offset) }) {
            let index = parameter(n, place)
            dscale[index] = dscale[index].addingProduct(gradient, h[place])
            dshift[index] += gradient
        }
        return (dx, dscale, dshift)
    }

    /// Blocks of 64 lanes one after the other, each row by row.
    private func order(_ n: CKNormalization, _ place: Int) -> Int {
        let (lane, element) = (place % Int(n.lanes), place / Int(n.lanes))
        let (o, r) = (element / Int(n.reduced), element % Int(n.reduced))
        return ((o * Int(n.lanes) + lane / 64) * Int(n.reduced) + r) * 64 + lane % 64
    }
}
