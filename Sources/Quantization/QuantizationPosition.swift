import NeuralGraph
import Training

/// Where iterative quantization is.
struct QuantizationPosition {
    var state: QuantizationState
    var search: LevelSearch
    /// The size when every weight goes to its nearest level.
    var firstBytes = 0
    var done: [IterativeQuantization.Round] = []
    /// Of the present round.
    var step = 0
    /// Of a bit, at the present step.
    var price: Float = 0

    init(_ state: QuantizationState, _ search: LevelSearch) {
        self.state = state
        self.search = search
    }

    /// The present round, from 1.
    var round: Int { done.count + 1 }

    func write(to state: inout StateWriter) {
        state.add(firstBytes)
        state.add(step)
        state.add(price)
        search.prices.write(to: &state)
        self.state.write(to: &state)
        done.write(to: &state)
    }

    mutating func read(from state: inout StateReader, graph: Graph, metric: Metric) throws {
        firstBytes = try state.value()
        step = try state.value()
        price = try state.value()
        try search.prices.read(from: &state)
        try self.state.read(from: &state)
        done = try [IterativeQuantization.Round](from: &state, graph: graph, metric: metric)
    }
}
