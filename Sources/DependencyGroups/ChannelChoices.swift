import NeuralGraph

extension Graph {
    /// By node. Where an operator leaves a choice, the first way is taken by which something on the axis could go.
    var channelLinks: [ChannelLinks] {
        var links = nodes.map { $0.operation.channelLinks(shapes(of: $0)) }
        guard links.contains(where: { $0.choices.contains { $0.options.count > 1 } }) else { return links }
        var choices = ChannelChoices(self, links)
        choices.makeOneByOne()
        choices.makeTogether()
        for (place, option) in zip(choices.places, choices.chosen) { links[place.node].choices[place.choice].chosen = option }
        return links
    }
}

/// Finds what to choose. For each look at an option, the classes of indices that all choices leave alone are taken as they are.
private struct ChannelChoices {
    struct Place {
        let node: Int
        let choice: Int
        let axis: AxisPlace
        let tensor: Tensor
    }

    let graph: Graph
    let links: [ChannelLinks]
    let places: [Place]
    private(set) var chosen: [Int?]
    /// With nothing chosen.
    private let base: ChannelClasses
    /// Looks at options that are left: a network that is made of choices keeps the first ones in the end.
    private var looks: Int

    init(_ graph: Graph, _ links: [ChannelLinks]) {
        var open = links
        var places: [Place] = []
        for (node, own) in links.enumerated() {
            for (number, choice) in own.choices.enumerated() {
                guard let tensor = graph.nodes[node].tensor(choice.axis) else { continue }
                open[node].choices[number].chosen = nil
                places.append(Place(node: node, choice: number, axis: choice.axis, tensor: tensor))
            }
        }
        self.graph = graph
        self.links = links
        self.places = places
        chosen = places.map { _ in 0 }
        base = ChannelClasses(graph, open)
        looks = 1 << 28 / (graph.nodes.count << 8 + base.count)
    }

    private func options(_ place: Int) -> Int { links[places[place].node].choices[places[place].choice].options.count }

    private func classes(_ chosen: [Int?]) -> ChannelClasses {
        var classes = base
        for (place, option) in zip(places, chosen) {
            guard let option else { continue }
            classes.take(option, of: links[place.node].choices[place.choice], graph.nodes[place.node])
        }
        return classes
    }

    /// How many units there are on the axis of a choice.
    private func units(_ place: Int, _ chosen: [Int?]) -> Int {
        var classes = classes(chosen)
        return classes.units(places[place].tensor, places[place].axis.axis)
    }

    /// The first option that leaves several units on its axis, or else one; the first one if none does.
    private mutating func best(_ place: Int, _ chosen: [Int?]) -> Int {
        var single: Int?
        for option in 0..<options(place) where looks > 0 || option == 0 {
            looks -= 1
            var other = chosen
            other[place] = option
            let units = units(place, other)
            if units > 1 { return option }
            if units == 1, single == nil { single = option }
        }
        return single ?? 0
    }

    /// Each with the others as they are.
    mutating func makeOneByOne() {
        var classes = classes(chosen)
        for place in places.indices where options(place) > 1 {
            if classes.units(places[place].tensor, places[place].axis.axis) > 1 { continue }
            let option = best(place, chosen)
            if option == chosen[place] { continue }
            chosen[place] = option
            classes = self.classes(chosen)
        }
    }

    /// Those that alone let nothing go, or all at once: one after the other, as if what comes behind the later ones did not matter.
    mutating func makeTogether() {
        let units = allUnits(chosen)
        let stuck = places.indices.filter { options($0) > 1 && units[$0] < 2 }
        guard stuck.count > 1 else { return }
        var other = chosen
        for place in stuck { other[place] = nil }
        for place in stuck { other[place] = best(place, other) }
        if allUnits(other).count(where: { $0 > 1 }) > units.count(where: { $0 > 1 }) { chosen = other }
    }

    /// By choice, how many units there are on its axis.
    private func allUnits(_ chosen: [Int?]) -> [Int] {
        var classes = classes(chosen)
        return places.map { classes.units($0.tensor, $0.axis.axis) }
    }
}
