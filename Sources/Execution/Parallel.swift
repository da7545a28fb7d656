import CKernels
import Dispatch

/// Work over independent items on a number of threads. Who computes an item never changes what comes out.
package struct Parallel: Sendable {
    package let threads: Int

    package init(threads: Int) {
        precondition(threads > 0)
        self.threads = threads
    }

    /// Calls `body(item, worker)` for every item; a worker (`0 ..< threads`) handles one item at a time.
    /// Every worker computes in the floating-point state of the arithmetic contract.
    package func forEach(_ count: Int, _ body: @Sendable (_ item: Int, _ worker: Int) -> Void) {
        let workers = min(threads, count)
        guard workers > 1 else {
            Self.work(from: 0, by: 1, to: count, worker: 0, body)
            return
        }
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            Self.work(from: worker, by: workers, to: count, worker: worker, body)
        }
    }

    private static func work(from: Int, by step: Int, to end: Int, worker: Int, _ body: (Int, Int) -> Void) {
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        for item in stride(from: from, to: end, by: step) { body(item, worker) }
    }
}
