import CKernels

/// A linear map along an axis: each result is a sum of some elements with a weight each.
struct LinearMap: Sendable {
    typealias Tap = (source: Int, weight: Float)

    /// Of the axis that is mapped.
    private let length: Int
    /// By result, and the end.
    private var starts: [Int64] = [0]
    private var sources: [Int64] = []
    private var weights: [Float] = []

    /// Maps an axis of one element to itself.
    static let identity = LinearMap(length: 1, results: 1) { _ in [(0, 1)] }

    /// - Parameter taps: of a result, in the order of the sum.
    init(length: Int, results: Int, taps: (Int) -> [Tap]) {
        self.length = length
        for result in 0..<results {
            for tap in taps(result) {
                sources.append(Int64(tap.source))
                weights.append(tap.weight)
            }
            starts.append(Int64(sources.count))
        }
    }

    var results: Int { starts.count - 1 }

    private func taps(_ result: Int) -> [Tap] {
        (Int(starts[result])..<Int(starts[result + 1])).map { (Int(sources[$0]), weights[$0]) }
    }

    /// The map of an axis that is made of this one's and, within each of its elements, the other one's.
    func joined(with other: LinearMap) -> LinearMap {
        LinearMap(length: length * other.length, results: results * other.results) { result in
            let inner = other.taps(result % other.results)
            return taps(result / other.results).flatMap { tap in
                inner.map { (tap.source * other.length + $0.source, tap.weight * $0.weight) }
            }
        }
    }

    /// Multiply-adds.
    var count: Int { weights.count }

    /// From the gradient of the results to that of the elements, in the order of the results.
    var transposed: LinearMap {
        var taps = [[Tap]](repeating: [], count: length)
        for result in 0..<results {
            for place in Int(starts[result])..<Int(starts[result + 1]) {
                taps[Int(sources[place])].append((result, weights[place]))
            }
        }
        return LinearMap(length: results, results: length) { taps[$0] }
    }

    func withPointer(_ body: (UnsafePointer<CKLinearMap>) -> Void) {
        starts.withUnsafeBufferPointer { starts in
            sources.withUnsafeBufferPointer { sources in
                weights.withUnsafeBufferPointer { weights in
                    var map = CKLinearMap(
                        results: Int64(results), length: Int64(length), starts: starts.baseAddress,
                        sources: sources.baseAddress, weights: weights.baseAddress)
                    body(&map)
                }
            }
        }
    }
}
