import NeuralGraph
import ONNX
import TestNetworks
import Training

extension NetworkBuilder {
    /// A random network of recurrent layers over a sequence of 4 steps.
    static func recurrences(_ random: inout RandomStream) throws -> Graph {
        var network = NetworkBuilder(input: [4, 3], seed: random.next())
        for layer in 0..<1 + random.next(below: 3) {
            let isBidirectional = random.next(below: 3) == 0
            network.recurrent("layer\(layer)", &random, isBidirectional: isBidirectional)
            if isBidirectional { network.matMul("join\(layer)", 3) }
            let width = network.shape[1] * network.shape[2]
            network.integers("shape\(layer)", [0, 4, -1])
            network.node("Reshape", name: "merge\(layer)", ["shape\(layer)"], shape: [4, width])
        }
        network.recurrent("last", &random, givesLast: true)
        network.flatten()
        network.gemm("output", 3)
        return try network.graph()
    }

    private mutating func recurrent(
        _ name: String, _ random: inout RandomStream, isBidirectional: Bool = false, givesLast: Bool = false
    ) {
        let type = ["LSTM", "GRU", "RNN"][random.next(below: 3)]
        recurrent(
            name, type, 2 + random.next(below: 4), isBidirectional: isBidirectional, givesLast: givesLast,
            bias: random.next(below: 2) == 0, peepholes: type == "LSTM" && random.next(below: 2) == 0)
    }
}
