/// Where the stages of a run keep what they have come to, so that a run that was stopped goes on from there and ends with the
/// same bytes. A stage that was finished is not run again.
package struct Checkpoints: Sendable {
    /// - Returns: what was kept of a stage, by its name; `nil` if nothing was, or nothing that can be trusted.
    package typealias Read = @Sendable (_ stage: String) -> [UInt8]?
    package typealias Write = @Sendable (_ stage: String, _ state: [UInt8]) -> Void

    private let read: Read
    private let write: Write
    /// Whether it is long enough since something was written.
    private let isDue: @Sendable () -> Bool
    private var descent = 1

    package init(isDue: @escaping @Sendable () -> Bool, read: @escaping Read, write: @escaping Write) {
        self.isDue = isDue
        self.read = read
        self.write = write
    }

    /// Nothing is kept.
    package static let none = Checkpoints(isDue: { false }, read: { _ in nil }, write: { _, _ in })

    /// For the stages of one descent.
    package func ofDescent(_ descent: Int) -> Checkpoints {
        var checkpoints = self
        checkpoints.descent = descent
        return checkpoints
    }

    /// - Parameters:
    ///   - fresh: a state of the stage that nothing else refers to.
    ///   - read: takes what was kept of the stage into it.
    /// - Returns: the state to go on from; `nil` where the stage begins anew.
    package func restored<State>(
        _ stage: String, into fresh: () -> State, _ read: (inout State, inout StateReader) throws -> Void
    ) -> State? {
        guard let bytes = self.read(name(stage)) else { return nil }
        var (state, reader) = (fresh(), StateReader(bytes))
        do {
            try read(&state, &reader)
            return state
        } catch {
            return nil
        }
    }

    /// Keeps the state of a stage, in place of an earlier one, if it is time to or `always`.
    package func keep(_ stage: String, always: Bool, _ state: (inout StateWriter) -> Void) {
        guard always || isDue() else { return }
        var counter = StateWriter(writes: false)
        state(&counter)
        var writer = StateWriter(reserving: counter.count)
        state(&writer)
        write(name(stage), writer.bytes)
    }

    private func name(_ stage: String) -> String { "\(descent)-\(stage)" }
}
