import CKernels
import NeuralGraph
import Training

/// Trains a network that was quantized as it was: steps stay, and weights go from level to level where that brings the network nearer to
/// what it is to answer (straight-through; Bengio, Léonard and Courville, 2013).
package struct LevelTraining {
    /// At most.
    private let rounds: Int
    private let stepsPerRound: Int
    /// Of the whole file.
    private let targetBytes: Int
    private let bytes: (QuantizedNetwork) throws -> Int

    /// The rate of the first round, in steps from level to level.
    private static let rate = 0.005
    /// Of the first rate of a round, its last.
    private static let lastRate = 0.02
    /// How often in a round it is seen to that the file stays within the target.
    private static let looks = 8
    /// By how much the dead zone grows where it does not.
    private static let zoneStep: Float = 0.01
    private static let greatestZone: Float = 0.45
    /// A round that takes away less of the error ends the training.
    private static let leastGain = 0.03
    private static let reports = 16
    private static let stage = "levels"

    /// - Parameters:
    ///   - rounds: at most.
    ///   - targetBytes: of the whole file.
    package init(rounds: Int, stepsPerRound: Int, targetBytes: Int, bytes: @escaping (QuantizedNetwork) throws -> Int) {
        precondition(rounds > 0, "there is at least one round")
        self.rounds = rounds
        self.stepsPerRound = stepsPerRound
        self.targetBytes = targetBytes
        self.bytes = bytes
    }

    /// - Parameters:
    ///   - start: within the target.
    ///   - original: of the same structure, before it was quantized.
    ///   - limits: by layer; `nil` for one that stays in floats.
    ///   - validation: what `start` comes to.
    ///   - didFinish: is told of every round as it ends.
    package func run(
        _ start: QuantizedNetwork, original: Graph, limits: [LevelLimit?], validation: Evaluation, context: TrainingContext,
        didFinish: (IterativeQuantization.Round) throws -> Void
    ) throws -> [IterativeQuantization.Round] {
        func fresh() -> Position {
            Position(state: LevelTrainingState(start, original: original, limits: limits, rate: Self.rate, context: context))
        }
        var position = context.checkpoints.restored(Self.stage, into: fresh) {
            try $0.read(from: &$1, graph: start.graph, metric: context.requirement.metric)
        } ?? fresh()
        for round in position.done { try didFinish(round) }
        let part = context.progress.steps(
            "train levels", of: rounds * stepsPerRound, from: steps(position), isAtMost: true, position.state.run)
        defer { part.end() }
        while position.done.count < rounds, !isOver(position.done, from: validation, context) {
            try train(&position, context, part)
            let round = try finished(&position, context)
            position.done.append(round)
            position.step = 0
            context.checkpoints.keep(Self.stage, always: true) { position.write(to: &$0) }
            try didFinish(round)
            context.progress(
                "round \(round.round) of at most \(rounds): \(round.bytes) bytes (target \(targetBytes)), validation "
                    + round.validation.text)
        }
        return position.done
    }

    private func isOver(_ done: [IterativeQuantization.Round], from start: Evaluation, _ context: TrainingContext) -> Bool {
        guard let last = done.last else { return false }
        if context.requirement.isMet(by: last.validation) { return true }
        let before = done.dropLast().last?.validation ?? start
        let gain = (last.validation.value - before.value) * (last.validation.metric.isHigherBetter ? 1 : -1)
        return gain < Self.leastGain * (before.value - context.requirement.bound).magnitude
    }

    /// Steps that are done.
    private func steps(_ position: Position) -> Int { position.done.count * stepsPerRound + position.step }

    /// What is left of the present round.
    private func train(_ position: inout Position, _ context: TrainingContext, _ part: RunProgress.Part) throws {
        let round = position.done.count + 1
        // Half the rate from each round to the next.
        let first = Self.rate * ck_exp2(-Double(round - 1))
        var losses: [Double] = []
        let look = max(1, stepsPerRound / Self.looks), report = max(1, stepsPerRound / Self.reports)
        while position.step < stepsPerRound {
            if position.step % look == 0, position.step > 0 {
                context.checkpoints.keep(Self.stage, always: false) { position.write(to: &$0) }
                try narrow(&position.state)
            }
            let rate = Schedule.cosine.rate(first, at: Double(position.step) / Double(stepsPerRound), floor: Self.lastRate)
            losses.append(try position.state.step(rate: rate))
            position.step += 1
            part.reach(steps(position))
            if position.step % report == 0 {
                let loss = losses.reduce(0, +) / Double(losses.count)
                context.progress("train levels: step \(position.step) of \(stepsPerRound) in round \(round), loss \(loss.rounded4)")
                losses = []
            }
        }
    }

    /// Moves the dead zone a step towards where the file just fits.
    private func narrow(_ state: inout LevelTrainingState) throws {
        let size = try bytes(state.network())
        if size > targetBytes {
            state.zone += Self.zoneStep
        } else if Double(size) < Double(targetBytes) * 0.995, state.zone >= Self.zoneStep {
            state.zone -= Self.zoneStep
        }
    }

    private func finished(_ position: inout Position, _ context: TrainingContext) throws -> IterativeQuantization.Round {
        var network = position.state.network()
        var size = try bytes(network)
        while size > targetBytes, position.state.zone < Self.greatestZone {
            position.state.zone += Self.zoneStep
            network = position.state.network()
            size = try bytes(network)
        }
        return IterativeQuantization.Round(
            round: position.done.count + 1, bytes: size, nonzeros: network.nonzeros,
            validation: try position.state.evaluate(network), frozen: 1, network: network)
    }
}

/// Where the training of levels is.
private struct Position {
    var state: LevelTrainingState
    var done: [IterativeQuantization.Round] = []
    /// Of the present round.
    var step = 0

    func write(to state: inout StateWriter) {
        state.add(step)
        self.state.write(to: &state)
        done.write(to: &state)
    }

    mutating func read(from state: inout StateReader, graph: Graph, metric: Metric) throws {
        step = try state.value()
        try self.state.read(from: &state)
        done = try [IterativeQuantization.Round](from: &state, graph: graph, metric: metric)
    }
}
