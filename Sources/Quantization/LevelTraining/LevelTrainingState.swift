import CompressedModel
import Execution
import NeuralGraph
import Training

/// A quantized network whose elements move from level to level.
struct LevelTrainingState {
    private(set) var run: TrainingRun
    /// Of the parameters that are at levels; the others stay as they are.
    private let grids: [(parameter: Int, grid: LevelGrid)]
    private let start: QuantizedNetwork
    private let values: FloatBuffer
    /// How far beyond the middle between two levels a weight must be to go to the one farther from zero.
    var zone: Float = 0

    /// Of the way from its level to the original: a latent weight that starts in the middle moves late, one at the border at once.
    private static let share: Float = 0.5

    /// - Parameters:
    ///   - original: of the same structure, before it was quantized.
    ///   - limits: by layer; `nil` for one that stays in floats.
    ///   - rate: of the optimizer, in steps from level to level.
    init(_ start: QuantizedNetwork, original: Graph, limits: [LevelLimit?], rate: Double, context: TrainingContext) {
        self.start = start
        run = TrainingRun(start.graph, context: context, optimizer: .adam(learningRate: rate), name: "levels")
        values = FloatBuffer(run.latent.array)
        let layout = run.layout
        let ofLayers = Dictionary(zip(start.graph.layers.map(\.weight), limits), uniquingKeysWith: { first, _ in first })
        grids = start.encodings.indices.compactMap { parameter in
            LevelGrid(start.encodings[parameter], range: layout.range(parameter), limit: ofLayers[parameter] ?? nil)
                .map { (parameter, $0) }
        }
        let originals = original.parameterBuffer()
        for (_, grid) in grids { grid.start(run.latent, originals: originals.pointer + grid.range.lowerBound, share: Self.share) }
    }

    /// One batch: levels forward, gradient to latent weights.
    /// - Returns: the mean loss.
    mutating func step(rate: Float) throws -> Double {
        let state = self
        let loss = try run.computeGradient { latent, effective in state.write(latent, to: effective) }
        run.descend(rate: rate)
        return loss
    }

    private func write(_ latent: FloatBuffer, to effective: FloatBuffer) {
        effective.copy(from: values)
        for (_, grid) in grids { grid.write(latent, to: effective, zone: zone, run.context.parallel) }
    }

    /// The network as the file would hold it now.
    func network() -> QuantizedNetwork {
        var encodings = start.encodings
        let effective = FloatBuffer(values.array)
        for (parameter, grid) in grids {
            let encoding = grid.encoding(run.latent, zone: zone)
            encodings[parameter] = encoding
            for (place, element) in zip(grid.range, encoding.elements) { effective.pointer[place] = element }
        }
        return QuantizedNetwork(graph: run.network(effective), encodings: encodings)
    }

    mutating func evaluate(_ network: QuantizedNetwork) throws -> Evaluation {
        try run.evaluate(network.graph.parameterBuffer())
    }

    func write(to state: inout StateWriter) {
        run.write(to: &state)
        state.add(zone)
    }

    mutating func read(from state: inout StateReader) throws {
        try run.read(from: &state)
        zone = try state.value()
    }
}
