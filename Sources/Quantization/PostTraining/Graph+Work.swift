import CompressedModel
import NeuralGraph

// What quantization without training takes, in multiply-adds or what takes as long. Only forecasts of time go by it.

extension Graph {
    /// Finding out how errors of a layer meet, in the mean: its moments are factored.
    package var factoringWork: Double {
        let sizes = layers.map { ScaledMatrix(dimensions: parameters[$0.weight].shape) }
        func cubes(_ size: Int) -> Double { size > Self.mostFactored ? 0 : Double(size) * Double(size) * Double(size) }
        return sizes.reduce(1) { $0 + cubes($1.rows) + cubes($1.columns) } / Double(max(1, layers.count))
    }

    /// Making a network at levels, and its file.
    package var quantizingWork: Double {
        layers.reduce(1) { sum, layer in
            let matrix = ScaledMatrix(dimensions: parameters[layer.weight].shape)
            let others = [matrix.rows, matrix.columns].reduce(0) { $0 + ($1 > Self.mostFactored ? 0 : $1) }
            return sum + Double(parameters[layer.weight].count) * (Double(others) / 2 + Self.codingWork)
        }
    }

    private static let mostFactored = 2048
    /// Of the file, for each weight.
    private static let codingWork = 500.0
}
