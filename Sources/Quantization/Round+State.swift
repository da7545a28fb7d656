import CompressedModel
import NeuralGraph
import Training

extension IterativeQuantization.Round {
    func write(to state: inout StateWriter) {
        for number in [round, bytes, nonzeros, validation.samples] { state.add(number) }
        state.add(validation.value)
        state.add(frozen)
        network.graph.writeParameters(to: &state)
        for encoding in network.encodings { encoding.write(to: &state) }
    }

    /// - Parameter graph: a network of the same structure.
    init(from state: inout StateReader, graph: Graph, metric: Metric) throws {
        let (round, bytes, nonzeros): (Int, Int, Int) = (try state.value(), try state.value(), try state.value())
        let samples: Int = try state.value()
        let validation = Evaluation(metric: metric, value: try state.value(), samples: samples)
        let frozen: Double = try state.value()
        var network = graph
        try network.readParameters(from: &state)
        let encodings = try graph.parameters.map { _ in try TensorEncoding(from: &state) }
        self.init(
            round: round, bytes: bytes, nonzeros: nonzeros, validation: validation, frozen: frozen,
            network: QuantizedNetwork(graph: network, encodings: encodings))
    }
}

extension TensorEncoding {
    fileprivate func write(to state: inout StateWriter) {
        switch self {
        case .codebook(let magnitudes, let indices):
            state.add(Kind.codebook.rawValue)
            state.add(magnitudes)
            state.add(indices)
        case .uniform(let step, let indices):
            state.add(Kind.uniform.rawValue)
            state.add(step)
            state.add(indices)
        case .scaled(let scaled):
            state.add(Kind.scaled.rawValue)
            state.add(scaled.step)
            state.add(scaled.rows)
            state.add(scaled.columns)
            state.add(scaled.indices)
        case .float32(let values):
            state.add(Kind.float32.rawValue)
            state.add(values)
        }
    }

    fileprivate init(from state: inout StateReader) throws {
        switch Kind(rawValue: try state.value()) {
        case .codebook: self = .codebook(magnitudes: try state.array(), indices: try state.array())
        case .uniform: self = .uniform(step: try state.value(), indices: try state.array())
        case .float32: self = .float32(try state.array())
        case .scaled:
            self = .scaled(
                ScaledIndices(
                    step: try state.value(), rows: try state.array(), columns: try state.array(), indices: try state.array()))
        case nil: throw StateMismatch()
        }
    }

    private enum Kind: UInt8 {
        case codebook, uniform, float32, scaled
    }
}
