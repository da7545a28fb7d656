import NeuralGraph

/// What structured pruning may remove in a network, and what it may not and why.
package struct ChannelAnalysis: Sendable {
    /// In the order of the first layers that make their units.
    package private(set) var groups: [ChannelGroup] = []
    /// Layers none of whose units can be removed, by index into the graph's layers.
    package private(set) var protected: [(layer: Int, reason: String)] = []

    package init(_ graph: Graph) {
        let links = graph.channelLinks
        var classes = ChannelClasses(graph, links)
        let slots = Slot.all(in: graph, links)
        let layers = Dictionary(uniqueKeysWithValues: graph.layers.enumerated().map { ($1.weight, $0) })
        var units = UnitTable()
        for (place, slot) in slots.enumerated() {
            for (index, number) in classes.classes(slot.tensor, slot.axis).enumerated() where classes.barrier(number) == nil {
                units.add(number, slot: place, index: index)
            }
        }
        let made = Set(slots.indices.filter { slots[$0].kind == .makes })
        for group in units.groups where group.slots.contains(where: made.contains) {
            groups.append(ChannelGroup(group, slots, layers, classes))
        }
        groups.sort { $0.layers[0] < $1.layers[0] }
        protect(graph, slots, &classes)
    }

    private mutating func protect(_ graph: Graph, _ slots: [Slot], _ classes: inout ChannelClasses) {
        let free = Set(groups.flatMap(\.layers))
        for (index, layer) in graph.layers.enumerated() where !free.contains(index) {
            let slot = slots.first { $0.tensor == .parameter(layer.weight) && $0.kind == .makes }
            let reason = slot.flatMap { classes.barrier(classes.classes($0.tensor, $0.axis)[0]) }
            protected.append((index, reason ?? "\(layer.operatorName) has no units that can be told apart"))
        }
    }
}

/// An axis of a tensor, and what it is to units on it.
private struct Slot {
    let tensor: Tensor
    let axis: Int
    let kind: ChannelSlice.Kind

    /// The parameters' in the order of the nodes that use them first, then the values'.
    static func all(in graph: Graph, _ links: [ChannelLinks]) -> [Slot] {
        var slots: [Slot] = []
        var seen = Set<Tensor>()
        for (node, links) in zip(graph.nodes, links) {
            for (position, input) in node.inputs.enumerated() {
                guard case .parameter(let parameter) = input, seen.insert(.parameter(parameter)).inserted else { continue }
                let isWeight = node.operation.role(ofInput: position) == .weight
                slots += graph.parameters[parameter].shape.indices.map { axis in
                    let isSummed = links.sums.contains(.input(position, axis))
                    return Slot(
                        tensor: .parameter(parameter), axis: axis,
                        kind: isSummed ? .reads : isWeight && links.names(.input(position, axis)) ? .makes : .carries)
                }
            }
        }
        return slots + graph.values.enumerated().flatMap { index, value in
            value.shape.indices.map { Slot(tensor: .value(index), axis: $0, kind: .carries) }
        }
    }
}

/// Classes of indices that may go, with the places of their indices.
private struct UnitTable {
    /// The indices of a class by slot, ascending.
    private var classes: [Int: [(slot: Int, indices: [Int])]] = [:]
    /// In the order in which they came.
    private var order: [Int] = []

    /// Units that are made of the same slots, with equally many indices in each.
    struct Group {
        let slots: [Int]
        /// The lowest number of each unit's class.
        var classes: [Int] = []
        /// By slot and unit.
        var indices: [[[Int]]]
    }

    mutating func add(_ number: Int, slot: Int, index: Int) {
        guard var places = classes.removeValue(forKey: number) else {
            order.append(number)
            classes[number] = [(slot, [index])]
            return
        }
        if places[places.count - 1].slot == slot {
            places[places.count - 1].indices.append(index)
        } else {
            places.append((slot, [index]))
        }
        classes[number] = places
    }

    var groups: [Group] {
        var groups: [Group] = []
        var known: [[Int]: Int] = [:]
        for number in order {
            let places = classes[number] ?? []
            let signature = places.flatMap { [$0.slot, $0.indices.count] }
            let group = known[signature] ?? groups.count
            if group == groups.count {
                known[signature] = group
                groups.append(Group(slots: places.map(\.slot), indices: places.map { _ in [] }))
            }
            groups[group].classes.append(number)
            for (place, entry) in places.enumerated() { groups[group].indices[place].append(entry.indices) }
        }
        return groups
    }
}

extension ChannelGroup {
    fileprivate init(_ group: UnitTable.Group, _ slots: [Slot], _ layers: [Int: Int], _ classes: ChannelClasses) {
        let all = zip(group.slots, group.indices).map { slot, indices in
            ChannelSlice(tensor: slots[slot].tensor, axis: slots[slot].axis, kind: slots[slot].kind, indices: indices)
        }
        let own = all.filter { $0.parameter != nil }
        let first = own.firstIndex { $0.kind == .makes } ?? 0
        units = group.classes.count
        slices = [own[first]] + own[..<first] + own[(first + 1)...]
        values = all.filter { $0.parameter == nil }
        self.layers = Set(own.filter { $0.kind == .makes }.compactMap { $0.parameter.flatMap { layers[$0] } }).sorted()
        isSummed = group.classes.contains(where: classes.isSummed)
        isMixed = group.classes.contains(where: classes.isMixed)
        isMeasured = group.classes.contains(where: classes.isMeasured)
    }
}
