/// Arithmetic on shapes that come from files, where products may be beyond `Int`.
package enum Shape {
    /// The greatest number of elements that a value may have per sample, and the greatest length of an axis.
    package static let limit = 1 << 31
    /// A batch has fewer samples than this. An end from here on is beyond every batch: exporters write 10^9, 2^31 - 1 or 2^63 - 1 for
    /// "all".
    package static let batchLimit = 1_000_000_000
    /// The greatest number of axes, as in NumPy: walks over axes nest, and some look at each axis once for every other.
    package static let rankLimit = 64

    /// The number of elements; `nil` when a length is negative or the product is beyond `Int`.
    package static func count(_ dimensions: [Int]) -> Int? {
        if dimensions.contains(where: { $0 < 0 }) { return nil }
        if dimensions.contains(0) { return 0 }
        var count = 1
        for dimension in dimensions {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            count = product
        }
        return count
    }

    /// Whether a value of this per-sample shape can be worked with: no axis is empty, and it is within both limits.
    package static func isUsable(_ dimensions: [Int]) -> Bool {
        guard dimensions.count <= rankLimit, let count = count(dimensions) else { return false }
        return (1...limit).contains(count)
    }

    /// Whether nothing overflows where axes that are not empty stand beside empty ones.
    package static func isWithinLimits(_ dimensions: [Int]) -> Bool { isUsable(dimensions.filter { $0 != 0 }) }

    /// For each axis, how far apart neighbours stand in row-major order.
    package static func strides(_ dimensions: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: dimensions.count)
        for axis in dimensions.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }

    /// The shape of the result of an element-wise operation (numpy's rule: axes are aligned at the end, a length of 1
    /// is repeated); `nil` when the shapes do not fit.
    package static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        let long = [Int](repeating: 1, count: rank - a.count) + a
        let other = [Int](repeating: 1, count: rank - b.count) + b
        var result: [Int] = []
        for (x, y) in zip(long, other) {
            guard x == y || x == 1 || y == 1 else { return nil }
            result.append(x == 1 ? y : x)
        }
        return result
    }
}
