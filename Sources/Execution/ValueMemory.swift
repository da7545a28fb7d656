import NeuralGraph

/// Where the values of a plan stand in a workspace.
///
/// Values share the memory of those that nobody reads any more, on the way back neither where there is one.
struct ValueMemory: Sendable {
    /// `nil` for a value that is only there in passing, within a step.
    private(set) var offsets: [Int?]
    let floats: Int
    /// By value: floats, lanes included.
    private let counts: [Int]

    /// - Parameters:
    ///   - kept: values that are read after the pass, besides the graph's outputs.
    ///   - back: the way back, if there is one.
    init(_ nodes: [Plan.Node], graph: Graph, lanes: Int, keeping kept: [Int], back: WayBack? = nil) {
        let counts = graph.values.map { $0.count * lanes }
        self.counts = counts
        let turn = nodes.count + 1
        let end = turn + (back?.steps ?? 0) + 1
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
        for value in graph.outputs + kept { buffers[value].map { arena.use($0, at: end) } }
        for (value, step) in back?.uses ?? [] { buffers[value].map { arena.use($0, at: turn + step) } }
        let layout = arena.layout()
        offsets = buffers.map { $0.map { layout.offsets[$0] } }
        floats = layout.total
    }

    /// What a way back needs of the values of the way there.
    struct WayBack {
        let steps: Int
        /// When a value's memory is used: 0 is before the first step.
        let uses: [(value: Int, step: Int)]
    }

    func offset(_ value: Int) -> Int {
        guard let offset = offsets[value] else { preconditionFailure("value \(value) is not kept") }
        return offset
    }

    func place(_ value: Int) -> BufferPlace {
        BufferPlace(.values, offset: offset(value), count: counts[value])
    }
}
