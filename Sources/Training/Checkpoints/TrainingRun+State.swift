extension TrainingRun {
    /// All that the next steps depend on, the structure of the network apart.
    package func write(to state: inout StateWriter) {
        state.add(latent)
        optimizer.write(to: &state)
        batches.random.write(to: &state)
        placements?.random.write(to: &state)
        state.add(order.map { UInt32($0) })
        state.add(used)
    }

    /// Goes on from what a run of the same network wrote.
    package mutating func read(from state: inout StateReader) throws(StateMismatch) {
        try state.fill(latent)
        try optimizer.read(from: &state)
        try batches.random.read(from: &state)
        try placements?.random.read(from: &state)
        order = try state.array(UInt32.self).map { Int($0) }
        used = try state.value()
        guard order.allSatisfy({ $0 < context.train.count }), used >= 0, used <= order.count else { throw StateMismatch() }
    }
}
