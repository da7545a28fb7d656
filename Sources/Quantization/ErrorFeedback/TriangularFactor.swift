import Execution

/// The upper triangular R of a symmetric, positive definite H = R Rᵀ.
struct TriangularFactor {
    let size: Int
    /// `[row][column]`; what is below the diagonal means nothing.
    private(set) var elements: [Float]

    /// Of the mean of the diagonal; so much is added to it.
    private static let damping = 0.01

    /// - Parameters:
    ///   - h: `[size][size]`; with something added to its diagonal, so that what was hardly measured does not count as zero.
    ///   - order: of rows and columns: which of `h` comes first, which second …
    init(_ h: FloatBuffer, order: [Int]) {
        let size = order.count
        self.size = size
        var r = order.flatMap { row in order.map { Double(h.pointer[row * size + $0]) } }
        let trace = (0..<size).reduce(0) { $0 + r[$1 * size + $1] }
        let added = max(Self.damping * trace / Double(size), 1e-12)
        for index in 0..<size { r[index * size + index] += added }
        r.withUnsafeMutableBufferPointer { r in
            guard let r = r.baseAddress else { return }
            for j in (0..<size).reversed() {
                let own = r + j * size
                let rest = size - j - 1
                let pivot = max(own[j] - Self.dot(own + j + 1, own + j + 1, rest), added).squareRoot()
                own[j] = pivot
                for i in 0..<j { r[i * size + j] = (r[i * size + j] - Self.dot(r + i * size + j + 1, own + j + 1, rest)) / pivot }
            }
        }
        elements = r.map(Float.init)
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
