import Execution
import NeuralGraph
import Training

/// Unstructured pruning, little by little while the network is trained on: the budget in coded bytes shrinks on a
/// cubic path (Zhu and Gupta, "To prune, or not to prune", 2017) and stops where the accuracy requirement does.
package struct WeightPruning {
    package let contribution: Contribution
    package let epochs: Int
    /// By layer, together with the number of weights that the layer had in the original network.
    package let limits: [PruningLimit]
    package let originalCounts: [Int]
    /// Bytes of the coded weights at the end of the path.
    package let targetBytes: Double
    /// Whether a weight's contribution is weighed against its bytes in the file; all weights cost the same otherwise.
    package let isRateAware: Bool
    /// Bits of sign and value of one weight in the file: few when the values will be quantized.
    package let valueBits: Double
    /// The deviation of multiplicative noise on the weights in training, which makes them fit for few levels; 0
    /// without quantization.
    package let noise: Float
    /// The real coder's bytes for a network, to correct the estimate.
    package let codedBytes: @Sendable (Graph) throws -> Double

    package init(
        contribution: Contribution, epochs: Int, limits: [PruningLimit], originalCounts: [Int], targetBytes: Double,
        isRateAware: Bool, valueBits: Double, noise: Float, codedBytes: @escaping @Sendable (Graph) throws -> Double
    ) {
        self.contribution = contribution
        self.epochs = epochs
        self.limits = limits
        self.originalCounts = originalCounts
        self.targetBytes = targetBytes
        self.isRateAware = isRateAware
        self.valueBits = valueBits
        self.noise = noise
        self.codedBytes = codedBytes
    }

    private static let stage = "weights"
    /// The most steps from one decision to the next.
    private static let interval = 50
    /// Looks at the validation split in a row that may fail before the way back is taken.
    private static let patience = 4

    /// - Returns: the last network that met what is asked of it at its point of the way.
    package func run(_ graph: Graph, context: TrainingContext) throws -> Graph {
        let steps = epochs * context.stepsPerEpoch
        guard steps > 0, limits.contains(where: { $0.maxRatio > 0 }) else { return graph }
        func begin() -> Position { Position(graph, self, context, steps: steps) }
        var position = context.checkpoints.restored(Self.stage, into: begin) { try $0.read(from: &$1, steps: steps) } ?? begin()
        let noise = WeightNoise(deviation: noise, graph: graph, layout: position.run.layout, context: context)
        let interval = max(1, min(Self.interval, steps / 80))
        let check = max(1, context.stepsPerEpoch / 2, steps / 40)
        let part = context.progress.steps("prune weights", of: steps, from: position.step, position.run)
        defer { part.end() }
        while position.step < steps {
            let step = position.step
            _ = try position.run.computeGradient { latent, effective in noise.apply(latent, to: effective, step: step) }
            position.run.descend(
                rate: context.schedule.rate(context.optimizer.learningRate, at: Double(step) / Double(steps)))
            position.way.follow(position.run, decides: step % interval == interval - 1)
            position.step += 1
            part.reach(position.step)
            guard position.step % check == 0 || position.step == steps else { continue }
            try look(&position.way, &position.run, step: step, steps: steps, reports: position.step / check % 4 == 0)
            context.checkpoints.keep(Self.stage, always: position.step == steps) { position.write(to: &$0, steps: steps) }
        }
        return position.way.best
    }

    /// Looks where the way has come to, and turns back where it has been below the floor for too long.
    private func look(_ way: inout Way, _ run: inout TrainingRun, step: Int, steps: Int, reports: Bool) throws {
        let network = run.network(run.latent)
        let requirement = run.context.requirement.during(Double(step + 1) / Double(steps))
        let decision = try run.decide(requirement, run.latent)
        let bytes = try codedBytes(network)
        way.correct(network, bytes: bytes)
        if reports {
            run.context.progress(
                "prune weights: step \(step + 1) of \(steps), \(way.mask.liveCount) weights, about \(Int(bytes)) bytes, "
                    + "validation \(decision.text)")
        }
        if decision.isMet {
            way.accept(network)
        } else if way.fails(patience: Self.patience) {
            way.turnBack(run, stepsLeft: steps - step)
            run.context.progress("prune weights: below the floor; back to \(way.mask.liveCount) weights")
        }
    }

    /// By layer: the weights that rules protect.
    fileprivate var leastKept: [Int] {
        zip(limits, originalCounts).map { $0.leastKept(of: $1) }
    }
}

/// Where weight pruning is.
private struct Position {
    var step = 0
    var run: TrainingRun
    var way: Way

