import NeuralGraph
import ONNX
import TestNetworks
import Training

extension NetworkBuilder {
    /// A small transformer on 5 tokens: attention and a layer in each block, added to what comes in.
    static func transformer(_ random: inout RandomStream) throws -> Graph {
        var network = NetworkBuilder(input: [5, 3], seed: random.next())
        network.matMul("embedding", 4 + random.next(below: 3))
        for block in 0..<1 + random.next(below: 2) {
            if random.next(below: 2) == 0 { network.layerNormalization("block\(block).norm") }
            let (heads, width) = (2 + random.next(below: 3), 1 + random.next(below: 3))
            if random.next(below: 2) == 0 {
                network.fusedAttention("block\(block)", heads: heads, width: width)
            } else {
                network.attention("block\(block)", heads: heads, width: width)
            }
            if random.next(below: 2) == 0 { network.layerNormalization("block\(block).norm2") }
            let (input, inputs) = (network.current, network.shape[1])
            network.matMul("block\(block).up", 4 + random.next(below: 4))
            network.relu()
            network.matMul("block\(block).down", inputs)
            network.node("Add", [input], shape: network.shape)
        }
        network.matMul("output", 2)
        return try network.graph()
    }

    /// Multi-head attention (Vaswani et al., 2017) with a layer for each of queries, keys and values.
    mutating func attention(_ name: String, heads: Int, width: Int) {
        let (input, tokens, inputs) = (current, shape[0], shape[1])
        var projections: [String] = []
        for projection in ["query", "key", "value"] {
            (current, shape) = (input, [tokens, inputs])
            matMul("\(name).\(projection)", heads * width)
            reshape("\(name).\(projection).heads", [tokens, heads, width])
            transpose("\(name).\(projection).first", [1, 0, 2])
            projections.append(current)
        }
        attend(name, projections)
        join(name, inputs, adding: input)
    }

    /// Queries, keys and values come from one layer, whose units are `[3, heads, width]`.
    mutating func fusedAttention(_ name: String, heads: Int, width: Int) {
        let (input, tokens, inputs) = (current, shape[0], shape[1])
        matMul("\(name).projections", 3 * heads * width)
        reshape("\(name).parts", [tokens, 3, heads, width])
        transpose("\(name).first", [1, 2, 0, 3])
        let (all, whole) = (current, shape)
        var projections: [String] = []
        for part in 0..<3 {
            (current, shape) = (all, whole)
            integers("\(name).\(part).from", [part])
            integers("\(name).\(part).to", [part + 1])
            integers("\(name).axis", [1])
            node(
                "Slice", name: "\(name).\(part)", ["\(name).\(part).from", "\(name).\(part).to", "\(name).axis"],
                shape: [1] + whole.dropFirst())
            node("Squeeze", name: "\(name).\(part).squeezed", ["\(name).axis"], shape: Array(whole.dropFirst()))
            projections.append(current)
        }
        attend(name, projections)
        join(name, inputs, adding: input)
    }

    /// Queries, keys and values are `[heads, tokens, width]`; so is what comes out.
    private mutating func attend(_ name: String, _ projections: [String]) {
        let whole = shape
        current = projections[1]
        transpose("\(name).transposed", [0, 2, 1])
        let keys = current
        (current, shape) = (projections[0], whole)
        node("MatMul", name: "\(name).scores", [keys], shape: [whole[0], whole[1], whole[1]])
        softmax()
        node("MatMul", name: "\(name).attended", [projections[2]], shape: whole)
    }

    private mutating func join(_ name: String, _ units: Int, adding input: String) {
        transpose("\(name).last", [1, 0, 2])
        reshape("\(name).joined", [shape[0], shape[1] * shape[2]])
        matMul("\(name).output", units)
        node("Add", name: "\(name).add", [input], shape: shape)
    }
}
