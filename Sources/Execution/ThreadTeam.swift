import CThreadTeam

/// Threads that wait for work to share; they end with the object.
final class ThreadTeam: Sendable {
    private nonisolated(unsafe) let team: OpaquePointer

    /// - Returns: `nil` where the system has no memory for one.
    init?(helpers: Int) {
        guard let team = ct_team_create(Int32(helpers)) else { return nil }
        self.team = team
    }

    deinit { ct_team_destroy(team) }

    func forEach(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pointer in
                ct_team_run(
                    team, Int64(count),
                    { context, item, worker in
                        let body = context?.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee
                        body?(Int(item), Int(worker))
                    }, UnsafeMutableRawPointer(mutating: pointer))
            }
        }
    }
}
