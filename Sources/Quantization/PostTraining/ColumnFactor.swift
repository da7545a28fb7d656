import Execution

/// What second moments H say of errors: H, with its diagonal strengthened, is R Rᵀ with an upper triangular R, rows and columns in the
/// order in which they are quantized.
struct ColumnFactor {
    /// Which comes first, which second …
    let order: [Int]
    /// R: `[row][column]` in that order; what is below the diagonal means nothing.
    let elements: FloatBuffer

    /// - Parameters:
    ///   - second: `[size][size]`, of which what is on and above the diagonal counts.
    ///   - added: to the diagonal, of its mean.
    ///   - shrinkage: the share of what is off the diagonal that is not believed.
    ///   - isSorted: whether those come first whose errors cost most.
    init(
        _ second: FloatBuffer, size: Int, added share: Double, shrinkage: Double = 0, isSorted: Bool = true, parallel: Parallel
    ) {
        let energies = (0..<size).map { second.pointer[$0 * size + $0] }
        order = isSorted ? (0..<size).sorted { (energies[$1], $0) < (energies[$0], $1) } : Array(0..<size)
        let mean = energies.reduce(0) { $0 + Double($1) } / Double(max(1, size))
        let added = max(share * mean, 1e-30)
        let factor = TriangularFactor(second, order: order, added: added, shrinkage: shrinkage, parallel: parallel)
        elements = FloatBuffer(factor.elements)
    }

    /// By index: how much an error costs that later ones cannot make up for, as its root.
    var pivots: [Float] {
        var pivots = [Float](repeating: 0, count: order.count)
        for (place, index) in order.enumerated() { pivots[index] = elements.pointer[place * order.count + place] }
        return pivots
    }
}
