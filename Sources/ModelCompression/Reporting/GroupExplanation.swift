import DependencyGroups
import NeuralGraph

/// Why the units of a group go together: what each node that they pass does with them.
struct GroupExplanation {
    let group: ChannelGroup
    let graph: Graph

    var text: String {
        let names = group.layers.map { graph.layers[$0].name }.joined(separator: ", ")
        return (["\(group.units) units of \(names):"] + graph.nodes.compactMap(line).map { "  " + $0 }).joined(separator: "\n")
    }

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

extension ChannelAnalysis {
    /// What a layer's units are tied to, or why they are protected.
    func explanation(ofLayer layer: Int, in graph: Graph) -> String {
        let own = groups.filter { $0.layers.contains(layer) }
        guard own.isEmpty else { return own.map { GroupExplanation(group: $0, graph: graph).text }.joined(separator: "\n") }
        return "units of \(graph.layers[layer].name) are protected: \(protectionReasons[layer] ?? "")"
    }

    /// Units of a layer that are in groups.
    func removableUnits(ofLayer layer: Int, in graph: Graph) -> Int {
        let weight = graph.layers[layer].weight
        return groups.flatMap(\.slices).filter { $0.parameter == weight && $0.kind == .makes }
            .reduce(0) { $0 + $1.width * $1.indices.count }
    }
}
