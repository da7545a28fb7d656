/// Range and levels of a layer by cluster analysis: Lloyd's algorithm ("Least squares quantization in PCM", 1982) on the
/// magnitudes of its live weights, weighted by sensitivity, and, with a price on bits, entropy-constrained (Chou,
/// Lookabaugh and Gray, 1989).
package enum Clustering {
    package struct Result {
        package var codebook: Codebook
        /// By live weight, 0 … .
        package var levels: [Int8]
        /// Sum of `h * (w - level)²`.
        package var distortion: Double
        /// Estimated bits of all live weights.
        package var bits: Double
    }

    private static let iterations = 12

    /// - Parameters:
    ///   - start: what the clusters begin from, one of `starts`; fewer are returned when clusters run empty.
    ///   - lambda: price of one bit, in units of distortion.
    package static func cluster(
        _ weights: LiveWeights, from start: Codebook, lambda: Float
    ) -> Result {
        var codebook = start
        let share = max(1, weights.indices.count / max(start.magnitudes.count, 1))
        var counts = [Int](repeating: share, count: start.magnitudes.count)
        var levels: [Int8] = []
        for _ in 0..<iterations {
            let bits = LevelBits(counts: counts)
            levels = LevelAssignment.levels(weights, codebook, bits: bits, lambda: lambda, mayDie: lambda > 0)
            let next = centroids(weights, levels, codebook)
            // At a price that no weight is worth, the last codebook says as much as any.
            if next.counts.isEmpty { break }
            (codebook, counts) = next
        }
        codebook.magnitudes = distinctLevels(codebook.magnitudes)
        return assign(weights, codebook, lambda: lambda, mayDie: lambda > 0)
    }

    /// Levels of a given codebook, and what they cost.
    ///
    /// - Parameter mayDie: whether weights may become zero.
    package static func assign(
        _ weights: LiveWeights, _ codebook: Codebook, lambda: Float, mayDie: Bool
    ) -> Result {
        let even = [Int](repeating: 1, count: codebook.magnitudes.count)
        var bits = LevelBits(counts: even)
        var levels = LevelAssignment.levels(weights, codebook, bits: bits, lambda: lambda, mayDie: mayDie)
        bits = LevelBits(counts: LevelAssignment.counts(levels, of: codebook.magnitudes.count))
        levels = LevelAssignment.levels(weights, codebook, bits: bits, lambda: lambda, mayDie: mayDie)
        var distortion = 0.0
        var total = 0.0
        for (index, level) in levels.enumerated() {
            let error = weights.magnitudes[index] - codebook.value(level)
            distortion += Double(weights.sensitivities[index] * error * error)
            if level > 0 { total += Double(weights.placeBits[index] + bits.bits[Int(level) - 1]) }
        }
        return Result(codebook: codebook, levels: levels, distortion: distortion, bits: total)
    }

    /// What clusters begin from, by number of magnitudes: those at equal steps of the summed sensitivity.
    package static func starts(_ weights: LiveWeights, counts: [Int]) -> [Codebook] {
        // Magnitude, then index: bits of floats that are not negative are in the order of the floats.
        let order = weights.magnitudes.enumerated()
            .map { UInt64($0.element.bitPattern) << 32 | UInt64($0.offset) }.sorted().map { Int($0 & 0xffff_ffff) }
        let total = weights.sensitivities.reduce(0.0) { $0 + Double($1) }
        return counts.map { count in
            var result: [Float] = []
            var sum = 0.0
            for index in order where result.count < count {
                sum += Double(weights.sensitivities[index])
                while result.count < count, sum >= total * (Double(result.count) + 0.5) / Double(count) {
                    result.append(weights.magnitudes[index])
                }
            }
            return Codebook(magnitudes: result)
        }
    }

    private static func centroids(
        _ weights: LiveWeights, _ levels: [Int8], _ old: Codebook
    ) -> (codebook: Codebook, counts: [Int]) {
        var clusters = [(sum: Double, mass: Double, count: Int)](repeating: (0, 0, 0), count: old.magnitudes.count)
        clusters.withUnsafeMutableBufferPointer { clusters in
            for (index, level) in levels.enumerated() where level > 0 {
                let k = Int(level) - 1
                clusters[k].sum += Double(weights.sensitivities[index] * weights.magnitudes[index])
                clusters[k].mass += Double(weights.sensitivities[index])
                clusters[k].count += 1
            }
        }
        // Empty clusters are dropped.
        let used = clusters.filter { $0.count > 0 && $0.mass > 0 }
        return (Codebook(magnitudes: used.map { Float($0.sum / $0.mass) }), used.map(\.count))
    }

    /// Rounded to what the file can hold, ascending, without repeats and zeros.
    package static func distinctLevels(_ magnitudes: [Float]) -> [Float] {
        var result: [Float] = []
        for magnitude in magnitudes.map(\.roundedToLevel).sorted() where magnitude > (result.last ?? 0) {
            result.append(magnitude)
        }
        return result
    }
}
