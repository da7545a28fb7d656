import Execution
import NeuralGraph
import Training

/// Where the measurement of a curvature is: sums over the batches so far.
struct CurvatureState {
    /// Batches that are in the sums.
    var batches = 0
    /// By layer.
    let sums: [CurvatureSums]
    /// By parameter: of the gradient.
    var squares: [Double]

    init(_ graph: Graph) {
        sums = graph.layers.map { CurvatureSums(graph.parameters[$0.weight].shape) }
        squares = [Double](repeating: 0, count: graph.parameters.count)
    }

    func write(to state: inout StateWriter) {
        state.add(batches)
        state.add(squares)
        for sum in sums {
            state.add(sum.rows)
            state.add(sum.columns)
            for moments in sum.moments { state.add(moments) }
        }
    }

    /// Goes on from what was written of the same network.
    ///
    /// - Parameter batches: of the whole measurement.
    mutating func read(from state: inout StateReader, batches: Int) throws {
        self.batches = try state.value()
        squares = try Self.numbers(&state, squares.count)
        for sum in sums {
            sum.rows = try Self.numbers(&state, sum.rows.count)
            sum.columns = try Self.numbers(&state, sum.columns.count)
            for moments in sum.moments { try state.fill(moments) }
        }
        guard (0...batches).contains(self.batches) else { throw StateMismatch() }
    }

    private static func numbers(_ state: inout StateReader, _ count: Int) throws -> [Double] {
        let numbers = try state.array(Double.self)
        guard numbers.count == count else { throw StateMismatch() }
        return numbers
    }
}

extension CurvatureSums {
    fileprivate var moments: [FloatBuffer] { [rowMoments, columnMoments].compactMap { $0 } }
}
