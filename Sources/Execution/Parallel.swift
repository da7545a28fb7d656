import CKernels

/// Work over independent items on a number of threads. Who computes an item never changes what comes out.
package struct Parallel: Sendable {
    package let threads: Int
    private let team: ThreadTeam?

    /// The calling thread alone.
    package static let one = Parallel(threads: 1)

    package init(threads: Int) {
        precondition(threads > 0)
        self.threads = threads
        team = threads > 1 ? ThreadTeam(helpers: threads - 1) : nil
    }

    /// Calls `body(item, worker)` for every item; a worker (`0 ..< min(threads, count)`) handles one item
    /// at a time.
    ///
    /// Every worker computes in the floating-point state of the arithmetic contract.
    package func forEach(_ count: Int, _ body: @Sendable (_ item: Int, _ worker: Int) -> Void) {
        guard let team, count > 1 else {
            Self.compute { for item in 0..<count { body(item, 0) } }
            return
        }
        team.forEach(count) { item, worker in Self.compute { body(item, worker) } }
    }

    /// The results of `body` for every item.
    package func map<Result: Sendable>(_ count: Int, _ body: @Sendable (_ item: Int) -> Result) -> [Result] {
        let results = Results<Result>(count)
        forEach(count) { item, _ in results.places[item] = body(item) }
        return results.places.compactMap(\.self)
    }

    /// Each item's place is written by one thread.
    private final class Results<Result>: @unchecked Sendable {
        let places: UnsafeMutableBufferPointer<Result?>

        init(_ count: Int) {
            places = .allocate(capacity: count)
            places.initialize(repeating: nil)
        }

        deinit {
            places.deinitialize()
            places.deallocate()
        }
    }

    private static func compute(_ body: () -> Void) {
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        body()
    }
}
