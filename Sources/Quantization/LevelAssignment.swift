import CKernels

/// The weights of one layer that are alive, as quantization looks at them.
package struct LiveWeights {
    /// Flat indices within the layer's weight, ascending.
    let indices: [Int]
    let magnitudes: [Float]
    /// What an error of the weight costs: `h` in `h * (w - level)²`.
    let sensitivities: [Float]
    /// Bits that a place costs because it is not zero; sign and level come on top.
    let placeBits: [Float]

    package init(indices: [Int], magnitudes: [Float], sensitivities: [Float], placeBits: [Float]) {
        self.indices = indices
        self.magnitudes = magnitudes
        self.sensitivities = sensitivities
        self.placeBits = placeBits
    }

    /// These, or evenly every n-th so that there are no more than `limit`.
    func sample(_ limit: Int) -> LiveWeights {
        let step = (indices.count + limit - 1) / limit
        guard step > 1 else { return self }
        let places = stride(from: step / 2, to: indices.count, by: step)
        return LiveWeights(
            indices: places.map { indices[$0] }, magnitudes: places.map { magnitudes[$0] },
            sensitivities: places.map { sensitivities[$0] }, placeBits: places.map { placeBits[$0] })
    }
}

/// Bits of the file that sign and level of a weight take, beside those of its place.
struct LevelBits {
    /// For levels 1 …; level 0 costs nothing.
    let bits: [Float]

    /// - Parameter counts: weights at levels 1 … .
    init(counts: [Int]) {
        let total = Double(max(counts.reduce(0, +), 1))
        bits = counts.map { Float(1 - ck_log2((Double($0) + 0.5) / (total + 0.5 * Double(counts.count)))) }
    }
}

enum LevelAssignment {
    /// The level (0 …) of each weight that minimises `h * (|w| - c)² + lambda * bits`; the lower one of equals.
    ///
    /// - Parameter mayDie: whether level 0 may be chosen.
    static func levels(
        _ weights: LiveWeights, _ codebook: Codebook, bits: LevelBits, lambda: Float, mayDie: Bool
    ) -> [Int8] {
        let magnitudes = codebook.magnitudes
        return weights.magnitudes.indices.map { index in
            let w = weights.magnitudes[index]
            let h = weights.sensitivities[index]
            var best = (cost: h * w * w, level: 0)
            if !mayDie { best.cost = .infinity }
            for (k, c) in magnitudes.enumerated() {
                let cost = h * (w - c) * (w - c) + lambda * (weights.placeBits[index] + bits.bits[k])
                if cost < best.cost { best = (cost, k + 1) }
            }
            return Int8(best.level)
        }
    }

    static func counts(_ levels: [Int8], of magnitudes: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: magnitudes)
        for level in levels where level > 0 { counts[Int(level) - 1] += 1 }
        return counts
    }
}
