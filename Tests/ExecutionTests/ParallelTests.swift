import Execution
import Testing

@Suite struct ParallelTests {
    /// One number per item, written by whoever handles it.
    private final class Counts: @unchecked Sendable {
        private let counts: UnsafeMutableBufferPointer<Int>

        init(_ count: Int) {
            counts = .allocate(capacity: count)
            counts.initialize(repeating: 0)
        }

        deinit { counts.deallocate() }

        func add(_ item: Int) { counts[item] += 1 }
        var all: [Int] { Array(counts) }
    }

    @Test("every item is handled once, by a worker that there is", arguments: [1, 2, 3, 5])
    func everyItemOnce(threads: Int) {
        let parallel = Parallel(threads: threads)
        for round in 0..<300 {
            let count = [0, 1, 2, 3, 7, 64, 1000][round % 7]
            let items = Counts(count)
            let strangers = Counts(count)
            parallel.forEach(count) { item, worker in
                items.add(item)
                if worker < 0 || worker >= min(threads, count) { strangers.add(item) }
            }
            #expect(items.all == [Int](repeating: 1, count: count))
            #expect(strangers.all == [Int](repeating: 0, count: count))
        }
    }

    @Test("work within work is done") func nested() {
        let parallel = Parallel(threads: 3)
        let items = Counts(40 * 25)
        parallel.forEach(40) { outer, _ in
            parallel.forEach(25) { inner, _ in items.add(outer * 25 + inner) }
        }
        #expect(items.all == [Int](repeating: 1, count: 40 * 25))
    }

    @Test("threads that slept are woken") func afterSleep() async throws {
        let parallel = Parallel(threads: 2)
        for _ in 0..<5 {
            try await Task.sleep(for: .milliseconds(5))
            let items = Counts(100)
            parallel.forEach(100) { item, _ in items.add(item) }
            #expect(items.all == [Int](repeating: 1, count: 100))
        }
    }
}