    init(_ graph: Graph, _ pruning: WeightPruning, _ context: TrainingContext, steps: Int) {
        run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "weights")
        way = Way(graph, pruning, layout: run.layout, steps: steps)
    }

    /// At the end only the network counts.
    func write(to state: inout StateWriter, steps: Int) {
        state.add(step)
        way.best.writeParameters(to: &state)
        guard step < steps else { return }
        run.write(to: &state)
        way.write(to: &state)
    }

    mutating func read(from state: inout StateReader, steps: Int) throws {
        step = try state.value()
        try way.readBest(from: &state)
        guard step < steps else { return }
        try run.read(from: &state)
        try way.read(from: &state)
    }
}

/// How far pruning has come, and the last place at which the network was good enough.
private struct Way {
    private(set) var mask: WeightMask
    private(set) var best: Graph
    private let ranking: WeightRanking
    private let layout: ParameterLayout
    private var budget: Budget
    private var bestBytes: Double
    private var failures = 0

    init(_ graph: Graph, _ pruning: WeightPruning, layout: ParameterLayout, steps: Int) {
        mask = WeightMask(graph, layout: layout)
        best = graph
        ranking = WeightRanking(
            contribution: pruning.contribution, leastKept: pruning.leastKept, isRateAware: pruning.isRateAware,
            valueBits: pruning.valueBits)
        self.layout = layout
        let dense = ranking.estimate(mask, graph) / 8
        let first = max(3 * pruning.targetBytes, 0.6 / 8 * Double(graph.weightCount))
        budget = Budget(first: min(dense, first), last: pruning.targetBytes, steps: steps)
        bestBytes = budget.bytes
    }

    /// One step of the way, and where a decision is due, the removal of weights. Below the floor the way stands still.
    mutating func follow(_ run: TrainingRun, decides: Bool) {
        if decides, failures == 0 { ranking.prune(mask, to: budget.bits, run: run) }
        mask.apply(to: run.latent)
        if failures == 0 { budget.advance() }
    }

    mutating func correct(_ network: Graph, bytes: Double) {
        budget.correct(estimate: ranking.estimate(mask, network) / 8, real: bytes)
    }

    mutating func accept(_ network: Graph) {
        best = network
        bestBytes = budget.bytes
        failures = 0
    }

    func write(to state: inout StateWriter) {
        mask.write(to: &state)
        budget.write(to: &state)
        state.add(bestBytes)
        state.add(failures)
    }

    mutating func read(from state: inout StateReader) throws {
        try mask.read(from: &state)
        try budget.read(from: &state)
        bestBytes = try state.value()
        failures = try state.value()
    }

    mutating func readBest(from state: inout StateReader) throws { try best.readParameters(from: &state) }

    mutating func fails(patience: Int) -> Bool {
        failures += 1
        return failures > patience
    }

    mutating func turnBack(_ run: TrainingRun, stepsLeft: Int) {
        run.restore(best)
        mask = WeightMask(best, layout: layout)
        budget.backOff(to: bestBytes, stepsLeft: stepsLeft)
        failures = 0
    }
}

/// The bytes that the coded weights may take at each step of the path.
private struct Budget {
    private(set) var first: Double
    private var last: Double
    private var progress = 0.0
    private var stride: Double
    private var correction = 1.0

    /// The share of the steps after which the end of the path is reached.
    private static let way = 0.9

    init(first: Double, last: Double, steps: Int) {
        self.first = max(first, last)
        self.last = last
        stride = 1 / (Self.way * Double(steps))
    }

    mutating func advance() { progress = min(1, progress + stride) }

    var bytes: Double {
        let rest = 1 - progress
        return last + (first - last) * rest * rest * rest
    }

    /// In estimated bits.
    var bits: Double { bytes * 8 * correction }

    /// Starts again at a budget at which the requirement held, towards the middle between it and the one at which it
    /// did not.
    mutating func backOff(to good: Double, stepsLeft: Int) {
        last = (good * min(bytes, good)).squareRoot()
        first = good
        progress = 0
        stride = 1 / (Self.way * Double(max(stepsLeft, 1)))
    }

    func write(to state: inout StateWriter) {
        for number in [first, last, progress, stride, correction] { state.add(number) }
    }

    mutating func read(from state: inout StateReader) throws {
        first = try state.value()
        last = try state.value()
        progress = try state.value()
        stride = try state.value()
        correction = try state.value()
    }

    /// Learns how far the estimate is from the real coder.
    mutating func correct(estimate: Double, real: Double) {
        guard real > 0, estimate > 0 else { return }
        correction = 0.3 * correction + 0.7 * min(2, max(0.5, estimate / real))
    }
}
