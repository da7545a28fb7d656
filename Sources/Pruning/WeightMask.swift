import Execution
import NeuralGraph
import Training

/// Which elements of the flat parameters are alive. Only weights of layers can die; once dead they stay dead.
package struct WeightMask {
    /// 1 or 0 for each element of the layout.
    package let factors: FloatBuffer
    private let ranges: [Range<Int>]

    /// Weights that are exactly zero are dead.
    package init(_ graph: Graph, layout: ParameterLayout) {
        let flat = graph.flatParameters()
        factors = FloatBuffer(count: flat.count)
        factors.fill(1)
        ranges = graph.layers.map { layout.range($0.weight) }
        for range in ranges {
            for index in range where flat[index] == 0 { factors.pointer[index] = 0 }
        }
    }

    package func isAlive(_ index: Int) -> Bool { factors.pointer[index] != 0 }

    package func set(_ index: Int, isAlive: Bool) { factors.pointer[index] = isAlive ? 1 : 0 }

    /// Sets the dead elements of a buffer to zero.
    package func apply(to buffer: FloatBuffer) {
        // Without a branch: done at every step.
        for range in ranges {
            let (factors, values) = (factors.pointer + range.lowerBound, buffer.pointer + range.lowerBound)
            for index in 0..<range.count { values[index] = factors[index] == 0 ? 0 : values[index] }
        }
    }

    package func write(to state: inout StateWriter) {
        for range in ranges { state.add(range.map { isAlive($0) }) }
    }

    package func read(from state: inout StateReader) throws(StateMismatch) {
        for range in ranges {
            let isAlive = try state.array(Bool.self)
            guard isAlive.count == range.count else { throw StateMismatch() }
            for (index, isAlive) in zip(range, isAlive) { set(index, isAlive: isAlive) }
        }
    }

    package var liveCount: Int {
        ranges.reduce(0) { $0 + $1.reduce(0) { $0 + (factors.pointer[$1] != 0 ? 1 : 0) } }
    }

    /// Row-major for one layer.
    package func isLive(layer: Int) -> [Bool] { ranges[layer].map { factors.pointer[$0] != 0 } }
}
