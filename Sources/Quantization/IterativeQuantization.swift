import CKernels
import Execution
import NeuralGraph
import Training

/// Iterative quantization: at most N rounds, each of which visits every layer, finds range and levels by cluster
/// analysis, quantizes, freezes a part and retrains the rest; it stops as soon as the size target is met with the
/// accuracy required.
package struct IterativeQuantization {
    /// N.
    package let rounds: Int
    package let epochsPerRound: Int
    /// By layer: distinct values with zero; `nil` for a layer that stays in floats.
    package let maxLevels: [Int?]
    /// By layer: how many weights must not become zero.
    package let leastKept: [Int]
    /// Of the whole file.
    package let targetBytes: Int
    package let bytes: (QuantizedNetwork) throws -> Int

    package init(
        rounds: Int, epochsPerRound: Int, maxLevels: [Int?], leastKept: [Int], targetBytes: Int,
        bytes: @escaping (QuantizedNetwork) throws -> Int
    ) {
        precondition(rounds > 0, "there is at least one round")
        self.rounds = rounds
        self.epochsPerRound = epochsPerRound
        self.maxLevels = maxLevels
        self.leastKept = leastKept
        self.targetBytes = targetBytes
        self.bytes = bytes
    }

    /// What a round came to.
    package struct Round: Sendable {
        package let round: Int
        package let bytes: Int
        package let nonzeros: Int
        package let validation: Evaluation
        /// Share of the remaining weights whose level is final.
        package let frozen: Double
        package let network: QuantizedNetwork
    }

    /// Steps between two assignments of levels. In fifty, latent weights of a fine codebook move past several levels, and then
    /// all jump at once.
    private static let interval = 5
    /// Codebooks are chosen as for a file so many times as large: fewer weights at finer levels keep more accuracy, once
    /// trained, than the levels that fit the target before.
    private static let fineness = 1.07
    /// How often in a round the size is brought to where it should be by then.
    private static let looks = 30
    /// Looks between two reports of how far a round is.
    private static let looksPerReport = 6
    /// Steps between two looks at least: each codes the network a dozen times.
    private static let leastLook = 20

    private static let stage = "quantize"

    /// - Parameters:
    ///   - isTeacher: whether the network is still what it is to learn from.
    ///   - didFinish: is told of every round as it ends.
    /// - Returns: every round that was run; the last one has trained levels.
    package func run(
        _ graph: Graph, isTeacher: Bool = false, context: TrainingContext, didFinish: (Round) throws -> Void = { _ in }
    ) throws -> [Round] {
        guard maxLevels.contains(where: { $0 != nil }) else { return [] }
        func fresh() -> QuantizationPosition {
            QuantizationPosition(
                QuantizationState(graph, maxLevels: maxLevels, leastKept: leastKept, isTeacher: isTeacher, context: context),
                LevelSearch(bytes: bytes))
        }
        var position = try context.checkpoints.restored(Self.stage, into: fresh) {
            try $0.read(from: &$1, graph: graph, metric: context.requirement.metric)
        } ?? begun(fresh(), isTeacher: isTeacher, context)
        for round in position.done { try didFinish(round) }
        let part = begin(position, context)
        defer { part.end() }
        while position.round <= rounds, !(position.done.last.map { isDone($0, context) } ?? false) {
            let report = try finishRound(&position, context, part)
            position.done.append(report)
            position.step = 0
            context.checkpoints.keep(Self.stage, always: true) { position.write(to: &$0) }
            try didFinish(report)
            context.progress(
                "round \(report.round) of \(rounds): \(report.bytes) bytes (target \(targetBytes)), \(report.nonzeros) "
                    + "weights, validation \(report.validation.text)")
        }
        return position.done
    }

    /// Learns what an error of each weight costs, and chooses codebooks.
    private func begun(
        _ fresh: QuantizationPosition, isTeacher: Bool, _ context: TrainingContext
    ) throws -> QuantizationPosition {
        let part = context.progress.part("chooses levels")
        defer { part.end() }
        var position = fresh
        try position.state.run.observe(drawsAnswers: isTeacher && context.lessons.isTaughtAlone)
        position.firstBytes = isTeacher
            ? try feedBack(&position.state, context) : try choose(&position.state, &position.search)
        return position
    }

    /// Chooses levels as a network that no training has made fit for them asks.
    /// - Returns: the size.
    private func feedBack(_ state: inout QuantizationState, _ context: TrainingContext) throws -> Int {
        let moments = InputMoments.measure(
            state.layers.map(\.layer), of: state.run.graph, weights: state.run.latent, on: context.train, parallel: context.parallel,
            progress: context.progress)
        let corrections = zip(state.layers, moments).map { BiasCorrection(of: $0.layer, $1, in: state.run.graph) }
        try state.silenceUnits(corrections)
        state = try FeedbackAssignment(state, moments, corrections).within(targetBytes, bytes: bytes)
        let network = state.network()
        let (size, validation) = (try bytes(network), try state.run.evaluate(network.graph.parameterBuffer()))
        context.progress("quantize: \(size) bytes before training, validation \(validation.text)")
        return size
    }

    /// Tells what is to be done.
    private func begin(_ position: QuantizationPosition, _ context: TrainingContext) -> RunProgress.Part {
        context.progress.steps(
            "quantize", of: rounds * epochsPerRound * context.stepsPerEpoch + polishingSteps(context), from: steps(position, context),
            isAtMost: true, position.state.run)
    }

    /// Steps that are done.
    private func steps(_ position: QuantizationPosition, _ context: TrainingContext) -> Int {
        (position.round - 1) * epochsPerRound * context.stepsPerEpoch + position.step
    }

    /// After the last round.
    private func polishingSteps(_ context: TrainingContext) -> Int { max(1, epochsPerRound / 4) * context.stepsPerEpoch }

    /// What is left of the present round.
    private func finishRound(_ position: inout QuantizationPosition, _ context: TrainingContext, _ part: RunProgress.Part) throws -> Round {
        let round = position.round
        let share = Double(round) / Double(rounds)
        try retrain(&position, SizePath(first: position.firstBytes, target: targetBytes, round, of: rounds), context, part)
        for index in position.state.layers.indices {
            position.state.layers[index].freeze(share: share, run: position.state.run)
        }
        let report = try self.report(&position.state, round, share)
        guard round == rounds || isDone(report, context) else { return report }
        try polish(&position.state, context: context, part)
        let polished = try self.report(&position.state, round, 1)
        let isBetter = (polished.bytes <= targetBytes || report.bytes > targetBytes)
            && !report.validation.isBetter(than: polished.validation)
        return isBetter ? polished : report
    }

    private func isDone(_ round: Round, _ context: TrainingContext) -> Bool {
        round.bytes <= targetBytes && context.requirement.isMet(by: round.validation)
    }

    /// Chooses every layer's codebook, and with it the number of levels, as the target asks.
    /// - Returns: the size when every weight goes to its nearest level: where the path to the target begins.
    private func choose(_ state: inout QuantizationState, _ search: inout LevelSearch) throws -> Int {
        var chosen = state
        _ = try search.choose(&chosen, target: Int(Double(targetBytes) * Self.fineness))
        for index in state.layers.indices { state.layers[index].codebook = chosen.layers[index].codebook }
        LevelSearch.assign(&state, lambda: 0)
        return try bytes(state.network())
    }

    /// Trains the weights that are not final while their levels follow them and the file shrinks along the path.
    private func retrain(
        _ position: inout QuantizationPosition, _ path: SizePath, _ context: TrainingContext, _ part: RunProgress.Part
    ) throws {
        if position.step == 0 { position.state.setSteps() }
        let steps = epochsPerRound * context.stepsPerEpoch
        let look = max(Self.leastLook, steps / Self.looks)
        // A quarter of the rate from the first round to the last.
        let first = position.state.run.optimizer.settings.learningRate
            * ck_exp2(-2 * Double(path.round - 1) / Double(rounds))
        while position.step < steps {
            let step = position.step
            if step % look == 0 {
                context.checkpoints.keep(Self.stage, always: false) { position.write(to: &$0) }
                let goal = path.goal(at: Double(step + look) / Double(steps))
                position.price = try position.search.assign(&position.state, target: goal)
            }
            let rate = context.schedule.rate(first, at: Double(step) / Double(steps), floor: 1.0 / 3)
            let loss = try position.state.step(rate: rate)
            if step > 0, step % (look * Self.looksPerReport) == 0 {
                context.progress("quantize: step \(step) of \(steps) in round \(path.round), loss \(loss.rounded4)")
            }
            if step % Self.interval == Self.interval - 1, step + 1 < steps {
                LevelSearch.assign(&position.state, lambda: position.price)
            }
            position.step += 1
            part.reach(self.steps(position, context))
        }
        if try bytes(position.state.network()) > path.goal(at: 1) {
            _ = try position.search.assign(&position.state, target: path.goal(at: 1))
        }
    }

    /// With all levels final, trains magnitudes and biases.
    private func polish(_ state: inout QuantizationState, context: TrainingContext, _ part: RunProgress.Part) throws {
        for index in state.layers.indices { state.layers[index].freeze(share: 1, run: state.run) }
        let steps = polishingSteps(context)
        let first = state.run.optimizer.settings.learningRate / 4
        for step in 0..<steps {
            _ = try state.step(rate: context.schedule.rate(first, at: Double(step) / Double(steps)))
            part.advance(by: 1)
        }
    }

    private func report(_ state: inout QuantizationState, _ round: Int, _ frozen: Double) throws -> Round {
        let network = state.network()
        let validation = try state.run.evaluate(network.graph.parameterBuffer())
        return Round(
            round: round, bytes: try bytes(network), nonzeros: network.nonzeros, validation: validation,
            frozen: frozen, network: network)
    }
}

/// The size that the file should have at each point of a round: a geometric path from the first size to the target,
/// which a round goes in its first half.
private struct SizePath {
    let round: Int
    private let first: Double
    private let target: Int
    private let rounds: Int

    init(first: Int, target: Int, _ round: Int, of rounds: Int) {
        self.first = Double(first)
        self.target = target
        self.round = round
        self.rounds = rounds
    }

    /// - Parameter progress: of the round, from 0 to 1.
    func goal(at progress: Double) -> Int {
        guard first > Double(target) else { return target }
        let share = (Double(round - 1) + min(1, 2 * progress)) / Double(rounds)
        return max(target, Int(first * ck_exp2(ck_log2(Double(target) / first) * share)))
    }
}
