import Execution
import NeuralGraph
import Training

/// Trains what pruning left, with the dead weights staying dead.
package struct Retraining {
    package let epochs: Int

    package init(epochs: Int) { self.epochs = epochs }

    /// - Returns: the best network seen on the validation split, the one it began with included.
    package func run(_ graph: Graph, context: TrainingContext) throws -> Graph {
        let steps = epochs * context.stepsPerEpoch
        guard steps > 0 else { return graph }
        var run = TrainingRun(graph, context: context, optimizer: context.optimizer.scaled(by: 1.0 / 3), name: "retrain")
        let mask = WeightMask(graph, layout: run.layout)
        var best = (network: graph, evaluation: try run.evaluate(run.latent))
        for step in 0..<steps {
            let loss = try run.computeGradient { latent, effective in effective.copy(from: latent) }
            run.descend(rate: context.schedule.rate(run.optimizer.settings.learningRate, at: Double(step) / Double(steps)))
            mask.apply(to: run.latent)
            guard (step + 1) % context.stepsPerEpoch == 0 else { continue }
            let evaluation = try run.evaluate(run.latent)
            if !best.evaluation.isBetter(than: evaluation) { best = (run.network(run.latent), evaluation) }
            guard (step + 1) / context.stepsPerEpoch % max(1, epochs / 10) == 0 else { continue }
            context.progress(
                "retrain: epoch \((step + 1) / context.stepsPerEpoch) of \(epochs), loss \(loss.rounded4), "
                    + "validation \(evaluation.text)")
        }
        return best.network
    }
}
