import Execution
import NeuralGraph
import Training

/// Trains what pruning left, with the dead weights staying dead.
package struct Retraining {
    package let epochs: Int

    package init(epochs: Int) { self.epochs = epochs }

    private static let stage = "retrain"

    /// - Parameter validation: what `graph` comes to on the validation split.
    /// - Returns: the best network seen on the validation split, the one it began with included, and what it comes to.
    package func run(
        _ graph: Graph, validation: Evaluation, context: TrainingContext
    ) throws -> (network: Graph, validation: Evaluation) {
        guard epochs > 0 else { return (graph, validation) }
        func begin() -> Position { Position(graph, validation, context) }
        var position = context.checkpoints.restored(Self.stage, into: begin) { try $0.read(from: &$1, epochs: epochs) } ?? begin()
        let mask = WeightMask(graph, layout: position.run.layout)
        let steps = context.stepsPerEpoch
        let part = context.progress.steps("retrain", of: epochs * steps, from: position.epoch * steps, position.run)
        defer { part.end() }
        while position.epoch < epochs {
            let loss = try train(&position, mask, part)
            position.epoch += 1
            let evaluation = try position.run.evaluate(position.run.latent)
            if !position.best.validation.isBetter(than: evaluation) {
                position.best = (position.run.network(position.run.latent), evaluation)
            }
            context.checkpoints.keep(Self.stage, always: position.epoch == epochs) { position.write(to: &$0, epochs: epochs) }
            guard position.epoch % max(1, epochs / 10) == 0 else { continue }
            context.progress(
                "retrain: epoch \(position.epoch) of \(epochs), loss \(loss.rounded4), validation \(evaluation.text)")
        }
        return position.best
    }

    /// One epoch.
    /// - Returns: the last loss.
    private func train(_ position: inout Position, _ mask: WeightMask, _ part: RunProgress.Part) throws -> Double {
        let context = position.run.context
        let (epochSteps, steps) = (context.stepsPerEpoch, epochs * context.stepsPerEpoch)
        let rate = position.run.optimizer.settings.learningRate
        var loss = 0.0
        for step in position.epoch * epochSteps..<(position.epoch + 1) * epochSteps {
            loss = try position.run.computeGradient { latent, effective in effective.copy(from: latent) }
            position.run.descend(rate: context.schedule.rate(rate, at: Double(step) / Double(steps)))
            mask.apply(to: position.run.latent)
            part.reach(step + 1)
        }
        return loss
    }
}

/// Where retraining is.
private struct Position {
    /// Epochs that are done.
    var epoch = 0
    var run: TrainingRun
    var best: (network: Graph, validation: Evaluation)

    init(_ graph: Graph, _ validation: Evaluation, _ context: TrainingContext) {
        run = TrainingRun(graph, context: context, optimizer: context.optimizer.scaled(by: 1.0 / 3), name: "retrain")
        best = (graph, validation)
    }

    /// At the end only the network counts.
    func write(to state: inout StateWriter, epochs: Int) {
        state.add(epoch)
        best.network.writeParameters(to: &state)
        state.add(best.validation.value)
        if epoch < epochs { run.write(to: &state) }
    }

    mutating func read(from state: inout StateReader, epochs: Int) throws {
        epoch = try state.value()
        try best.network.readParameters(from: &state)
        best.validation = Evaluation(
            metric: best.validation.metric, value: try state.value(), samples: best.validation.samples)
        if epoch < epochs { try run.read(from: &state) }
    }
}
