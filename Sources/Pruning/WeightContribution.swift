import Execution
import NeuralGraph
import Training

extension Contribution {
    /// The contributions of a layer's weights in training.
    func scores(of layer: Layer, in run: TrainingRun) -> [Float] {
        let range = run.layout.range(layer.weight)
        return scores(
            UnsafeBufferPointer(start: run.latent.pointer + range.lowerBound, count: range.count),
            second: UnsafeBufferPointer(start: run.optimizer.second.pointer + range.lowerBound, count: range.count),
            rows: run.graph.parameters[layer.weight].shape[0])
    }

    /// A weight's contribution by flat index within one layer's weight: `h * w²`.
    ///
    /// For `fisher`, h is the square root of the factored second moment of the gradient (row mean times column mean
    /// over mean): single entries are too noisy. For `taylor` the contribution is the loss's second-order proxy
    /// `w² s`, s the second moment itself.
    func scores(
        _ weights: UnsafeBufferPointer<Float>, second: UnsafeBufferPointer<Float>, rows: Int
    ) -> [Float] {
        switch self {
        case .magnitude: return weights.map { $0 * $0 }
        case .taylor: return weights.indices.map { weights[$0] * weights[$0] * second[$0] }
        case .fisher:
            let h = Sensitivity(second: second, rows: rows)
            return weights.indices.map { weights[$0] * weights[$0] * h[$0] }
        }
    }
}

/// The square root of the factored Fisher information of a weight matrix.
package struct Sensitivity: Sendable {
    private let rowFactors: [Float]
    private let columnFactors: [Float]
    private let columns: Int

    package init(second: UnsafeBufferPointer<Float>, rows: Int) {
        columns = second.count / max(rows, 1)
        var row = [Double](repeating: 0, count: rows)
        var column = [Double](repeating: 0, count: columns)
        for i in 0..<rows {
            for j in 0..<columns {
                let value = Double(second[i * columns + j])
                row[i] += value
                column[j] += value
            }
        }
        let mean = max(row.reduce(0, +) / Double(max(second.count, 1)), 1e-30)
        let (rows, columns) = (Double(rows), Double(columns))
        rowFactors = row.map { Float(($0 / columns / mean).squareRoot()) }
        columnFactors = column.map { Float(($0 / rows).squareRoot()) }
    }

    package subscript(index: Int) -> Float {
        rowFactors[index / columns] * columnFactors[index % columns] + 1e-12
    }
}
