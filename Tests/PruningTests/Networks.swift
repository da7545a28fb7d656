import NeuralGraph
import TestNetworks

extension Graph {
    /// Sets the weights that feed a unit of the layer `name` to zero and gives it a bias.
    mutating func cutOff(_ name: String, unit: Int, bias: Float) {
        let width = self["\(name).weight"].count / shape(of: "\(name).weight")[0]
        for index in unit * width..<(unit + 1) * width { self["\(name).weight"][index] = 0 }
        self["\(name).bias"][unit] = bias
    }

    /// The indices of weights that are zero, layer by layer.
    var zeros: [[Int]] {
        layers.map { layer in
            let values = parameters[layer.weight].values
            return values.indices.filter { values[$0] == 0 }
        }
    }

    /// Weights of each layer that are not zero.
    var liveCounts: [Int] {
        zip(layers, zeros).map { parameters[$0.weight].count - $1.count }
    }
}
