/// How the gradients of micro-batches become one: in a binary tree over their numbers, the lower half of each node first, as soon as they
/// are there, so that few buffers are in use at a time.
struct GradientTree {
    /// Micro-batches that are worked on together, and the sums that can be formed after them.
    struct Wave {
        /// The number of the first micro-batch.
        let first: Int
        /// By micro-batch: which buffer its gradient is written to.
        let buffers: [Int]
        /// One after the other.
        let sums: [(from: Int, into: Int)]
    }

    let waves: [Wave]
    let bufferCount: Int

    /// - Parameters:
    ///   - count: of micro-batches. The sum of all is in buffer 0.
    ///   - width: how many are worked on together.
    init(count: Int, width: Int) {
        var (waves, taken, free): ([Wave], Int, [Int]) = ([], 0, [])
        // Nodes that wait for their sibling, each with the micro-batches in it.
        var waiting: [(buffer: Int, size: Int)] = []
        for first in stride(from: 0, to: count, by: width) {
            let buffers = (first..<min(count, first + width)).map { _ -> Int in
                if let buffer = free.popLast() { return buffer }
                taken += 1
                return taken - 1
            }
            var sums: [(from: Int, into: Int)] = []
            func join() {
                let upper = waiting.removeLast()
                let lower = waiting.removeLast()
                sums.append((upper.buffer, lower.buffer))
                free.append(upper.buffer)
                waiting.append((lower.buffer, lower.size + upper.size))
            }
            for buffer in buffers {
                waiting.append((buffer, 1))
                while let (upper, lower) = Self.lastTwo(waiting), upper == lower { join() }
            }
            if first + width >= count { while waiting.count > 1 { join() } }
            waves.append(Wave(first: first, buffers: buffers, sums: sums))
        }
        self.waves = waves
        bufferCount = taken
    }

    private static func lastTwo(_ nodes: [(buffer: Int, size: Int)]) -> (Int, Int)? {
        nodes.count > 1 ? (nodes[nodes.count - 1].size, nodes[nodes.count - 2].size) : nil
    }
}
