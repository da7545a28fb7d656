import Execution

/// What second moments H say of errors: H, with its diagonal strengthened, is R Rᵀ with an upper triangular R, rows and columns in the
/// order in which they are quantized.
struct ColumnFactor {
    /// Which comes first, which second …
    let order: [Int]
    /// R: `[row][column]` in that order, zeros below the diagonal.
    let elements: FloatBuffer

    /// - Parameters:
    ///   - second: `[size][size]`, of which what is on and above the diagonal counts.
    ///   - added: to the diagonal, of its mean.
    ///   - shrinkage: the share of what is off the diagonal that is not believed.
    init(_ second: FloatBuffer, size: Int, added share: Double, shrinkage: Double = 0, parallel: Parallel) {
        let energies = (0..<size).map { second.pointer[$0 * size + $0] }
        order = (0..<size).sorted { (energies[$1], $0) < (energies[$0], $1) }
        let mean = energies.reduce(0) { $0 + Double($1) } / Double(max(1, size))
        let added = max(share * mean, 1e-30)
        let (order, rest) = (order, UnsafeMutablePointer<Double>.allocate(capacity: max(1, size * size)))
        defer { rest.deallocate() }
        for row in 0..<size {
            for column in row..<size {
                let (a, b) = (min(order[row], order[column]), max(order[row], order[column]))
                rest[row * size + column] = Double(second.pointer[a * size + b]) * (1 - shrinkage)
            }
            rest[row * size + row] = Double(energies[order[row]]) + added
        }
        Self.factorise(rest, size, least: added, parallel)
        let elements = FloatBuffer(count: size * size)
        for row in 0..<size {
            for column in row..<size { elements.pointer[row * size + column] = Float(rest[row * size + column]) }
        }
        self.elements = elements
    }

    /// By index: how much an error costs that later ones cannot make up for, as its root.
    var pivots: [Float] {
        var pivots = [Float](repeating: 0, count: order.count)
        for (place, index) in order.enumerated() { pivots[index] = elements.pointer[place * order.count + place] }
        return pivots
    }

    /// Rows that a thread works out at a time.
    private static let panel = 32

    private static func factorise(_ r: UnsafeMutablePointer<Double>, _ size: Int, least: Double, _ parallel: Parallel) {
        nonisolated(unsafe) let r = r
        for j in (0..<size).reversed() {
            nonisolated(unsafe) let own = r + j * size
            let rest = size - j - 1
            let pivot = max(own[j] - dot(own + j + 1, own + j + 1, rest), least).squareRoot()
            own[j] = pivot
            let panels = j * rest < 1 << 14 ? 1 : (j + panel - 1) / panel
            let height = (j + panels - 1) / max(1, panels)
            (panels == 1 ? .one : parallel).forEach(panels) { item, _ in
                for i in item * height..<min(j, (item + 1) * height) {
                    let row = r + i * size
                    row[j] = (row[j] - dot(row + j + 1, own + j + 1, rest)) / pivot
                }
            }
        }
    }

    private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
        var sums = SIMD8<Double>()
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Double>.self)
            sums += left * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Double>.self)
        }
        var sum = sums.sum()
        for index in whole..<count { sum += a[index] * b[index] }
        return sum
    }
}
