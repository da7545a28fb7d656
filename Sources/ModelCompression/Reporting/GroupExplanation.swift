import DependencyGroups
import NeuralGraph

/// Why the units of a group go together: what each node that they pass does with them.
struct GroupExplanation {
    let group: ChannelGroup
    /// Names of those that make the units.
    let layers: String
    /// Those that the units go through, in order.
    let nodes: [Node]
    let graph: Graph

    var text: String { (["\(group.units) units of \(layers):"] + nodes.compactMap(line).map { "  " + $0 }).joined(separator: "\n") }

    /// `nil` for a node that has nothing to do with the units.
    private func line(_ node: Node) -> String? {
        let read = slices(of: node) { $0.kind == .reads }
        let made = slices(of: node) { $0.kind == .makes }
        let carried = slices(of: node) { $0.kind == .carries }
        let values = node.inputs.compactMap(\.value)
            .filter { value in group.values.contains { $0.tensor == .value(value) } }
        let gives = node.outputs.contains { output in group.values.contains { $0.tensor == .value(output) } }
        guard !values.isEmpty || gives || !read.isEmpty else { return nil }
        let measures = group.isMeasured(by: node, in: graph)
        var parts: [String] = []
        if !read.isEmpty { parts.append("reads them" + with(read)) }
        if !made.isEmpty { parts.append("makes them" + with(made + carried)) }
        if made.isEmpty, values.count > 1, gives {
            parts.append("joins those of " + values.map { "'\(graph.values[$0].name)'" }.joined(separator: " and ") + with(carried))
        } else if made.isEmpty, gives, !values.isEmpty {
            parts.append("passes them on" + with(carried))
        } else if parts.isEmpty, !measures {
            parts.append("sums over them")
        }
        if measures { parts.append("measures them together, so that removal changes what it gives for the others") }
        return "\(node.operation.onnxName) '\(node.name)' " + parts.joined(separator: ", ")
    }

    private func slices(of node: Node, where isWanted: (ChannelSlice) -> Bool) -> [ChannelSlice] {
        group.slices.filter { slice in
            isWanted(slice) && node.inputs.contains { input in
                if case .parameter(let parameter) = input { slice.parameter == parameter } else { false }
            }
        }
    }

    /// `: conv1.weight on axis 0, conv1.bias`; more than one index of a unit is told.
    private func with(_ slices: [ChannelSlice]) -> String {
        let names = slices.compactMap { slice in
            slice.parameter.map { parameter in
                graph.parameters[parameter].name + (graph.parameters[parameter].shape.count > 1 ? " on axis \(slice.axis)" : "")
                    + (slice.width > 1 ? " (\(slice.width) for each)" : "")
            }
        }
        return names.isEmpty ? "" : ": " + names.joined(separator: ", ")
    }
}

/// What the units of layers are tied to, layer by layer.
struct GroupExplanations {
    private let graph: Graph
    private let layers: [Layer]
    private let reasons: [Int: String]
    /// Groups by layer.
    private var groups: [Int: [ChannelGroup]] = [:]
    /// Nodes by what goes in and comes out.
    private var users: [Tensor: [Int]] = [:]

    init(_ graph: Graph) {
        self.graph = graph
        layers = graph.layers
        let analysis = ChannelAnalysis(graph)
        reasons = analysis.protectionReasons
        for group in analysis.groups { for layer in group.layers { groups[layer, default: []].append(group) } }
        for (index, node) in graph.nodes.enumerated() {
            for tensor in Set(node.inputs.compactMap(\.tensor) + node.outputs.map(Tensor.value)) { users[tensor, default: []].append(index) }
        }
    }

    /// What a layer's units are tied to, or why they are protected.
    func text(ofLayer layer: Int) -> String {
        guard let own = groups[layer] else { return "units of \(layers[layer].name) are protected: \(reasons[layer] ?? "")" }
        return own.map { group in
            let tensors = (group.slices + group.values).map(\.tensor)
            let nodes = Set(tensors.flatMap { users[$0] ?? [] }).sorted().map { graph.nodes[$0] }
            let names = group.layers.map { layers[$0].name }.joined(separator: ", ")
            return GroupExplanation(group: group, layers: names, nodes: nodes, graph: graph).text
        }.joined(separator: "\n")
    }
}

extension Operand {
    fileprivate var tensor: Tensor? {
        switch self {
        case .value(let value): .value(value)
        case .parameter(let parameter): .parameter(parameter)
        default: nil
        }
    }
}

extension ChannelAnalysis {
    /// By weight: units of the layer that are in groups.
    var removableUnits: [Int: Int] {
        groups.flatMap(\.slices).reduce(into: [:]) { units, slice in
            guard let parameter = slice.parameter, slice.kind == .makes else { return }
            units[parameter, default: 0] += slice.width * slice.indices.count
        }
    }
}
