import Execution

/// The upper triangular R of a symmetric, positive definite H = R Rᵀ.
struct TriangularFactor {
    let size: Int
    /// `[row][column]`; what is below the diagonal means nothing.
    private(set) var elements: [Float]

    /// Of the mean of the diagonal; so much is added to it.
    private static let damping = 0.01
    /// Rows that a thread works out at a time.
    private static let panel = 32

    /// - Parameters:
    ///   - h: `[size][size]`; with something added to its diagonal, so that what was hardly measured does not count as zero.
    ///   - order: of rows and columns: which of `h` comes first, which second …
    init(_ h: FloatBuffer, order: [Int]) {
        let size = order.count
        let trace = order.reduce(0) { $0 + Double(h.pointer[$1 * size + $1]) }
        self.init(h, order: order, added: max(Self.damping * trace / Double(size), 1e-12), parallel: .one)
    }

    /// - Parameters:
    ///   - h: `[size][size]`, of which what is on and above the diagonal counts.
    ///   - order: of rows and columns: which of `h` comes first, which second …
    ///   - added: to the diagonal.
    ///   - shrinkage: the share of what is off the diagonal that is not believed.
    init(_ h: FloatBuffer, order: [Int], added: Double, shrinkage: Double = 0, parallel: Parallel) {
        let size = order.count
        self.size = size
        var r = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in row..<size {
                let (a, b) = (min(order[row], order[column]), max(order[row], order[column]))
                r[row * size + column] = Double(h.pointer[a * size + b]) * (row == column ? 1 : 1 - shrinkage)
            }
            r[row * size + row] += added
        }
        r.withUnsafeMutableBufferPointer { r in
            if let r = r.baseAddress { Self.factorise(r, size, least: added, parallel) }
        }
        elements = r.map(Float.init)
    }

    private static func factorise(_ r: UnsafeMutablePointer<Double>, _ size: Int, least: Double, _ parallel: Parallel) {
        nonisolated(unsafe) let r = r
        for j in (0..<size).reversed() {
            nonisolated(unsafe) let own = r + j * size
            let rest = size - j - 1
            let pivot = max(own[j] - dot(own + j + 1, own + j + 1, rest), least).squareRoot()
            own[j] = pivot
            let panels = j * rest < 1 << 14 ? 1 : (j + panel - 1) / panel
            let height = (j + panels - 1) / panels
            parallel.forEach(panels) { item, _ in
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
