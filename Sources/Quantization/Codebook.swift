/// The levels of one layer: zero, and these magnitudes with both signs.
package struct Codebook: Sendable, Equatable {
    /// Ascending and greater than zero.
    package var magnitudes: [Float]

    package init(magnitudes: [Float]) { self.magnitudes = magnitudes }

    package func value(_ level: Int8) -> Float {
        switch level {
        case 0: 0
        case 1...: magnitudes[Int(level) - 1]
        default: -magnitudes[-Int(level) - 1]
        }
    }

    /// The level of the value nearest to one, zero included; of equals the lower one.
    func nearest(to value: Float) -> Int8 {
        let magnitude = value.magnitude
        var best = (distance: magnitude, level: 0)
        for (k, level) in magnitudes.enumerated() where (magnitude - level).magnitude < best.distance {
            best = ((magnitude - level).magnitude, k + 1)
        }
        return Int8(value < 0 ? -best.level : best.level)
    }

    /// The values of all levels, by the level's bits as an unsigned number: for loops over many weights.
    var table: [Float] {
        var table = [Float](repeating: 0, count: 256)
        for (k, magnitude) in magnitudes.enumerated() {
            table[k + 1] = magnitude
            table[255 - k] = -magnitude
        }
        return table
    }
}
