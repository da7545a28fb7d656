import CompressedModel
import Execution
import NeuralGraph
import Pruning
import Training

/// A network in quantization: latent weights in training, levels by layer, uniform steps of the biases.
struct QuantizationState {
    var run: TrainingRun
    var layers: [LayerLevels]
    /// By parameter.
    private var steps: [Int: UniformStep] = [:]
    /// Steps from zero to the greatest magnitude of a layer's bias, and of a bias or scale of no layer.
    private let (biasLevels, scaleLevels): (Int, Int)

    /// Of the optimizer's learning rate. Where no image comes twice, more of it does not lead to overfitting.
    private static let rate = 0.2
    private static let rateWithAugmentation = 0.5
    /// For biases of layers that training made fit for it: 5 bits with the sign.
    private static let trainedBiasLevels = 15
    /// The same for biases and scales of no layer, as those of normalization: 8 bits.
    private static let trainedScaleLevels = 127
    /// For all where no training came before: each shifts a whole unit, so that its error costs more than those of many weights.
    /// A multiple of the steps of `UnitScales`, which stay exact.
    static let untrainedLevels = 32 * 127

    /// - Parameters:
    ///   - maxLevels: by layer; `nil` for a layer that stays in floats.
    ///   - leastKept: by layer: weights that stay alive.
    ///   - isTeacher: whether the network is still what it is to learn from.
    init(_ graph: Graph, maxLevels: [Int?], leastKept: [Int], isTeacher: Bool, context: TrainingContext) {
        biasLevels = isTeacher ? Self.untrainedLevels : Self.trainedBiasLevels
        scaleLevels = isTeacher ? Self.untrainedLevels : Self.trainedScaleLevels
        let rate = context.augmentation == nil ? Self.rate : Self.rateWithAugmentation
        run = TrainingRun(graph, context: context, optimizer: context.optimizer.scaled(by: rate), name: "quantize")
        let layout = run.layout
        layers = zip(graph.layers, zip(maxLevels, leastKept)).compactMap { layer, limits in
            limits.0.map {
                LayerLevels(layer, graph: graph, layout: layout, maxLevels: $0, leastKept: limits.1)
            }
        }
        setSteps()
    }

    /// Steps for the biases of quantized layers and for biases and scales of no layer, from their present values.
    mutating func setSteps() {
        let ofLayers = Set(run.graph.layers.flatMap { [$0.weight, $0.bias].compactMap { $0 } })
        for layer in layers {
            if let bias = layer.layer.bias { setStep(bias, levels: biasLevels) }
        }
        for (index, parameter) in run.graph.parameters.enumerated()
        where [.bias, .scale].contains(parameter.role) && !ofLayers.contains(index) {
            setStep(index, levels: scaleLevels)
        }
    }

    private mutating func setStep(_ parameter: Int, levels: Int) {
        let range = run.layout.range(parameter)
        steps[parameter] = UniformStep(
            UnsafeBufferPointer(start: run.latent.pointer + range.lowerBound, count: range.count), levels: levels)
    }

    /// Makes the weights that passes use: levels and steps where there are any, the latent weights elsewhere.
    func write(_ latent: FloatBuffer, to effective: FloatBuffer) {
        effective.copy(from: latent)
        for layer in layers { layer.write(to: effective) }
        for (bias, step) in steps {
            for index in run.layout.range(bias) {
                effective.pointer[index] = step.value(step.index(latent.pointer[index]))
            }
        }
    }

    /// The network as the file would hold it now.
    func network() -> QuantizedNetwork {
        var rounded = self
        for index in rounded.layers.indices { rounded.layers[index].roundMagnitudes() }
        let effective = FloatBuffer(count: run.latent.count)
        rounded.write(run.latent, to: effective)
        let graph = run.network(effective)
        var encodings = graph.parameters.map { TensorEncoding.float32($0.values) }
        for layer in rounded.layers { encodings[layer.layer.weight] = layer.encoding }
        for (bias, step) in steps {
            let indices = run.layout.range(bias).map { step.index(run.latent.pointer[$0]) }
            encodings[bias] = .uniform(step: step.step, indices: indices)
        }
        return QuantizedNetwork(graph: graph, encodings: encodings)
    }

    func write(to state: inout StateWriter) {
        run.write(to: &state)
        for layer in layers { layer.write(to: &state) }
        state.add(steps.keys.sorted())
        state.add(steps.sorted { $0.key < $1.key }.map(\.value.step))
    }

    /// Goes on from what a state of the same network wrote.
    mutating func read(from state: inout StateReader) throws {
        try run.read(from: &state)
        for index in layers.indices { try layers[index].read(from: &state) }
        let (parameters, values) = (try state.array(Int.self), try state.array(Float.self))
        guard parameters.count == values.count, Set(parameters).isSubset(of: run.graph.parameters.indices) else {
            throw StateMismatch()
        }
        steps = Dictionary(uniqueKeysWithValues: zip(parameters, values.map { UniformStep(step: $0) }))
    }

    /// One batch: levels forward, gradient to latent weights and magnitudes.
    mutating func step(rate: Float) throws -> Double {
        let state = self
        let loss = try run.computeGradient { latent, effective in state.write(latent, to: effective) }
        for index in layers.indices { layers[index].trainMagnitudes(run.gradient, rate: rate) }
        run.descend(rate: rate)
        return loss
    }
}
