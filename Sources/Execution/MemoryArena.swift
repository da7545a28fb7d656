import NeuralGraph

/// Buffers that are needed at different times share one block of memory.
package struct MemoryArena: Sendable {
    private var requests: [Request] = []

    package init() {}

    /// Floats, and the times of the first and the last use, both included.
    private struct Request {
        let count: Int
        let first: Int
        var last: Int
    }

    /// - Returns: the buffer's number.
    package mutating func take(_ count: Int, at time: Int) -> Int {
        requests.append(Request(count: count.wholeCacheLines, first: time, last: time))
        return requests.count - 1
    }

    package mutating func use(_ buffer: Int, at time: Int) { requests[buffer].last = max(requests[buffer].last, time) }

    /// Where each buffer stands, and the floats of the whole block: the largest buffers first, each as far to the front
    /// as those allow that are needed at the same time.
    package func layout() -> (offsets: [Int], total: Int) {
        var offsets = [Int](repeating: 0, count: requests.count)
        var placed: [Int] = []
        var total = 0
        let order = requests.indices.sorted { (-requests[$0].count, $0) < (-requests[$1].count, $1) }
        for buffer in order {
            let request = requests[buffer]
            let others = placed.filter { requests[$0].first <= request.last && request.first <= requests[$0].last }
            for other in others.sorted(by: { offsets[$0] < offsets[$1] }) {
                guard offsets[buffer] + request.count > offsets[other] else { break }
                offsets[buffer] = max(offsets[buffer], offsets[other] + requests[other].count)
            }
            placed.append(buffer)
            total = max(total, offsets[buffer] + request.count)
        }
        return (offsets, total)
    }
}
