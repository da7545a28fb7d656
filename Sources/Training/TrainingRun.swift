import CKernels
import DependencyGroups
import Execution
import NeuralGraph

/// A network in training: its latent weights, the weights that passes use, the optimizer's memory, the order of
/// samples.
///
/// Passes use *effective* weights, which a stage makes from the latent ones (masked, with noise, quantized); gradients
/// are taken with respect to them and applied to the latent weights (straight-through; Bengio et al., 2013).
package struct TrainingRun {
    /// The structure; the values of its parameters are those of the start.
    package private(set) var graph: Graph
    package private(set) var latent: FloatBuffer
    package private(set) var effective: FloatBuffer
    package internal(set) var optimizer: Optimizer
    package private(set) var engine: GradientEngine
    /// Made when a network of the present structure is first measured.
    private var evaluation: EvaluationEngine?
    package let context: TrainingContext
    var batches: Batches
    var placements: Placements?
    var order: [Int] = []
    var used = 0

    /// - Parameter name: of the random streams that shuffle and place the samples.
    package init(_ graph: Graph, context: TrainingContext, optimizer: OptimizerSettings, name: String) {
        self.graph = graph
        self.context = context
        latent = graph.parameterBuffer()
        effective = FloatBuffer(count: latent.count)
        self.optimizer = Optimizer(optimizer, count: latent.count)
        engine = context.engine(for: graph)
        batches = Batches(
            count: context.train.count, batch: context.batch, random: RandomStream(seed: context.seed, name: name))
        placements = context.augmentation.map {
            Placements($0, random: RandomStream(seed: context.seed, name: "augment \(name)"))
        }
    }

    package var layout: ParameterLayout { engine.plan.layout }
    package var gradient: FloatBuffer { engine.gradient }

    /// One batch forward and back. `prepare` makes the effective weights (out) from the latent ones (in).
    /// - Returns: the mean loss.
    package mutating func computeGradient(
        _ prepare: (_ latent: FloatBuffer, _ effective: FloatBuffer) -> Void
    ) throws(NotANumber) -> Double {
        try computeGradient(draw: nil, prepare)
    }

    private mutating func computeGradient(
        draw: AnswerDraw?, _ prepare: (_ latent: FloatBuffer, _ effective: FloatBuffer) -> Void
    ) throws(NotANumber) -> Double {
        if used + context.batch > order.count {
            order = batches.nextEpoch()
            used = 0
        }
        prepare(latent, effective)
        let loss = engine.compute(
            effective, samples: order[used..<used + context.batch],
            placements: placements?.next(context.batch)[...] ?? [], draw: draw)
        used += context.batch
        guard loss.isFinite else { throw NotANumber(place: "the training loss") }
        guard engine.isGradientFinite else {
            throw NotANumber(place: "the gradient of '\(firstNotFinite?.name ?? "")'")
        }
        return loss
    }

    private var firstNotFinite: Parameter? {
        graph.parameters.indices.first { !layout.range($0).allSatisfy { gradient.pointer[$0].isFinite } }
            .map { graph.parameters[$0] }
    }

    /// Moves the latent weights against the last gradient.
    package mutating func descend(rate: Float) {
        optimizer.step(latent, gradient: gradient, rate: rate, parallel: context.parallel)
    }

    /// How many batches tell what an error of each weight costs.
    private static let observedBatches = 40

    /// Lets the optimizer see the gradients of some batches without moving any weight, so that its second moments say what an error of
    /// each weight costs.
    ///
    /// - Parameter drawsAnswers: whether the right answers are drawn from the network's own, in place of those of the objective.
    package mutating func observe(drawsAnswers: Bool) throws(NotANumber) {
        let batches = min(Self.observedBatches, 2 * context.stepsPerEpoch)
        let part = context.progress.part("observes gradients", of: batches, "batches")
        defer { part.end() }
        for number in 0..<batches {
            defer { part.reach(number + 1) }
            let draw = drawsAnswers ? AnswerDraw(seed: context.seed, number: number) : nil
            _ = try computeGradient(draw: draw) { latent, effective in effective.copy(from: latent) }
            optimizer.observe(gradient)
        }
    }

    /// Gives this run latent weights that no copy of it shares.
    package mutating func copyLatent() { latent = FloatBuffer(latent.array) }

    /// Goes back to the weights of a network of the same structure; the optimizer remembers what it saw.
    package func restore(_ network: Graph) { latent.copy(from: network.parameterBuffer()) }

    /// Takes units out of the network, the weights and the optimizer's memory.
    package mutating func remove(_ removal: UnitSelection) throws {
        func select(_ buffer: FloatBuffer) -> FloatBuffer {
            FloatBuffer(removal.apply(to: UnsafeBufferPointer(start: buffer.pointer, count: buffer.count)))
        }
        graph = try removal.apply(to: graph)
        latent = select(latent)
        effective = FloatBuffer(count: latent.count)
        optimizer.select(select)
        engine = context.engine(for: graph)
        evaluation = nil
    }

    /// Measures the network with the given weights on the validation split.
    package mutating func evaluate(_ weights: FloatBuffer) throws(NotANumber) -> Evaluation {
        try evaluationEngine().evaluate(weights)
    }

    /// Whether the network with the given weights meets a requirement on the validation split.
    package mutating func decide(
        _ requirement: Requirement, _ weights: FloatBuffer
    ) throws(NotANumber) -> Decision {
        try evaluationEngine().decide(requirement, weights)
    }

    private mutating func evaluationEngine() -> EvaluationEngine {
        let engine = evaluation ?? context.evaluationEngine(for: graph)
        evaluation = engine
        return engine
    }

    /// The network with the given weights in place.
    package func network(_ weights: FloatBuffer) -> Graph {
        var result = graph
        result.setParameters(weights)
        return result
    }
}
