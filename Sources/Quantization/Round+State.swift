import NeuralGraph
import Training

extension IterativeQuantization.Round {
    func write(to state: inout StateWriter) {
        for number in [round, bytes, nonzeros, validation.samples] { state.add(number) }
        state.add(validation.value)
        state.add(frozen)
        network.write(to: &state)
    }

    /// - Parameter graph: a network of the same structure.
    init(from state: inout StateReader, graph: Graph, metric: Metric) throws {
        let (round, bytes, nonzeros): (Int, Int, Int) = (try state.value(), try state.value(), try state.value())
        let samples: Int = try state.value()
        let validation = Evaluation(metric: metric, value: try state.value(), samples: samples)
        let frozen: Double = try state.value()
        var network = QuantizedNetwork(floats: graph)
        try network.read(from: &state)
        self.init(
            round: round, bytes: bytes, nonzeros: nonzeros, validation: validation, frozen: frozen,
            network: network)
    }
}

extension [IterativeQuantization.Round] {
    func write(to state: inout StateWriter) {
        state.add(count)
        for round in self { round.write(to: &state) }
    }

    /// - Parameter graph: a network of the same structure.
    init(from state: inout StateReader, graph: Graph, metric: Metric) throws {
        let count: Int = try state.value()
        self.init()
        while self.count < count { append(try IterativeQuantization.Round(from: &state, graph: graph, metric: metric)) }
    }
}
