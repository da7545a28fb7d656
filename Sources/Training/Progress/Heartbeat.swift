import Foundation

/// Sees to it that a run says how far it is even while it is busy with something long.
private final class Heartbeat: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOver = false

    /// Seconds between two looks.
    private static let interval = 0.5

    func start(_ progress: RunProgress) {
        Thread.detachNewThread {
            self.condition.lock()
            while !self.isOver {
                _ = self.condition.wait(until: Date(timeIntervalSinceNow: Self.interval))
                if !self.isOver { progress.look() }
            }
            self.condition.unlock()
        }
    }

    func stop() {
        condition.withLock {
            isOver = true
            condition.signal()
        }
    }
}

extension RunProgress {
    /// Prints how far the work is, from a thread of its own, until it is done.
    package func watched<Result>(_ work: () throws -> Result) rethrows -> Result {
        let heartbeat = Heartbeat()
        heartbeat.start(self)
        defer { heartbeat.stop() }
        return try work()
    }
}
