import NeuralGraph
import Training

/// What errors of a network's weights do, as far as it is measured on samples.
package struct MeasuredErrors {
    let curvature: Curvature
    /// By layer: of its inputs; `nil` where they are not known.
    let inputs: [InputMoments?]
    /// On which the curvature was measured.
    let samples: Int

    /// Positions that tell enough of a column's moments with the others.
    private static let positionsPerColumn = 32

    /// - Parameter samples: of the training split.
    package init(_ graph: Graph, samples: Int, context: TrainingContext) throws {
        let weights = graph.parameterBuffer()
        context.progress("quantize: measures what errors of \(graph.parameterCount) weights do")
        self.samples = samples
        curvature = try Curvature.measure(graph, weights, samples: samples, context)
        inputs = InputMoments.measure(
            graph.layers, of: graph, weights: weights, on: context.train, positionsPerColumn: Self.positionsPerColumn,
            parallel: context.parallel, progress: context.progress)
    }
}
