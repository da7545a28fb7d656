import NeuralGraph
import ONNX
import Operators

/// What the importer must know of a file as a whole.
struct ImportedFile {
    let graph: GraphProto
    let opset: Int
    let opsets: [OperatorSetID]
    /// Of the inputs and outputs, by name, whose floats do not have 32 bits.
    let otherFloatTypes: [String: DataType]
    let hasOtherFloats: Bool
    /// Outputs that are tensors here and were maps in the file.
    let maps: [MappedOutput]
    let outputNames: Set<String>
    /// Of inputs and outputs.
    let interfaceNames: Set<String>
    /// What several inputs and outputs call the batch.
    let batchName: String?
    /// Of which nodes ask nothing but the shape.
    private let measured: Set<String>
    /// Which nothing reads but casts to float.
    private let onlyCast: Set<String>
    /// All names of the file.
    let names: Set<String>
    /// The names that nodes use or the network gives out.
    private let used: Set<String>
    /// Those of the file, of which nodes may be left.
    let functions: LocalFunctions

    init(_ model: ModelProto) {
        var functions = LocalFunctions(model)
        var inlined = model
        inlined.graph = functions.inlined(model.graph)
        self.functions = functions
        maps = inlined.graph.takeMapsApart()
        graph = inlined.inSinglePrecision().graph
        otherFloatTypes = model.graph.otherFloatTypes
        hasOtherFloats = model.graph.hasOtherFloats
        opsets = model.opsetImports
        opset = model.opsetImports.first { $0.domain == "" || $0.domain == "ai.onnx" }?.version ?? 1
        batchName = graph.batchName
        outputNames = Set(graph.outputs.map(\.name))
        interfaceNames = outputNames.union(graph.inputs.map(\.name))
        used = outputNames.union(graph.nodes.flatMap { $0.inputs + $0.capturedNames })
        let readers = graph.nodes.filter { !($0.isOfONNX && ["Shape", "Size"].contains($0.operatorType)) }
        measured = used.subtracting(outputNames).subtracting(readers.flatMap { $0.inputs + $0.capturedNames })
        let others = graph.nodes.filter { !$0.isCastToFloat }.flatMap { $0.inputs + $0.capturedNames }
        onlyCast = Set(graph.nodes.filter(\.isCastToFloat).flatMap(\.inputs)).subtracting(outputNames).subtracting(others)
        names = used.union(graph.inputs.map(\.name)).union(graph.initializers.map(\.name)).union(graph.nodes.flatMap(\.outputs))
    }

    /// Whether nothing but the shape of what the node computes is asked for.
    func isMeasured(_ node: NodeProto) -> Bool { node.outputs.count == 1 && measured.contains(node.outputs[0]) }

    /// Whether nothing reads what the node computes but casts to float.
    func isReadAsFloat(_ node: NodeProto) -> Bool { node.outputs.count == 1 && onlyCast.contains(node.outputs[0]) }

    /// Bytes of all tensors that the file holds, in Constant nodes too.
    var constantBytes: Int {
        let inNodes = graph.nodes.flatMap(\.attributes).map { attribute in
            if case .tensor(let tensor) = attribute.value { tensor.content.count } else { 0 }
        }
        return graph.initializers.reduce(inNodes.reduce(0, +)) { $0 + $1.content.count }
    }

    /// Without optional outputs at the end that nobody uses.
    func withUsedOutputs(_ node: NodeProto) -> NodeProto {
        var node = node
        guard OperatorList.type(named: node.operatorType)?.needsAllOutputs != true else { return node }
        while node.outputs.count > 1, let last = node.outputs.last, last.isEmpty || !used.contains(last) { node.outputs.removeLast() }
        return node
    }
}

extension GraphProto {
    /// The nodes that an output depends on, and those without outputs, which are for the importer to refuse, each behind those that compute
    /// what it uses: in the order of the file, as far as that can be.
    ///
    /// - Throws: `GraphError.cycle`.
    func neededNodes() throws(GraphError) -> [NodeProto] {
        let nodes = try sortedNodes()
        var needed = Set(outputs.map(\.name))
        var found: [NodeProto] = []
        for node in nodes.reversed() where node.outputs.isEmpty || node.outputs.contains(where: needed.contains) {
            needed.formUnion(node.inputs)
            needed.formUnion(node.capturedNames)
            found.append(node)
        }
        return found.reversed()
    }

    private func sortedNodes() throws(GraphError) -> [NodeProto] {
        var makers: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for output in node.outputs where !output.isEmpty { makers[output] = makers[output] ?? index }
        }
        let uses = nodes.enumerated().map { index, node in
            Set((node.inputs + node.capturedNames).compactMap { makers[$0] }.filter { $0 != index })
        }
        guard uses.enumerated().contains(where: { index, makers in makers.contains { $0 > index } }) else { return nodes }
        var waiting = uses.map(\.count)
        var users = [[Int]](repeating: [], count: nodes.count)
        for (index, makers) in uses.enumerated() { for maker in makers { users[maker].append(index) } }
        var ready = nodes.indices.filter { waiting[$0] == 0 }
        var done = 0
        while done < ready.count {
            for user in users[ready[done]] {
                waiting[user] -= 1
                if waiting[user] == 0 { ready.append(user) }
            }
            done += 1
        }
        guard ready.count == nodes.count else {
            throw .cycle(nodes: circle(nodes.indices.filter { waiting[$0] > 0 }, users).map { nodes[$0].readableName })
        }
        return ready.map { nodes[$0] }
    }

    /// Without nodes that only come after a circle.
    private func circle(_ waiting: [Int], _ users: [[Int]]) -> [Int] {
        var left = Set(waiting)
        var makers: [Int: [Int]] = [:]
        for maker in waiting { for user in users[maker] { makers[user, default: []].append(maker) } }
        // By node: users that are left.
        var open = waiting.reduce(into: [Int: Int]()) { $0[$1] = users[$1].count }
        var ends = waiting.filter { open[$0] == 0 }
        while let end = ends.popLast() {
            left.remove(end)
            for maker in makers[end] ?? [] {
                open[maker, default: 0] -= 1
                if open[maker] == 0 { ends.append(maker) }
            }
        }
        return left.sorted()
    }
}

extension NodeProto {
    /// Names that the bodies of control flow may take from outside.
    var capturedNames: [String] {
        attributes.flatMap { attribute in
            guard case .graph(let body) = attribute.value else { return [String]() }
            return body.nodes.flatMap { $0.inputs + $0.capturedNames } + body.outputs.map(\.name)
        }
    }

    fileprivate var isCastToFloat: Bool {
        isOfONNX && operatorType == "Cast" && attribute("to") == .int(DataType.float.rawValue)
    }

    /// Whether it is of ONNX's own domain.
    var isOfONNX: Bool { ["", "ai.onnx"].contains(domain) }
}
