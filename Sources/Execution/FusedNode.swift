import NeuralGraph

/// What a layer does to its results besides its own arithmetic.
struct NodeEpilogue: Sendable, Equatable {
    /// A value that is added.
    var addend: Int?
    /// Whether ReLU is taken, after the addition.
    var relu = false
}

/// A node that is worked on as a step, with the nodes behind it that the step takes along: an addition, a ReLU or both,
/// where nothing else reads what lies between.
struct FusedNode {
    let node: Int
    private(set) var outputs: [Int]
    private(set) var epilogue = NodeEpilogue()

    /// The nodes of a graph in their order.
    /// - Parameter kept: values that must not disappear within a step, besides the graph's outputs.
    static func all(in graph: Graph, keeping kept: [Int]) -> [FusedNode] {
        var found: [FusedNode] = []
        var absorbed = Set<Int>()
        var computed = Set(graph.inputs)
        let (consumers, kept) = (graph.consumers, Set(graph.outputs + kept))
        for index in graph.nodes.indices where !absorbed.contains(index) {
            var fused = FusedNode(node: index, outputs: graph.nodes[index].outputs)
            while let next = fused.absorbNext(graph, consumers, computed: computed, kept: kept) { absorbed.insert(next) }
            computed.formUnion(fused.outputs)
            found.append(fused)
        }
        return found
    }

    private init(node: Int, outputs: [Int]) {
        self.node = node
        self.outputs = outputs
    }

    /// - Parameters:
    ///   - consumers: by value.
    ///   - computed: what is known before this node.
    /// - Returns: the node that has become part of this one.
    private mutating func absorbNext(
        _ graph: Graph, _ consumers: [[(node: Int, input: Int)]], computed: Set<Int>, kept: Set<Int>
    ) -> Int? {
        guard graph.nodes[node].operation.takesEpilogue, !epilogue.relu, !kept.contains(outputs[0]) else { return nil }
        let readers = consumers[outputs[0]]
        guard readers.count == 1 else { return nil }
        let next = graph.nodes[readers[0].node]
        switch next.operation.asEpilogue {
        case .relu:
            epilogue.relu = true
        case .addition:
            guard epilogue.addend == nil, case .value(let other) = next.inputs[1 - readers[0].input],
                computed.contains(other), graph.values[other].shape == graph.values[outputs[0]].shape
            else { return nil }
            epilogue.addend = other
        case nil:
            return nil
        }
        outputs = next.outputs
        return readers[0].node
    }
}
