import NeuralGraph
import Operators

/// The arithmetic in a network's layers, in multiply-adds per sample. Taps that fall on padding are not counted.
struct Work {
    private(set) var forward = 0
    /// Forward, gradient of the weights, and gradient of the data except where nobody needs it.
    private(set) var training = 0

    init(_ graph: Graph) {
        var trained = Set<Int>()
        let layers = Dictionary(uniqueKeysWithValues: graph.layers.map { ($0.node, $0) })
        for (index, node) in graph.nodes.enumerated() {
            let needsDataGradient = node.inputs.contains { if case .value(let value) = $0 { trained.contains(value) } else { false } }
            if let layer = layers[index] {
                let count = Self.multiplyAdds(node, weight: graph.parameters[layer.weight].shape, graph)
                forward += count
                training += needsDataGradient ? 3 * count : 2 * count
            }
            if needsDataGradient || layers[index] != nil { trained.formUnion(node.outputs) }
        }
    }

    private static func multiplyAdds(_ node: Node, weight: [Int], _ graph: Graph) -> Int {
        guard let convolution = node.operation as? Convolution, case .value(let input) = node.inputs[0] else {
            return weight.reduce(1, *)
        }
        let output = graph.values[node.outputs[0]].shape
        return output[0] * weight[1] * convolution.tapsMeetingInput(graph.values[input].shape, output)
    }
}

extension Convolution {
    /// Taps of all output pixels of one channel that are on the input.
    fileprivate func tapsMeetingInput(_ input: [Int], _ output: [Int]) -> Int {
        (0..<2).reduce(1) { product, axis in
            let size = input[input.count - 2 + axis]
            let positions = 0..<output[output.count - 2 + axis]
            return product * positions.reduce(0) { sum, position in
                let start = position * window.strides[axis] - window.pads[axis]
                let taps = (0..<window.kernel[axis]).filter { (0..<size).contains(start + $0 * window.dilations[axis]) }
                return sum + taps.count
            }
        }
    }
}
