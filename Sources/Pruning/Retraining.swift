import Execution
import NeuralGraph
import Training

/// Trains what pruning left, with the dead weights staying dead.
package struct Retraining {
    package let epochs: Int

    package init(epochs: Int) { self.epochs = epochs }

    /// - Parameter validation: what `graph` comes to on the validation split.
    /// - Returns: the best network seen on the validation split, the one it began with included, and what it comes to.
    package func run(
        _ graph: Graph, validation: Evaluation, context: TrainingContext
    ) throws -> (network: Graph, validation: Evaluation) {
        var best = (network: graph, validation: validation)
        let steps = epochs * context.stepsPerEpoch
        guard steps > 0 else { return best }
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer.scaled(by: 1.0 / 3), name: "retrain")
        let mask = WeightMask(graph, layout: run.layout)
        for step in 0..<steps {
            let loss = try run.computeGradient { latent, effective in effective.copy(from: latent) }
            run.descend(rate: context.schedule.rate(run.optimizer.settings.learningRate, at: Double(step) / Double(steps)))
            mask.apply(to: run.latent)
            guard (step + 1) % context.stepsPerEpoch == 0 else { continue }
            let evaluation = try run.evaluate(run.latent)
            if !best.validation.isBetter(than: evaluation) { best = (run.network(run.latent), evaluation) }
            guard (step + 1) / context.stepsPerEpoch % max(1, epochs / 10) == 0 else { continue }
            context.progress(
                "retrain: epoch \((step + 1) / context.stepsPerEpoch) of \(epochs), loss \(loss.rounded4), "
                    + "validation \(evaluation.text)")
        }
        return best
    }
}
