import NeuralGraph

/// Where the values of a plan stand in a workspace.
///
/// In a plan with gradients every value has memory of its own, since the way back reads it again. Otherwise values
/// share the memory of those that nobody reads any more.
struct ValueMemory: Sendable {
    /// `nil` for a value that is only there in passing, within a step.
    private(set) var offsets: [Int?]
    let floats: Int
    /// By value: floats, lanes included.
    private let counts: [Int]

    /// - Parameter kept: values that are read after the pass, besides the graph's outputs.
    init(_ nodes: [Plan.Node], graph: Graph, lanes: Int, keeping kept: [Int], keepsAll: Bool) {
        let counts = graph.values.map { $0.count * lanes }
        self.counts = counts
        let end = nodes.count + 1
        var arena = MemoryArena()
        var buffers = [Int?](repeating: nil, count: graph.values.count)
        for input in graph.inputs { buffers[input] = arena.take(counts[input], at: 0) }
        for (index, node) in nodes.enumerated() {
            for value in node.valuesRead { buffers[value].map { arena.use($0, at: index + 1) } }
            if let viewed = node.viewed {
                buffers[node.outputs[0]] = buffers[viewed]
                continue
            }
            for output in node.outputs { buffers[output] = arena.take(counts[output], at: index + 1) }
        }
        let lasting = keepsAll ? Array(graph.values.indices) : graph.outputs + kept
        for value in lasting { buffers[value].map { arena.use($0, at: end) } }
        let layout = arena.layout()
        offsets = buffers.map { $0.map { layout.offsets[$0] } }
        floats = layout.total
    }

    func offset(_ value: Int) -> Int {
        guard let offset = offsets[value] else { preconditionFailure("value \(value) is not kept") }
        return offset
    }

    func place(_ value: Int) -> BufferPlace {
        BufferPlace(.values, offset: offset(value), count: counts[value])
    }
}
